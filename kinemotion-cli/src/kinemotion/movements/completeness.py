"""Whether a movement, or a segmenter, has all that the engine calls: packages are written for other versions too."""

from kinemotion.errors import MovementOutdated
from kinemotion.messages import Message


def check_movement(made: object, protocol: type, *, name: str, place: str) -> None:
    """Check that the movement of that name, which is at `module:attribute`, has every member of the protocol.

    Raises
    ------
    MovementOutdated
        Where members are missing; the message names them and the package.
    """
    if missing := _list_missing(made, protocol):
        raise MovementOutdated(
            Message(
                "movement_outdated",
                "The movement {name!r} of the package {package} is written for another version of Kinemotion. "
                "It lacks: {missing}.",
                name=name,
                package=name_package(place),
                missing=missing,
            )
        )


def name_package(place: str) -> str:
    """Return the name of the package that `module:attribute` is of; to read it takes some milliseconds."""
    from importlib.metadata import packages_distributions  # noqa: PLC0415  (only failures need it)

    module = place.partition(":")[0].partition(".")[0]
    return next(iter(packages_distributions().get(module, ())), module)


def check_segmenter(made: object, protocol: type) -> None:
    """Check that the segmenter of a movement has every member of the protocol.

    Raises
    ------
    MovementOutdated
        Where members are missing; the message names them, the class and the package.
    """
    if missing := _list_missing(made, protocol):
        kind = type(made)
        raise MovementOutdated(
            Message(
                "segmenter_outdated",
                "The segmenter {name!r} of the package {package} is written for another version of Kinemotion. "
                "It lacks: {missing}.",
                name=kind.__name__,
                package=kind.__module__.partition(".")[0],
                missing=missing,
            )
        )


def _list_missing(made: object, protocol: type) -> str:
    """Return the names of the members that are not there."""
    return ", ".join(name for name in vars(protocol) if not name.startswith("_") and not hasattr(made, name))
