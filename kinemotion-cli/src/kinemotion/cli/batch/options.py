"""What a call with several clips is asked for as a whole."""

import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from kinemotion.cli.documents import check_distinct, is_same_file
from kinemotion.cli.execute import Order
from kinemotion.cli.outputs import Target
from kinemotion.cli.parameters import ONE_CLIP
from kinemotion.errors import OutputProblem, UsageProblem
from kinemotion.messages import Message
from kinemotion.report.exchange import table
from kinemotion.report.files import check_folder, check_target, describe_write_error

FOLDERS: Mapping[str, tuple[str, str]] = {"report_dir": ("page", ".html"), "overlay_dir": ("overlay", ".mp4")}
"""By the parameter that names a folder: the output written there for each clip, and its extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """What holds for all clips of a call."""

    documents: Path | None = None
    """Folder of the JSON documents."""
    folders: Mapping[str, Path]
    """By the name of an output: the folder it is written into for each clip."""
    tables: tuple[Path, ...] = ()
    workers: int | None = None
    threads: int | None = None
    cluster: str | None = None
    """Address of the Dask scheduler whose workers carry out the orders; processes of this machine where None."""
    resume: bool = False
    lang: str = "en"
    progress: str = "auto"
    debug: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Make them from the values of a command."""
        return cls(
            documents=values["json_dir"],
            folders={output: values[name] for name, (output, _) in FOLDERS.items() if values[name]},
            tables=tuple(values["table"]),
            **{name: values[name] for name in ("workers", "threads", "cluster", "resume", "lang", "progress", "debug")},
        )

    def shares(self, *, clips: int) -> tuple[int, int]:
        """Number of processes, and of cores that each may keep busy."""
        threads = self.threads or 1
        return min(self.workers or max(1, (os.cpu_count() or 1) // threads), clips), threads

    def place(self, order: Order, *, threads: int) -> Order:
        """Return the order with its files in the folders of this call, and its share of the cores."""
        extensions = dict(FOLDERS.values())
        targets = tuple(
            Target(output, folder / f"{order.result}{extensions[output]}") for output, folder in self.folders.items()
        )
        documents = (str(self.documents / f"{order.result}.json"),) if self.documents else ()
        outputs = replace(order.outputs, documents=documents, targets=targets, lang=self.lang)
        settings = replace(order.request.settings, threads=threads)
        return replace(order, request=replace(order.request, settings=settings), outputs=outputs)

    def check(self, orders: Sequence[Order], *, inputs: Sequence[Path]) -> None:
        """Say before the work what would fail after it, and make the folders; only a bad clip is left to its turn.

        Raises
        ------
        UsageProblem, OutputProblem
            If an output cannot be written, or would replace an input or another output.
        """
        if self.resume and not self.documents:
            raise UsageProblem(
                Message("resume_without_folder", "--resume looks for results in --json-dir."),
                hint=Message("give_json_dir", "Give --json-dir."),
            )
        if self.documents or self.folders:
            _check_distinct_names(orders)
        with _made_folders([folder for folder in (self.documents, *self.folders.values()) if folder]):
            for order in orders:
                order.outputs.check(order.request)
            self._check_tables(orders, inputs=inputs)

    def _check_tables(self, orders: Sequence[Order], *, inputs: Sequence[Path]) -> None:
        check_distinct(self.tables)
        for path in self.tables:
            if any(is_same_file(path, read) for read in (*inputs, *(order.request.path for order in orders))):
                raise OutputProblem(
                    Message("table_over_input", "The table would overwrite {file!r}.", file=path.name),
                    hint=Message("choose_other_name", "Choose another name."),
                )
            check_target(path, table.FORMATS)


def check_no_single_outputs(values: Mapping[str, Any]) -> None:
    """Check that no output of a single clip is asked for.

    Raises
    ------
    UsageProblem
        If one is.
    """
    for option in ONE_CLIP:
        if values[str(option.name)]:
            hint = Message("use_folders", "For several clips use --json-dir, --report-dir, --overlay-dir and --csv.")
            message = Message("output_of_one_clip", "{option} writes the result of one clip.", option=option.opts[0])
            raise UsageProblem(message, hint=hint)


@contextmanager
def _made_folders(folders: Sequence[Path]) -> Generator[None]:
    """Make the folders that are missing, each in one that is there; remove them again if the call is refused."""
    made: list[Path] = []
    try:
        for folder in folders:
            check_folder(folder)
            if not folder.exists():
                try:
                    folder.mkdir()
                except OSError as error:
                    raise describe_write_error(repr(folder.name), error) from error
                made.append(folder)
        yield
    except BaseException:
        for folder in made:
            folder.rmdir()
        raise


def _check_distinct_names(orders: Sequence[Order]) -> None:
    """Two clips of one name would be written over each other; some file systems ignore the case of letters."""
    seen: dict[str, Order] = {}
    for order in orders:
        other = seen.setdefault(order.result.casefold(), order)
        if other is not order:
            raise UsageProblem(
                Message(
                    "same_result_name",
                    "The results of {one!r} and {other!r} would have the same name.",
                    one=other.clip,
                    other=order.clip,
                ),
                hint=Message(
                    "rename_results",
                    "Rename one, analyse them apart, or name the results in the column `output` of a manifest.",
                ),
            )
