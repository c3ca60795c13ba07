"""The read lane: one row or a page of any table, from one declaration per resource.

A statement is built from the table's columns, compiled once per shape, run on the driver and serialised once;
permission scope, withdrawal and filters are inside it. The declared Read model stays the contract.
"""

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin
from uuid import UUID

import asyncpg
from fastapi import Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationInfo, field_validator
from pydantic_core import to_json
from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Uuid,
    bindparam,
    func,
    inspect,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel, col
from typing_extensions import TypedDict

from .audit import Actor, Recorded
from .contract import as_sent, clean, kinds_of
from .database import Database, scope_column
from .problems import Invalid, NotFound

ReadT = TypeVar("ReadT", bound=BaseModel)
Filter = Callable[[str], ColumnElement[bool]]
Present = Callable[[dict[str, Any], Actor], None]
Witness = Callable[[Database, Actor, Sequence[Mapping[str, Any]]], Awaitable[None]]

_DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]


class Page(BaseModel, Generic[ReadT]):
    """One page of a list; `next` goes into `after`, null on the last page."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    items: list[ReadT]
    next: str | None
    total: int | None = Field(default=None, description="exact count, only with with_total=true")


class Paging(BaseModel):
    """Subclass it: one field per filter, and `sort` narrowed to a Literal of what may be asked."""

    model_config = ConfigDict(extra="forbid")
    paging: ClassVar[frozenset[str]] = frozenset({"sort", "after", "limit", "with_total", "include"})

    sort: str
    after: str | None = Field(
        default=None,
        max_length=1000,
        description="上一页的 next · `next` of the page before",
        json_schema_extra={"format": "cursor"},
    )
    limit: int = Field(default=50, ge=1, le=200)
    with_total: bool = Field(default=False, description="add the exact total")

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: Any, info: ValidationInfo) -> Any:
        return as_sent(cls, info.field_name, value)


class Query(Paging):
    """The query of a table whose rows can be withdrawn."""

    withdrawn: bool = Field(default=False, description="the withdrawn rows instead of the others")


def _type(column: Any) -> TypeEngine[Any]:
    kind: TypeEngine[Any] = column.type
    return kind


def _bind(name: str, column: Any) -> BindParameter[Any]:
    return bindparam(name, type_=_type(column))


def equals(column: Any) -> Filter:
    return lambda name: col(column) == _bind(name, column)


def one_of(column: Any) -> Filter:
    return lambda name: col(column) == func.any(bindparam(name, type_=ARRAY(_type(column))))


def one_of_or_within(column: Any, also: Any) -> Filter:
    """The column is one of the values, or the array `also` holds one of them."""

    def clause(name: str) -> ColumnElement[bool]:
        wanted = bindparam(name, type_=ARRAY(_type(column)))
        return (col(column) == func.any(wanted)) | col(also).bool_op("&&")(wanted)

    return clause


def at_least(column: Any) -> Filter:
    return lambda name: col(column) >= _bind(name, column)


def at_most(column: Any) -> Filter:
    return lambda name: col(column) <= _bind(name, column)


def contains(*columns: Any) -> Filter:
    """Any of the text columns holds the words, letter case aside; no sign of them is a wildcard."""

    def clause(name: str) -> ColumnElement[bool]:
        wanted = func.lower(_bind(name, columns[0]))
        whole = func.lower(func.concat_ws("\n", *(col(column) for column in columns)))
        return func.strpos(whole, wanted) > 0

    return clause


def present_or_not(column: Any) -> Filter:
    """A boolean filter: true asks for rows where the column is filled."""
    return lambda name: col(column).is_not(None) == bindparam(name)


class Listing(Generic[ReadT]):
    """How a table is read. Checks itself at import: a filter without a clause, a nullable sort column do not start.

    `present` completes a row before it is serialised (masks, allowed_actions); its fields are not columns.
    `witness` is told of the records that leave, before they do, where reading itself is on the record.
    `include` maps a name to the listing of children and their column that points here.
    """

    def __init__(
        self,
        table: type[SQLModel],
        read: type[ReadT],
        query: type[Paging],
        *,
        where: Mapping[str, Filter],
        sort: Mapping[str, Any],
        present: Present | None = None,
        witness: Witness | None = None,
        include: Mapping[str, tuple["Listing[Any]", Any]] | None = None,
    ) -> None:
        self.table, self.read, self.query = table, read, query
        self._where, self._sort, self._present, self._witness = dict(where), dict(sort), present, witness
        self._include = dict(include or {})
        if issubclass(table, Recorded):
            self._where["withdrawn"] = present_or_not(table.withdrawn_at)
        unmatched = (set(query.model_fields) - Paging.paging - {"withdrawn"}) ^ set(where)
        if unmatched:
            raise TypeError(f"{query.__name__}: a field without a clause, or a clause without a field: {unmatched}")
        if nullable := [name for name, column in sort.items() if getattr(column, "nullable", False)]:
            raise TypeError(f"{table.__name__}: a keyset cannot pass over nulls: {nullable}")
        if {name.removeprefix("-") for name in get_args(query.model_fields["sort"].annotation)} != set(sort):
            raise TypeError(f"{query.__name__}.sort does not name the sorts of the listing: {sorted(sort)}")
        columns = table.__table__.c  # type: ignore[attr-defined]
        self._columns = [columns[name] for name in read.model_fields if name in columns]
        self._rows: TypeAdapter[list[Any]] = TypeAdapter(list[_row_type(read, self._include)])  # type: ignore[arg-type, misc]
        self._row: TypeAdapter[Any] = TypeAdapter(_row_type(read, self._include))
        self._compiled = lru_cache(maxsize=512)(self._compile)
        self._key_types = {name: _key_type(column) for name, column in sort.items()}

    async def page(self, database: Database, actor: Actor, query: Paging, request: Request) -> Response:
        """A page as the finished answer, with `Link: rel="next"` when there is more."""
        asked = {name: value for name, value in query if name in self._where and value not in (None, [], ())}
        values: dict[str, Any] = dict(asked)
        if actor.scope is not None:
            values["scope_"] = list(actor.scope)
        bound = _fingerprint(self.table, query.sort, asked)
        if query.after:
            values["key_"], values["id_"] = self._place(query.after, query.sort, bound)
        shape = (frozenset(asked), query.sort, bool(query.after), actor.scope is not None, query.with_total)
        records = await self._run(database, shape, values | {"limit_": query.limit + 1})
        total: int | None = None
        if query.with_total:
            total = records[0]["total_"] if records else 0
        more, records = len(records) > query.limit, records[: query.limit]
        if self._witness:
            await self._witness(database, actor, records)
        rows = [self._shown(record, actor) for record in records]
        await self._embed(database, actor, rows, getattr(query, "include", None))
        after = self._mark(records[-1], bound) if more else None
        body = b'{"items":%b,"next":%b,"total":%b}' % (self._rows.dump_json(rows), to_json(after), to_json(total))
        headers = {}
        if after:
            headers["Link"] = f'<{request.url.include_query_params(after=after)}>; rel="next"'
        return Response(body, media_type="application/json", headers=headers)

    async def one(self, database: Database, actor: Actor, id: UUID, request: Request) -> Response:
        """The row with its ETag, 304 when the caller has it already; NotFound when it is not his to see."""
        include = request.query_params.get("include")
        values: dict[str, Any] = {"id_": id}
        if actor.scope is not None:
            values["scope_"] = list(actor.scope)
        records = await self._run(database, ("one", actor.scope is not None), values)
        if not records:
            raise NotFound(f"没有编号为 {id} 的内容", f"Nothing with the id {id} that you can see")
        tag = etag(records[0].get("version", id))
        if include is None and tag in _tags(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers={"ETag": tag})
        if self._witness:
            await self._witness(database, actor, records)
        row = self._shown(records[0], actor)
        await self._embed(database, actor, [row], include)
        return Response(self._row.dump_json(row), media_type="application/json", headers={"ETag": tag})

    def answer(
        self, row: SQLModel, actor: Actor, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Response:
        """The answer to a write: the row as its next GET shows it."""
        shown = self._written(row, actor)
        tagged = {"ETag": etag(shown["version"])} | dict(headers or {})
        return Response(self._row.dump_json(shown), status, tagged, media_type="application/json")

    def as_json(self, row: SQLModel, actor: Actor) -> Any:
        """The row just written as plain JSON values, for an answer that holds several."""
        return self._row.dump_python(self._written(row, actor), mode="json")

    def _written(self, row: SQLModel, actor: Actor) -> dict[str, Any]:
        # What Postgres computes is not loaded after a write: `present` gives it.
        loaded = inspect(row).dict
        shown = {column.name: loaded.get(column.name) for column in self._columns}
        if self._present:
            self._present(shown, actor)
        return shown | dict.fromkeys(self._include)

    async def rows(self, database: Database, actor: Actor, **asked: Any) -> list[dict[str, Any]]:
        """All visible rows for these filters in the listing's first order; for pages and exports inside the house."""
        values = dict(asked) | {"withdrawn": False, "limit_": 100_000}
        if actor.scope is not None:
            values["scope_"] = list(actor.scope)
        shape = (frozenset(asked) | {"withdrawn"}, next(iter(self._sort)), False, actor.scope is not None, False)
        return [self._shown(record, actor) for record in await self._run(database, shape, values)]

    def _shown(self, record: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
        row = dict(record)
        if self._present:
            self._present(row, actor)
        return row

    async def _run(self, database: Database, shape: Any, values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        sql, names, constants, to_driver = self._compiled(shape)
        ready = [values[name] if name in values else constants[name] for name in names]
        try:
            bound = [change(v) if change else v for change, v in zip(to_driver, ready, strict=True)]
            return await database.rows(sql, *bound)
        except (asyncpg.DataError, OverflowError) as error:
            raise Invalid("筛选值或 after 超出可查询的范围", "A filter or `after` is out of range") from error

    def _compile(self, shape: Any) -> tuple[str, list[str], dict[str, Any], list[Any]]:
        statement = self._statement_for_one(shape) if shape[0] == "one" else self._statement(*shape)
        compiled = statement.compile(dialect=_DIALECT)
        names = list(compiled.positiontup or ())
        to_driver = [compiled._bind_processors.get(name) for name in names]
        return str(compiled), names, dict(compiled.params), to_driver

    def _statement_for_one(self, shape: tuple[str, bool]) -> Select[Any]:
        statement = select(*self._columns).where(self._id == bindparam("id_", type_=Uuid()))
        return self._scoped(statement) if shape[1] else statement

    def _statement(self, filters: frozenset[str], sort: str, after: bool, scoped: bool, total: bool) -> Select[Any]:
        name = sort.removeprefix("-")
        key = self._sort[name]
        order, down = (key, self._id), sort.startswith("-")
        statement = select(*self._columns, key.label("key_")).where(*(self._where[f](f) for f in sorted(filters)))
        if scoped:
            statement = self._scoped(statement)
        if total:
            counted = select(func.count()).select_from(statement.order_by(None).subquery()).scalar_subquery()
            statement = statement.add_columns(counted.label("total_"))
        if after:
            here = tuple_(bindparam("key_", type_=_type(key)), bindparam("id_", type_=Uuid()))
            statement = statement.where(tuple_(*order) < here if down else tuple_(*order) > here)
        limit: BindParameter[int] = bindparam("limit_", type_=Integer())
        return statement.order_by(*(c.desc() if down else c.asc() for c in order)).limit(limit)

    @property
    def _id(self) -> Any:
        return col(self.table.id)  # type: ignore[attr-defined]

    def _scoped(self, statement: Select[Any]) -> Select[Any]:
        if (column := scope_column(self.table)) is None:
            return statement.where(bindparam("scope_", type_=ARRAY(Uuid())).is_not(None))
        return statement.where(column == func.any(bindparam("scope_", type_=ARRAY(Uuid()))))

    async def _embed(self, database: Database, actor: Actor, rows: list[dict[str, Any]], include: str | None) -> None:
        wanted = set(include.split(",")) if include else set()
        if unknown := wanted - self._include.keys():
            raise Invalid(f"不能附带 {sorted(unknown)}", f"These cannot be included: {sorted(unknown)}")
        for name, (children, parent) in self._include.items():
            for row in rows:
                row[name] = None if name not in wanted else []
            if name not in wanted or not rows:
                continue
            by_id = {row["id"]: row for row in rows}
            for child in await children.rows(database, actor, **{parent: list(by_id)}):
                for id in by_id.keys() & {child[parent], *child.get(f"also_{parent}s", ())}:
                    by_id[id][name].append(child)

    def _mark(self, record: Mapping[str, Any], bound: str) -> str:
        place = to_json([bound, record["key_"], record["id"]])
        return base64.urlsafe_b64encode(place).decode().rstrip("=")

    def _place(self, mark: str, sort: str, bound: str) -> tuple[Any, UUID]:
        try:
            made_for, key, id = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
            if made_for != bound:
                raise ValueError
            return self._key_types[sort.removeprefix("-")].validate_python(clean(key)), UUID(id)
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise Invalid(
                "after 不是此列表（同样的筛选与排序）的位置",
                "`after` is not a place in this list with these filters and this sort",
                errors=[{"pointer": "/after", "code": "cursor", "message": "not a cursor of this list"}],
            ) from None


def _key_type(column: Any) -> TypeAdapter[Any]:
    kind = _type(column)
    found = (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type
    return TypeAdapter(AwareDatetime if found is datetime else found)


def etag(version: int | UUID) -> str:
    return f'"{version}"'


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _fingerprint(table: type[SQLModel], sort: str, asked: Mapping[str, Any]) -> str:
    whole = to_json([table.__name__, sort, sorted(asked.items())])
    return hashlib.sha256(whole).hexdigest()[:12]


def last_day() -> date:
    """Stands for "no date" in a sort, so that a keyset can pass: such rows come last going up."""
    return date.max


def _row_type(read: type[BaseModel], include: Mapping[str, Any]) -> Any:
    """The Read model as a typed dict: the same JSON, without building an object per row."""
    fields = {name: _plain(info.annotation) for name, info in read.model_fields.items()}
    fields |= {name: list[_row_type(children.read, {})] | None for name, (children, _) in include.items()}  # type: ignore[misc]
    return TypedDict(f"{read.__name__}Row", fields)  # type: ignore[operator]


def _plain(annotation: Any) -> Any:
    # A driver gives codes as str and JSON as dict; the serializers of enums and models would warn of them.
    kinds = [kind for kind in kinds_of(annotation) if isinstance(kind, type)]
    if any(issubclass(kind, BaseModel) for kind in kinds):
        return Any
    if any(issubclass(kind, Enum) for kind in kinds):
        return list[str] if get_origin(annotation) is list else str | None
    return annotation
