"""The command that prints the schemas of the contract."""

import click

from kinemotion.cli.command import Call, Command
from kinemotion.cli.documents import STDOUT, write_document
from kinemotion.report.contract.schema import SCHEMAS


@click.command(cls=Command, short_help="For programs: print a JSON schema of the results.")
@click.argument("name", metavar="[NAME]", required=False, type=click.Choice(list(SCHEMAS)))
@click.pass_obj
def schema(call: Call, /, *, name: str | None) -> None:
    """Print a JSON schema of the contract; list them without NAME."""
    if name:
        write_document(SCHEMAS[name](), STDOUT, environment=call.environment)
        return
    for known in SCHEMAS:
        call.environment.write(known + "\n")
