"""Which languages there are."""

from typing import Literal

Language = Literal["en", "es", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "es", "fr")
"""English is the language of the source; each other one has a catalogue."""
