"""The installed movements: those of this package and of other packages have the same entry point."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from operator import attrgetter

from kinemotion.errors import MovementOutdated, UnknownMovement
from kinemotion.installed import find_entry_points
from kinemotion.messages import Message
from kinemotion.motion.metrics import MetricSpec, list_metrics
from kinemotion.movements.base import Movement
from kinemotion.movements.completeness import check_movement, name_package

GROUP = "kinemotion.movements"
"""Entry-point group; the entry's name is the movement's name, its object a ``Movement``."""


@cache
def _find_entries() -> Mapping[str, str]:
    """Return where each movement is, as `module:attribute`, by its name."""
    return find_entry_points(GROUP)


def list_names() -> tuple[str, ...]:
    """Return the names of all installed movements, without importing them."""
    return tuple(sorted(_find_entries()))


def get(name: str) -> Movement:
    """Return the movement of that name.

    Raises
    ------
    UnknownMovement
        Where none is installed under it; the message lists those that are.
    MovementOutdated
        Where its package is written for another version of the engine.
    """
    if name not in _find_entries():
        near = get_close_matches(name, list_names(), n=1)
        hint = Message("similar_movement", "Did you mean {near}?", near=near[0]) if near else None
        raise UnknownMovement(
            Message(
                "unknown_movement",
                "There is no movement called {name!r}. Installed: {known}.",
                name=name,
                known=", ".join(list_names()),
            ),
            hint=hint,
        )
    return _load(name, _find_entries()[name])


def _load(name: str, place: str) -> Movement:
    module, _, attribute = place.partition(":")
    try:
        movement: Movement = attrgetter(attribute)(import_module(module))
    except (ImportError, AttributeError) as error:
        raise MovementOutdated(
            Message(
                "movement_not_loadable",
                "The movement {name!r} of the package {package} cannot be loaded: {reason}",
                name=name,
                package=name_package(place),
                reason=str(error),
            )
        ) from error
    check_movement(movement, Movement, name=name, place=place)
    return movement


def list_leading_metrics(movement: Movement) -> tuple[MetricSpec, ...]:
    """Return the metrics that a coach reads first; the headline where the movement names none."""
    declared = {spec.name: spec for spec in list_metrics(movement.metrics)}
    return tuple(declared[name] for name in movement.leading_metrics or (movement.headline,))
