"""A history as plain text for a terminal."""

from collections.abc import Sequence

from kinemotion.motion.metrics import Estimate
from kinemotion.report.compare_text import signed
from kinemotion.report.history import FEWEST_SESSIONS, Session, Trend
from kinemotion.report.results import in_words, metric_title, movement_title
from kinemotion.report.text import columns

_LEGEND = """Real: the change since the first session is beyond its own 95 % interval.
Worthwhile: all of that interval is beyond the smallest worthwhile change, 0.2 of the SD between these sessions
(after Hopkins 2004, Sportscience 8, 1-7)."""


def history_text(trends: Sequence[Trend]) -> str:
    """Each trend as a table of its sessions."""
    return "\n\n".join([*map(_text, trends), _LEGEND]) + "\n"


def _text(trend: Trend) -> str:
    title = f"{trend.athlete} · {movement_title(trend.movement)} · {metric_title(trend.movement, trend.key)}"
    rows = [("  session", "clips", "value", "95 % interval", "change", "95 % interval", "")]
    rows += [_row(trend, session) for session in trend.sessions]
    return f"{title}\n{columns(rows, numbers_from=1)}\n  {_smallest(trend)}"


def _row(trend: Trend, session: Session) -> tuple[str, ...]:
    value = in_words(session.value, movement=trend.movement, key=trend.key)
    change = trend.change(session)
    told = change and in_words(change, movement=trend.movement, key=trend.key)
    changed = (signed(told.with_unit), f"{told.low} to {told.high}", trend.verdict(session)) if told else ("", "", "")
    return (f"  {session.date}", str(session.results), value.with_unit, f"{value.low} to {value.high}", *changed)


def _smallest(trend: Trend) -> str:
    smallest = trend.smallest_worthwhile_change
    if smallest is None:
        return f"The smallest worthwhile change needs {FEWEST_SESSIONS} sessions."
    told = in_words(Estimate(smallest, 0.0), movement=trend.movement, key=trend.key)
    return f"Smallest worthwhile change {told.with_unit}"
