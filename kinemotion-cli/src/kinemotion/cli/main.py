"""The command ``kinemotion``: finds its subcommands without importing them, and ends every run."""

import ctypes
import gc
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from glob import glob, has_magic
from importlib import import_module

import click

from kinemotion.cli.command import Call, ShowsHelp, find_similar, with_suggestion
from kinemotion.cli.environment import Environment
from kinemotion.cli.handler import handle_failures
from kinemotion.errors import ExitStatus, UnknownMovement, UsageProblem
from kinemotion.installed import read_version
from kinemotion.messages import Message

FIXED = {
    "analyze": "kinemotion.cli.batch.command:analyze",
    "compare": "kinemotion.cli.results.compare:compare",
    "doctor": "kinemotion.cli.inspection.doctor:doctor",
    "history": "kinemotion.cli.results.history:history",
    "live": "kinemotion.cli.live.camera:live",
    "movements": "kinemotion.cli.inspection.about:movements",
    "probe": "kinemotion.cli.inspection.probe:probe",
    "schema": "kinemotion.cli.inspection.schema:schema",
    "selftest": "kinemotion.cli.inspection.selftest:selftest",
    "stream": "kinemotion.cli.live.stream:stream",
    "version": "kinemotion.cli.inspection.about:version",
}
"""Commands that are not made from a movement, and where they are."""

ANALYZE = "-analyze"

_MADE_BETWEEN_COLLECTIONS = 20_000
"""Engineering limit: objects made, less those freed, between two collections of garbage. An analysis makes 5000."""
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
"""Numbers of settings of glibc (malloc.h): how many heaps the threads share; from what size on memory is given back."""
_LARGE_BYTES = 4 * 1024 * 1024
"""Size of a piece of memory that goes back to the system at once: a picture of 1080 x 1920 in RGB has 6 MB."""


class Commands(ShowsHelp, click.Group):
    """The fixed commands and one ``<movement>-analyze`` for each installed movement."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Names of all commands."""
        from kinemotion.movements import registry  # noqa: PLC0415  (--version shall not wait for it)

        return [*(name + ANALYZE for name in registry.list_names()), *FIXED]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name; None where there is none."""
        if cmd_name in FIXED:
            module, _, name = FIXED[cmd_name].partition(":")
            return getattr(import_module(module), name)
        if not cmd_name.endswith(ANALYZE):
            return None
        from kinemotion.cli.analyze import make_command  # noqa: PLC0415

        try:
            return make_command(cmd_name.removesuffix(ANALYZE))
        except UnknownMovement:
            return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command and its arguments; where there is none of that name, the nearest is named."""
        if self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            begun = [name for name in known if name.startswith(args[0])]
            message = Message("unknown_command", "There is no command called {name!r}.", name=args[0])
            see = Message("see_program_help", "See kinemotion --help.")
            raise UsageProblem(message, hint=with_suggestion(begun or find_similar(args[0], known), see))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """What the command returns; where the reader of its output has left, it ends at once and without a word."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise SystemExit(ExitStatus.OUTPUT_NOT_WRITABLE) from None


def _print_version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:  # noqa: FBT001  (click's order)
    if asked:
        call = ctx.find_object(Call) or Call()
        call.environment.write(f"kinemotion {read_version()}\n")
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Version.")
def kinemotion() -> None:
    """Numbers of a force-plate laboratory from one phone video."""


def expand_patterns(arguments: Sequence[str]) -> list[str]:
    """Replace each file pattern by the files that it matches, as shells do elsewhere and those of Windows do not."""
    found: list[str] = []
    for text in arguments:
        matches = sorted(glob(text)) if has_magic(text) and not text.startswith("-") else []  # noqa: PTH207  (may be absolute)
        found += matches or [text]
    return found


def _compute_in_one_thread() -> None:
    """Keep the linear algebra of NumPy and OpenCV in the thread that asks for it, unless the user sets it otherwise.

    Their matrices are small here: other threads would do little, wait for more, and keep a processor busy with waiting.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # it is read when NumPy and OpenCV are loaded


@contextmanager
def _collect_seldom() -> Generator[None]:
    """Look for garbage seldom, and not when the process ends.

    To load the program makes 80 000 objects and no garbage, and an analysis makes next to none: to look through them
    took 0.04 s of a processor at the start and 0.1 s at the end.
    """
    gc.set_threshold(_MADE_BETWEEN_COLLECTIONS)
    try:
        yield
    finally:
        gc.freeze()


def _bound_memory() -> None:
    """Let all threads take memory from one heap, and large pictures none of it.

    glibc gives each thread its own heap: the place of a picture that one thread has freed is then not used by the next
    one, and how much memory a run needs depends on which thread frees what first. Small things that stay between large
    ones do the same to one heap. Other C libraries have no such settings.
    """
    with suppress(AttributeError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, 1)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def main(arguments: Sequence[str] | None = None, *, environment: Environment | None = None) -> None:
    """Run the command line and end the process with the documented exit status.

    Without arguments and environment, those of the process are taken.
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if sys.platform == "win32":
        given = expand_patterns(given)
    if arguments is None:
        _bound_memory()
        _compute_in_one_thread()
    with (
        _collect_seldom() if arguments is None else nullcontext(),
        handle_failures(environment or Environment.of_process()) as call,
    ):
        kinemotion.main(given, prog_name="kinemotion", standalone_mode=False, obj=call)
