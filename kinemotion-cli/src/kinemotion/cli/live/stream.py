"""The command that follows many live sessions: records on standard input, JSON lines on standard output."""

import sys

import click

from kinemotion.cli.command import Call, Command
from kinemotion.cli.output import write_line


@click.command(cls=Command, short_help="Follow many live sessions: records in, JSON lines out.")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@click.pass_obj
def stream(call: Call, *, debug: bool) -> None:
    """Follow many live sessions in one process.

    Records on standard input open and close sessions and bring their frames: pictures or landmarks. JSON lines on
    standard output tell phase, height and trials of each. The reference page "Live stream" describes both.
    """
    del debug  # noted in the call
    from kinemotion.stream.serve import serve  # noqa: PLC0415  (asking for --help shall not wait for numpy)

    call.lines = True
    serve(sys.stdin.buffer, write_line)
