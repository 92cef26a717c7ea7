"""Every number of the science says what it is: from the literature, an engineering limit, or fitted and in a table."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "kinemotion"
ROOMS = ("signals", "reconstruct", "movements")
ORIGINS = ("Source:", "Engineering limit:")


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (SOURCE / room).rglob("*.py"))


def unexplained(source: str) -> Iterator[str]:
    """Names of the module-level numbers whose docstring does not begin with their origin."""
    body = ast.parse(source).body
    for place, statement in enumerate(body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        following = body[place + 1] if place + 1 < len(body) else None
        if holds_number(statement.value) and not says_origin(following):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield ", ".join(ast.unparse(target) for target in targets)


def holds_number(value: ast.expr) -> bool:
    """Whether an expression holds a number; positions in sequences and in names are none."""
    if isinstance(value, ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp | ast.Subscript):
        return False
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, int | float) and not isinstance(part.value, bool)
        for part in ast.walk(value)
    )


def says_origin(statement: ast.stmt | None) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and statement.value.value.startswith(ORIGINS)
    )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_number_of_the_science_says_where_it_comes_from(path: Path):
    assert list(unexplained(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("_X = 1.5", ["_X"]),
        ('_X = 1.5\n"""How far."""', ["_X"]),
        ('_X, _Y = 1.5, 2\n"""Engineering limit: how far."""', []),
        ('_X: dict[str, float] = {"a": 1.0}\n"""Source: Winter 2009."""', []),
        ("_X = Cut(settle_s=0.5)", ["_X"]),
        ('_NAMES = ("a", "b")', []),
    ],
)
def test_a_number_without_an_origin_is_found(source: str, found: list[str]):
    assert list(unexplained(source)) == found
