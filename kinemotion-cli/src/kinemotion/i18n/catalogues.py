"""Reads the gettext catalogues: the files that translators edit are compiled when a language is first used."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from kinemotion.i18n.languages import Language


@cache
def load_catalogue(language: Language) -> NullTranslations:
    """Return the translations of a language; those of English return what they are given."""
    if language == "en":
        return NullTranslations()
    # Imported here: a call in English does not wait for it.
    from importlib.resources import files  # noqa: PLC0415

    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    path = files("kinemotion.i18n").joinpath("locales", language, "LC_MESSAGES", "kinemotion.po")
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
