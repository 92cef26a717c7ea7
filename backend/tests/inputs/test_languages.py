"""Which language a client prefers."""

import pytest

from kinemotion_backend.inputs.languages import choose_language


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "en"),
        ("*", "en"),
        ("de", "en"),
        ("ES", "es"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de;q=0.9, es;q=0.3, fr;q=0.5", "fr"),
        ("en;q=0.2,es", "es"),
        ("fr,es,en", "fr"),
        ("es-ES,es;q=0.9,en-US,en;q=0.8", "es"),
        ("fr;q=0", "en"),
        ("fr;q=x, ;;, es", "es"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_language_that_a_header_prefers(header: str, chosen: str) -> None:
    assert choose_language(header) == chosen
