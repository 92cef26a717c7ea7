"""A history as plain text for a terminal."""

from collections.abc import Sequence

from kinemotion.i18n.texts import Texts, load_texts
from kinemotion.motion.metrics import Estimate
from kinemotion.report.comparison.history import FEWEST_SESSIONS, TestingSession, Trend
from kinemotion.report.contract.results import find_metric_title, find_movement_title, write_value
from kinemotion.report.text.compare import write_signed
from kinemotion.report.text.summary import make_readable
from kinemotion.report.text.tables import align_columns

_COLUMNS = ("session", "clips", "value", "interval_title", "change", "interval_title")


def write_history(trends: Sequence[Trend], *, lang: str = "en", width: int | None = None) -> str:
    """Each trend as a table of its sessions."""
    words = load_texts(lang)
    return "\n\n".join([*(_write_table(trend, words, width=width) for trend in trends), words("about_change")]) + "\n"


def write_trend_title(trend: Trend, *, lang: str = "en") -> str:
    """Whose trend it is, and of what."""
    movement, metric = (
        find_movement_title(trend.movement, lang=lang),
        find_metric_title(trend.movement, trend.key, lang=lang),
    )
    return f"{make_readable(trend.athlete)} · {movement} · {metric}"


def _write_table(trend: Trend, words: Texts, *, width: int | None) -> str:
    session, *others = (words(key).lower() for key in _COLUMNS)
    rows = [(f"  {session}", *others, "")]
    rows += [_write_row(trend, session, words=words) for session in trend.sessions]
    table = align_columns(rows, numbers_from=1, width=width)
    return f"{write_trend_title(trend, lang=words.lang)}\n{table}\n  {_write_smallest(trend, words)}"


def _write_row(trend: Trend, session: TestingSession, *, words: Texts) -> tuple[str, ...]:
    first = (f"  {session.date}", str(session.results), *_write_value(session.value, trend, words=words))
    change = trend.change(session)
    if change is None:
        return (*first, "", "", "")
    value, interval = _write_value(change, trend, words=words)
    return (*first, write_signed(value), interval, words(trend.verdict(session)))


def _write_value(estimate: Estimate, trend: Trend, *, words: Texts) -> tuple[str, str]:
    """Return the value and its interval."""
    found = write_value(estimate, movement=trend.movement, key=trend.key, lang=words.lang)
    return found.with_unit, words("from_to", low=found.low, high=found.high)


def _write_smallest(trend: Trend, words: Texts) -> str:
    smallest = trend.smallest_worthwhile_change
    if smallest is None:
        return words("too_few_sessions", count=FEWEST_SESSIONS)
    value, _ = _write_value(Estimate(smallest, 0.0), trend, words=words)
    return words("smallest_worthwhile_change", value=value)
