"""What the program works with besides its arguments: streams, a clock, settings of the user. Tests bring their own."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Self, TextIO


@dataclass(frozen=True, slots=True)
class Environment:
    """Streams, clock and settings; a stream is None where the process has none."""

    stdin: TextIO | None
    stdout: TextIO | None
    stderr: TextIO | None
    clock: Callable[[], float] = monotonic
    """Seconds that never go back."""
    config: Mapping[str, str] = field(default_factory=lambda: os.environ)
    """Settings of the user by the names of environment variables, for example ``NO_COLOR`` and ``COLUMNS``."""

    @classmethod
    def of_process(cls) -> Self:
        """Return the environment of this process."""
        return cls(sys.stdin, sys.stdout, sys.stderr)

    def write(self, text: str) -> None:
        """Write a result as it is to standard output, at once."""
        _write(self.stdout, text)

    def report(self, text: str) -> None:
        """Write as it is to standard error, at once."""
        _write(self.stderr, text)

    def show(self, text: str, *, aside: bool = False) -> None:
        """Write words for a reader: in colours at a terminal. Aside is standard error."""
        stream = self.stderr if aside else self.stdout
        if not is_terminal(stream):
            _write(stream, text)
            return
        from kinemotion.cli.terminal import open_console, print_words  # noqa: PLC0415  (a pipe needs no colours)

        print_words(text, open_console(stream, self.config))

    @property
    def width(self) -> int | None:
        """Width of the terminal that standard output is, in characters; None where it is none."""
        if not is_terminal(self.stdout):
            return None
        from kinemotion.cli.terminal import open_console  # noqa: PLC0415

        return open_console(self.stdout, self.config).width


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a person reads the stream; it may be missing or closed."""
    return stream is not None and not stream.closed and stream.isatty()


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))  # an old terminal lacks some signs
    stream.flush()
