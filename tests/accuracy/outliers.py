"""Which answers are far off, where, and whether the engine knew: a page beside the one on usual errors.

A bias and limits hide few large errors. So the largest errors of a metric are told by view and by size of the athlete,
with the share that lies far outside the stated interval, and with how well the quality score ranks the errors.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.stats import spearmanr
from scoring import ALL, RATES, SIZES, VIEWS, Error

from kinemotion.movements import registry

METRICS = {
    "cmj": ("jump_height_m", "flight_time_ms", "countermovement_depth_m"),
    "sj": ("jump_height_m", "flight_time_ms"),
    "dropjump": ("jump_height_m", "ground_contact_time_ms"),
    "running": ("ground_contact_time_ms", "cadence_spm"),
}
"""The metrics of each movement that are told."""
WORST = 0.05
"""Share of the clips that are the worst."""
BEYOND = 1.5
"""An error of so many half intervals lies far outside: in one of 300 clips, where intervals are right."""
FEWEST_TO_RANK = 8
"""Fewer clips say nothing about ranks."""
SHOWN = 10
"""How many of the largest errors are named."""
PAGE = """# Outliers

Bias and limits, on the page on [validation](validation.md), hide the few answers that are far off. This page tells
them, for the preset `balanced` and {clips} rendered clips. Times in milliseconds, lengths in metres.
Some of the clips also served to fit numbers of the engine; `calibration/` names them.

- *worst 5 %*: 5 % of the errors are at least this large.
- *far outside*: share of the answers that miss the truth by more than 1.5 times half of their 95 % interval.
- *score ranks errors*: rank correlation of the quality score with the size of the error. −1: a lower score always means
  a larger error; 0: the score says nothing about it.

{tables}

Made by `make accuracy`.
"""


def make_page(errors: Sequence[Error]) -> str:
    """Return the page on outliers in Markdown."""
    clips = len({error.case.name for error in errors})
    return PAGE.format(clips=clips, tables="\n".join(make_tables(errors)).strip())


def make_tables(errors: Sequence[Error]) -> Iterator[str]:
    """Yield lines of Markdown: for each movement a table by view, rate and size, then the furthest clips."""
    for movement, keys in METRICS.items():
        own = [error for error in errors if error.case.movement == movement and error.key in keys]
        if not own:
            continue
        yield f"\n## {registry.get(movement).title}\n"
        yield "| metric | of | clips | worst 5 % | far outside | score ranks errors |"
        yield "|---|---|---|---|---|---|"
        for key in keys:
            for part in (ALL, *VIEWS, *RATES, *SIZES):
                members = [error for error in own if error.key == key and part in _parts(error)]
                if members:
                    yield f"| `{key}` | {part} | {summarise(members)} |"
        furthest = find_furthest(own)[:SHOWN]
        if furthest:
            yield "\nThe furthest outside their intervals:\n"
            yield "| clip | metric | error | half of the interval | score |"
            yield "|---|---|---|---|---|"
        for error in furthest:
            figures = f"{error.error:+.3g} | {error.half_width:.3g} | {error.quality}"
            yield f"| {error.case.name} | `{error.key}` | {figures} |"


def _parts(error: Error) -> tuple[str, ...]:
    return (ALL, error.case.view, error.case.rate, error.case.size)


def summarise(errors: Sequence[Error]) -> str:
    """Return the figures of one row, as cells."""
    sizes = [abs(error.error) for error in errors if error.error is not None]
    if not sizes:
        return "0 | | | "
    shares = [share for error in errors if (share := measure_share(error)) is not None]
    far = f"{100 * float(np.mean(np.array(shares) > BEYOND)):.0f} %" if shares else ""
    ranks = rank_errors(errors)
    worst = float(np.quantile(sizes, 1 - WORST))
    return f"{len(sizes)} | {worst:.3g} | {far} | {'' if ranks is None else f'{ranks:+.2f}'}"


def measure_share(error: Error) -> float | None:
    """Return the size of an error in halves of its interval; None where there is no answer or no interval."""
    if error.error is None or not error.half_width:
        return None
    return abs(error.error) / error.half_width


def rank_errors(errors: Sequence[Error]) -> float | None:
    """Return the rank correlation of scores and sizes of errors; None with few clips, or where all scores are equal."""
    pairs = [(error.quality, abs(error.error)) for error in errors if error.error is not None]
    known = [(score, size) for score, size in pairs if score is not None]
    if len(known) < FEWEST_TO_RANK or len({score for score, _ in known}) == 1:
        return None
    scores, sizes = np.array(known).T
    return float(spearmanr(scores, sizes).statistic)


def find_furthest(errors: Sequence[Error]) -> list[Error]:
    """Return the errors beyond their intervals, the furthest first."""
    shares = [(share, error) for error in errors if (share := measure_share(error)) is not None and share > 1]
    return [error for _, error in sorted(shares, key=lambda pair: -pair[0])]
