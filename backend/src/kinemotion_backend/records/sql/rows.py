"""Nouns to rows and back; and rows in pages."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from kinemotion_backend.records.paging import Item, Page, PageRequest, make_cursor

Noun = TypeVar("Noun", bound="_Dataclass")


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


def write_row(noun: _Dataclass) -> dict[str, Any]:
    """Convert a noun to the values of its columns."""
    return {field.name: _make_plain(getattr(noun, field.name)) for field in fields(noun)}


def read_row(kind: type[Noun], row: RowMapping | Mapping[str, Any]) -> Noun:
    """Convert a row to a noun of that kind; columns that the noun has no field for are left out."""
    values = {field.name: row[field.name] for field in fields(kind)}
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})  # pyright: ignore[reportUnknownArgumentType]


def read_optional_row(kind: type[Noun], row: RowMapping | None) -> Noun | None:
    """Convert a row to a noun of that kind; None where there is no row."""
    return None if row is None else read_row(kind, row)


async def read_page(
    connection: AsyncConnection,
    query: Select[Any],
    *,
    table: Table,
    page: PageRequest,
    read: Callable[[RowMapping], Item],
) -> Page[Item]:
    """Run the query for one page, the newest rows first."""
    if after := page.after:
        query = query.where(_compare_before(table, after=after))
    query = query.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(page.limit + 1)
    rows = (await connection.execute(query)).mappings().all()
    shown = rows[: page.limit]
    more = len(rows) > page.limit
    return Page(tuple(map(read, shown)), make_cursor(shown[-1]["created_at"], shown[-1]["id"]) if more else None)


def _compare_before(table: Table, *, after: tuple[datetime, str]) -> ColumnElement[bool]:
    at, identifier = after
    created_at = table.c.created_at
    return or_(created_at < at, and_(created_at == at, table.c.id < identifier))


def _make_plain(value: object) -> object:
    """Values as a JSON column takes them."""
    if isinstance(value, tuple):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return dict(value) if isinstance(value, Mapping) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
