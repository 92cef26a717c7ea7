"""Whether a movement, or a segmenter, has all that the engine calls: packages are written for other versions too."""

from importlib.metadata import EntryPoint

from kinemotion.errors import MovementOutdated
from kinemotion.messages import Message


def check_movement(made: object, protocol: type, *, entry: EntryPoint) -> None:
    """Check that the movement of an entry point has every member of the protocol.

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
                name=entry.name,
                package=name_package(entry),
                missing=missing,
            )
        )


def name_package(entry: EntryPoint) -> str:
    """Return the name of the package that an entry point is of; to read it takes some milliseconds."""
    return entry.dist.name if entry.dist else entry.module.partition(".")[0]


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
