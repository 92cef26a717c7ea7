"""Which movement and which options a client means, by what the engine declares."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kinemotion_backend.contract import MovementInfo, OptionInfo
from kinemotion_backend.errors import InvalidOption, UnknownMovement

Option = str | float | bool
Options = Mapping[str, Option]

SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "counter_movement_jump": "cmj",
        "depth_jump": "dropjump",
        "hops": "rj",
        "run": "running",
        "running_gait": "running",
    }
)
"""What people call the movements, beside the engine's own names and titles."""

YES, NO = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off"})

ATHLETE_OPTIONS: tuple[OptionInfo, ...] = (
    OptionInfo(name="mass_kg", flag="--mass", type="float", unit="kg", meaning="Body mass."),
    OptionInfo(name="athlete_height_m", flag="--athlete-height", type="float", unit="m", meaning="Stature, barefoot."),
    OptionInfo(name="sex", flag="--sex", choices=("female", "male"), meaning="Sex, for segment masses."),
    OptionInfo(name="speed_m_s", flag="--speed", type="float", unit="m/s", meaning="Belt or ground speed of a run."),
    OptionInfo(name="capture_fps", flag="--capture-fps", type="float", unit="1/s", meaning="True rate of slow motion."),
)
"""Options of every movement, in the contract's words."""


def find_movement(name: str, *, among: Iterable[MovementInfo]) -> MovementInfo:
    """The movement of that name, title or common spelling."""
    offered = tuple(among)
    wanted = _plain(name)
    wanted = SPELLINGS.get(wanted, wanted)
    for movement in offered:
        if wanted in {_plain(movement.name), _plain(movement.title)}:
            return movement
    known = ", ".join(movement.name for movement in offered)
    raise UnknownMovement(f"There is no such movement; known are {known}.")


def flags(movement: MovementInfo, options: Options) -> list[str]:
    """Arguments ``--flag=value`` for the options, in the movement's order; a value can never become a flag."""
    declared = {option.name: option for option in (*ATHLETE_OPTIONS, *movement.options)}
    if unknown := sorted(options.keys() - declared.keys()):
        raise InvalidOption(f"{movement.title} has no option {unknown[0]!r}; known are {', '.join(declared)}.")
    return [_argument(declared[name], options[name]) for name in declared if name in options]


def _argument(option: OptionInfo, value: Option) -> str:
    """One argument; a boolean option is a pair of flags without a value."""
    text = str(value)
    if "\0" in text or (option.type == "bool" and text.lower() not in YES | NO):
        raise InvalidOption(f"The value of {option.name!r} is not valid.")
    if option.type != "bool":
        return f"{option.flag}={text}"
    return option.flag if text.lower() in YES else option.flag.replace("--", "--no-", 1)


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
