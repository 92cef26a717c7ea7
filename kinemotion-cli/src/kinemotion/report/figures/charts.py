"""What there is to plot of a trial, as data: curves and bars over time, in the reader's language.

The plots draw it; the page draws it too and reads values off it under the pointer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kinemotion.i18n.quantities import space_unit
from kinemotion.i18n.texts import Texts
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Contact, Motion
from kinemotion.motion.poses import LEFT, RIGHT
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.reconstruct.angles import is_seen_from_side
from kinemotion.report.figures.strides import PERCENT, average_angles
from kinemotion.report.palette import GREEN, INK, PRINTED_SIDES, VERMILION
from kinemotion.report.series import (
    ANGLES,
    compute_com_velocity,
    compute_joint_angles,
    draw_arcs,
    find_contact_span,
    find_fitted_flight,
)

_MARGIN_S = 0.3
"""Shown before the first and after the last phase."""
_FEWEST_STEPS = 4
"""Contacts seen whole from which a step diagram is worth drawing."""
_LABEL_SHARE = 0.025
"""Of the width, that a length in milliseconds takes; bars that are narrower have none."""
DASHES = {"left": "solid", "right": "dashed"}


@dataclass(frozen=True, slots=True)
class Curve:
    """A value over time."""

    label: str
    time_s: Floats
    """(N,), s."""
    values: Floats
    """(N,), in the panel's unit; NaN where unknown."""
    colour: str
    dashes: str = "solid"
    hover: bool = True
    """Whether its value is shown under the pointer."""
    deviation: Floats | None = None
    """(N,): half width of the band around the curve."""


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval on a row."""

    row: str
    start_s: float
    end_s: float
    colour: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes."""

    title: str
    unit: str = ""
    decimals: int = 2
    curves: tuple[Curve, ...] = ()
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Panels one above the other, over one stretch of time."""

    name: str
    """File name of the plot, without its extension."""
    title: str
    panels: tuple[Panel, ...]
    start_s: float
    end_s: float
    over_stride: bool = False
    """Whether the axis is the stride from 0 to 100 % instead of time."""


def make_charts(trial: Trial, motion: Motion, *, texts: Texts) -> tuple[Chart, ...]:
    """Return the charts of one trial. Lengths are shown only where the scale was measured."""
    start_s, end_s = _select_shown(trial)
    panels: dict[str, tuple[Panel, ...]] = {}
    if motion.scale.measured:
        panels["height"] = (_make_height_panels(motion, texts), _make_velocity_panels(motion, texts))
        panels["feet"] = (_make_sole_panels(motion, texts), _make_contact_panels(motion, texts))
    stride = _make_stride_panels(motion, texts)
    if is_seen_from_side(motion) and not stride:
        panels["angles"] = tuple(_make_angle_panels(motion, texts))
    if sum(map(_is_whole, motion.contacts)) >= _FEWEST_STEPS or not motion.scale.measured:
        panels["steps"] = (_find_steps(motion, texts, narrowest_s=_LABEL_SHARE * (end_s - start_s)),)
    found = [Chart(name, texts(f"chart_{name}"), parts, start_s, end_s) for name, parts in panels.items()]
    if stride:
        found.append(Chart("stride", texts("chart_stride"), stride, 0.0, 100.0, over_stride=True))
    return tuple(found)


def _select_shown(trial: Trial) -> tuple[float, float]:
    if not trial.phases:
        return trial.start_s, trial.end_s
    first, last = trial.phases[0].start_s, trial.phases[-1].end_s
    return max(trial.start_s, first - _MARGIN_S), min(trial.end_s, last + _MARGIN_S)


def _make_height_panels(motion: Motion, texts: Texts) -> Panel:
    measured = Curve(texts("measured"), motion.time_s, motion.com[:, 1], INK)
    fitted = tuple(Curve(texts("parabola"), *arc, VERMILION, "dashed", hover=False) for arc in draw_arcs(motion))
    return Panel(texts("com_height"), "m", curves=(measured, *fitted))


def _make_velocity_panels(motion: Motion, texts: Texts) -> Panel:
    """Measured on the ground; in flight the velocity of the fitted parabola, drawn as what it is."""
    title, velocity = texts("com_velocity"), compute_com_velocity(motion)
    flown = find_fitted_flight(motion)
    measured = Curve(texts("measured"), motion.time_s, np.where(flown, np.nan, velocity), INK)
    if not flown.any():
        return Panel(title, "m/s", curves=(measured,))
    beside = flown | np.roll(flown, 1) | np.roll(flown, -1)
    modelled = Curve(texts("parabola"), motion.time_s, np.where(beside, velocity, np.nan), VERMILION, "dashed")
    return Panel(title, "m/s", curves=(measured, modelled))


def _make_sole_panels(motion: Motion, texts: Texts) -> Panel:
    curves = tuple(
        Curve(texts(side), motion.time_s, motion.sole[:, place, 1] * 100, PRINTED_SIDES[side], DASHES[side])
        for side, place in (("left", LEFT), ("right", RIGHT))
    )
    return Panel(texts("sole_height"), "cm", decimals=1, curves=curves)


def _make_contact_panels(motion: Motion, texts: Texts) -> Panel:
    bars = (
        Bar(texts(side), *find_contact_span(item, motion), PRINTED_SIDES[side])
        for side in SIDES
        for item in motion.contacts
        if item.side == side
    )
    return Panel(texts("contacts"), bars=tuple(bars))


def _find_steps(motion: Motion, texts: Texts, *, narrowest_s: float) -> Panel:
    """Contacts of the left foot, flights and contacts of the right foot, with the lengths that there is room for."""

    def write_duration(start_s: float, end_s: float) -> str:
        return f"{1000 * (end_s - start_s):.0f}" if end_s - start_s > narrowest_s else ""

    def list_contacts(side: Side) -> Iterator[Bar]:
        for item in motion.contacts:
            if item.side == side:
                span = find_contact_span(item, motion)
                yield Bar(texts(side), *span, PRINTED_SIDES[side], write_duration(*span) if _is_whole(item) else "")

    flights = [(item.takeoff.time_s, item.landing.time_s) for item in motion.flights if item.takeoff and item.landing]
    airborne = (Bar(texts("in_the_air"), *flight, GREEN, write_duration(*flight)) for flight in flights)
    bars = (*list_contacts("left"), *airborne, *list_contacts("right"))
    return Panel(texts("steps"), "ms" if any(one.label for one in bars) else "", bars=bars)


def _is_whole(contact: Contact) -> bool:
    return contact.touchdown is not None and contact.toeoff is not None


def _make_angle_panels(motion: Motion, texts: Texts) -> Iterator[Panel]:
    angles = compute_joint_angles(motion)
    for name in ANGLES:
        curves = (
            Curve(texts(side), motion.time_s, angles[f"{side}_{name}"], PRINTED_SIDES[side], DASHES[side])
            for side in SIDES
        )
        yield Panel(texts(name), "°", decimals=0, curves=tuple(curves))


def _make_stride_panels(motion: Motion, texts: Texts) -> tuple[Panel, ...]:
    """Each angle over the stride, mean and standard deviation of both sides; nothing with too few strides."""
    sides = {side: dict(average_angles(motion, side)) for side in SIDES} if is_seen_from_side(motion) else {}
    found = {side: curves for side, curves in sides.items() if curves}
    return tuple(
        Panel(
            texts(name),
            "°",
            decimals=0,
            curves=tuple(
                Curve(
                    texts("of_strides", side=texts(side), count=curves[name].count),
                    PERCENT,
                    curves[name].mean,
                    PRINTED_SIDES[side],
                    DASHES[side],
                    hover=False,
                    deviation=curves[name].deviation,
                )
                for side, curves in found.items()
            ),
        )
        for name in (ANGLES if found else ())
    )


def make_hover_table(chart: Chart) -> dict[str, Any]:
    """Return what the page shows under the pointer: times once, then each curve's numbers."""
    hovered = [(panel, curve) for panel in chart.panels for curve in panel.curves if curve.hover]
    if not hovered:
        return {}
    time_s = hovered[0][1].time_s
    shown = (time_s >= chart.start_s) & (time_s <= chart.end_s)
    rows = [
        {
            "label": curve.label
            if len(panel.curves) > 1 and len(chart.panels) == 1
            else f"{panel.title} {curve.label}",
            "unit": space_unit(panel.unit),
            "decimals": panel.decimals,
            "values": [
                None if np.isnan(value) else round(float(value), panel.decimals) for value in curve.values[shown]
            ],
        }
        for panel, curve in hovered
    ]
    return {
        "start": chart.start_s,
        "end": chart.end_s,
        "time": [round(float(instant), 4) for instant in time_s[shown]],
        "curves": rows,
    }
