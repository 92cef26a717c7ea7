"""Languages of files with words, such as the report: which ones there are, and which one a client prefers."""

import re
from operator import itemgetter
from typing import Literal, get_args

Language = Literal["en", "es", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "en"

MAX_PREFERENCES = 20
_PREFERENCE = re.compile(
    r"\s*([a-z]{1,8})(?:-[a-z0-9-]{1,40})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE
)


def choose_language(accept_language: str) -> Language:
    """Return the language of ours that an ``Accept-Language`` header prefers; English where it names none."""
    found = map(_PREFERENCE.fullmatch, accept_language.split(",")[:MAX_PREFERENCES])
    weights = [(one[1].lower(), float(one[2] or 1)) for one in found if one]
    known: list[tuple[float, Language]] = [
        (weight, ours) for name, weight in weights for ours in LANGUAGES if name == ours and weight > 0
    ]
    return max(known, key=itemgetter(0), default=(1.0, DEFAULT_LANGUAGE))[1]
