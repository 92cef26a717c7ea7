"""A history as plain text for a terminal."""

from collections.abc import Sequence

from kinemotion.i18n.texts import Texts, texts
from kinemotion.motion.metrics import Estimate
from kinemotion.report.comparison.history import FEWEST_SESSIONS, Session, Trend
from kinemotion.report.contract.results import in_words, metric_title, movement_title
from kinemotion.report.text.compare import signed
from kinemotion.report.text.summary import readable
from kinemotion.report.text.tables import columns

_COLUMNS = ("session", "clips", "value", "interval_title", "change", "interval_title")


def history_text(trends: Sequence[Trend], *, lang: str = "en", width: int | None = None) -> str:
    """Each trend as a table of its sessions."""
    words = texts(lang)
    return "\n\n".join([*(_text(trend, words, width=width) for trend in trends), words("about_change")]) + "\n"


def trend_title(trend: Trend, *, lang: str = "en") -> str:
    """Whose trend it is, and of what."""
    movement, metric = movement_title(trend.movement, lang=lang), metric_title(trend.movement, trend.key, lang=lang)
    return f"{readable(trend.athlete)} · {movement} · {metric}"


def _text(trend: Trend, words: Texts, *, width: int | None) -> str:
    session, *others = (words(key).lower() for key in _COLUMNS)
    rows = [(f"  {session}", *others, "")]
    rows += [_row(trend, session, words=words) for session in trend.sessions]
    table = columns(rows, numbers_from=1, width=width)
    return f"{trend_title(trend, lang=words.lang)}\n{table}\n  {_smallest(trend, words)}"


def _row(trend: Trend, session: Session, *, words: Texts) -> tuple[str, ...]:
    first = (f"  {session.date}", str(session.results), *_value(session.value, trend, words=words))
    change = trend.change(session)
    if change is None:
        return (*first, "", "", "")
    value, interval = _value(change, trend, words=words)
    return (*first, signed(value), interval, words(trend.verdict(session)))


def _value(estimate: Estimate, trend: Trend, *, words: Texts) -> tuple[str, str]:
    """The value and its interval."""
    found = in_words(estimate, movement=trend.movement, key=trend.key, lang=words.lang)
    return found.with_unit, words("from_to", low=found.low, high=found.high)


def _smallest(trend: Trend, words: Texts) -> str:
    smallest = trend.smallest_worthwhile_change
    if smallest is None:
        return words("too_few_sessions", count=FEWEST_SESSIONS)
    value, _ = _value(Estimate(smallest, 0.0), trend, words=words)
    return words("smallest_worthwhile_change", value=value)
