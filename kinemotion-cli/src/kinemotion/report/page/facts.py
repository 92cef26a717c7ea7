"""Facts of the test under the title of the page: athlete, day, clip."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_time

from kinemotion.i18n.texts import Texts
from kinemotion.motion.report import Report


def list_facts(report: Report, texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield name and value of each known fact: athlete, test date, body mass, height."""
    settings = report.provenance.settings
    athlete: Mapping[str, Any] = settings.get("athlete") or {}
    if athlete.get("name"):
        yield texts("athlete"), str(athlete["name"])
    day = _find_test_day(report)
    if day:
        yield texts("date"), format_date(date.fromisoformat(day), "long", locale=texts.lang)
    if athlete.get("mass_kg") is not None:
        yield texts("mass"), texts.written(f"{athlete['mass_kg']:.1f}") + "\u00a0kg"
    if athlete.get("height_m") is not None:
        yield texts("stature"), texts.written(f"{athlete['height_m']:.2f}") + "\u00a0m"


def write_instant(timestamp: str, texts: Texts) -> str:
    """Return an instant of ISO 8601, which ends with its zone, as people write it: day, hour and minute in UTC."""
    instant = datetime.fromisoformat(timestamp)
    day, clock = (
        write(instant, shape, locale=texts.lang) for write, shape in ((format_date, "long"), (format_time, "short"))
    )
    return f"{day}, {clock} UTC"


def _find_test_day(report: Report) -> str | None:
    """Return the day as given, else as the camera says; None where neither is known."""
    given: str | None = report.provenance.settings.get("date") or report.video.recorded_at
    return given[:10] if given else None
