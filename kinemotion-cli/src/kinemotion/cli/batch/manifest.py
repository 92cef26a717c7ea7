"""A list of clips in a table: each row is read as the command line it stands for, by the command of its movement."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path, PureWindowsPath

import click

from kinemotion.cli.analyze import make_command
from kinemotion.cli.command import find_similar, with_suggestion
from kinemotion.cli.execute import Order, order_of
from kinemotion.cli.parameters import CLIP, MODEL
from kinemotion.cli.usage import describe_bad_value
from kinemotion.errors import UnknownMovement, UsageProblem, VideoNotFound
from kinemotion.messages import Message
from kinemotion.motion.options import list_options
from kinemotion.movements import registry

REQUIRED = ("file", "movement")
RESULT = "output"
"""Column that names what is written of a clip, where the clip's own name is not to be used."""

_NAMED = 5
"""Missing clips that are named; more of them have one cause."""

ALIASES = {"height": "athlete_height"}
SWITCH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Row = Mapping[str, str]


def read_manifest(path: Path, *, defaults: Sequence[str]) -> list[Order]:
    """Read one order from each row; paths are relative to the manifest.

    Parameters
    ----------
    path
        A CSV file; its columns are ``file``, ``movement``, ``output`` and the flags of the movements' commands that
        describe a clip, without dashes. An empty cell means that the flag is not given.
    defaults
        Arguments for every row that does not set them itself.

    Raises
    ------
    UsageProblem
        Where it cannot be read; the message names row and column.
    """
    orders = [_order(row, number, folder=path.parent, defaults=defaults) for number, row in _read_rows(path)]
    if missing := [f"{order.clip!r}" for order in orders if not _can_exist(order.request.path)]:
        raise UsageProblem(
            Message(
                "clips_missing",
                "{missing} of {count} clips of the manifest do not exist: {files}.",
                missing=len(missing),
                count=len(orders),
                files=", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else ""),
            ),
            hint=Message("manifest_paths", "Paths are relative to the manifest. Nothing was analysed."),
        )
    if not orders:
        raise UsageProblem(
            Message("manifest_empty", "The manifest names no clip."),
            hint=Message("write_rows", "Below the names of the columns, write one row for each clip."),
        )
    return orders


def _read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the rows that are not empty, by their number in a spreadsheet."""
    try:
        table = _read_table(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UsageProblem(
            Message("manifest_not_readable", 'The manifest cannot be read: "{reason}".', reason=str(error.strerror)),
            hint=VideoNotFound.default_hint,
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageProblem(
            Message("manifest_no_table", "The manifest is not a table in UTF-8."),
            hint=Message("save_as_csv", "Save it as CSV, UTF-8."),
        ) from error
    columns = _find_columns(table[0] if table else [])
    for number, cells in enumerate(table[1:], start=2):
        if len(cells) > len(columns):
            raise UsageProblem(
                Message("too_many_cells", "Row {row} has more cells than there are columns.", row=number),
                hint=Message("quote_cells", "Put cells with commas in quotation marks."),
            )
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
        if row:
            yield number, row


def _read_table(text: str) -> list[list[str]]:
    """Return the cells of each row; the first line shows what separates them."""
    if "\0" in text:
        raise csv.Error
    head = next(iter(text.splitlines()), "")
    separator = next((sign for sign in "\t;" if sign in head), ",")
    return list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))


def _find_columns(names: Sequence[str]) -> list[str]:
    """Return the columns by the names of their flags."""
    found = [name.strip().lower().replace("-", "_").replace(" ", "_") for name in names]
    found = [ALIASES.get(name, name) for name in found]
    known = (*REQUIRED, RESULT, *(column for name in registry.list_names() for column in _list_flags(name)))
    hint = Message("known_columns", "Known columns: {known}.", known=", ".join(dict.fromkeys(known)))
    for name, times in Counter(found).items():
        if name not in known:
            raise UsageProblem(
                Message("unknown_column", "Row 1: there is no column called {name!r}.", name=name),
                hint=with_suggestion(find_similar(name, known), hint),
            )
        if times > 1:
            raise UsageProblem(
                Message("column_repeated", "Row 1: the column {name!r} appears {count} times.", name=name, count=times),
                hint=Message("keep_one_column", "Keep one of them."),
            )
    for name in REQUIRED:
        if name not in found:
            raise UsageProblem(
                Message("column_missing", "Row 1: the column {name!r} is missing.", name=name), hint=hint
            )
    return found


def _list_flags(movement: str) -> list[str]:
    """Return the columns that a clip of that movement may fill."""
    shared = (_find_column(option.opts[0]) for option in (*MODEL, *CLIP))
    return [*shared, *(spec.name for spec in list_options(registry.get(movement).options))]


def _order(row: Row, number: int, *, folder: Path, defaults: Sequence[str]) -> Order:
    for name in REQUIRED:
        if name not in row:
            raise _make_cell_error(number, name, what=Message("cell_empty", "it is empty."))
    movement, video = row["movement"], folder / _read_path(row["file"], folder=folder)
    result = row.get(RESULT, video.stem)
    if Path(result).name != result:
        raise _make_cell_error(
            number, RESULT, what=Message("no_file_name", "{name!r} is not a file name.", name=result)
        )
    try:
        analysis = make_command(movement)
    except UnknownMovement as error:
        raise _make_cell_error(number, "movement", what=error.message, hint=error.hint) from error
    cells = {name: cell for name, cell in row.items() if name not in {*REQUIRED, RESULT}}
    arguments = [_make_argument(name, cell, number=number, of=analysis) for name, cell in cells.items()]
    try:
        given = analysis.make_context("analyze", [*defaults, *arguments, "--", str(video)]).params
    except click.BadParameter as error:
        flag = error.param.opts[0] if error.param else ""
        raise _make_cell_error(number, _find_column(flag), what=describe_bad_value(error)) from error
    return replace(order_of(registry.get(movement), video, values=given), result=result)


def _read_path(text: str, *, folder: Path) -> Path:
    """Return the path of a cell; one with backslashes, as Windows writes it, is understood on every system."""
    if "\\" in text and not _can_exist(folder / text):
        return Path(PureWindowsPath(text).as_posix())
    return Path(text)


def _can_exist(path: Path) -> bool:
    """Return whether there may be a file at the path; an error of access is reported when the clip is analysed."""
    try:
        return path.exists()
    except OSError:
        return True


def _make_argument(name: str, cell: str, *, number: int, of: click.Command) -> str:
    """Return the cell as an argument of the command."""
    flag = next((option for option in of.params if _find_column(option.opts[0]) == name), None)
    if flag is None:
        raise _make_cell_error(
            number, name, what=Message("option_of_other_command", "{command} has no such option.", command=str(of.name))
        )
    text = flag.opts[0]
    if flag.secondary_opts:
        if cell.lower() not in SWITCH:
            raise _make_cell_error(
                number, name, what=Message("neither_yes_nor_no", "{cell!r} is neither yes nor no.", cell=cell)
            )
        return text if SWITCH[cell.lower()] else flag.secondary_opts[0]
    return f"{text}={cell}"


def _find_column(flag: str) -> str:
    return flag.removeprefix("--").replace("-", "_")


def _make_cell_error(number: int, column: str, *, what: Message, hint: Message | None = None) -> UsageProblem:
    nothing = Message("nothing_analysed", "Nothing was analysed.")
    both = Message("and_nothing_analysed", "{hint} Nothing was analysed.", hint=hint or nothing)
    message = Message("bad_cell", "Row {row}, column {column!r}: {what}", row=number, column=column, what=what)
    return UsageProblem(message, hint=both if hint else nothing)
