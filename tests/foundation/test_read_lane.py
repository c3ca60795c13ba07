"""The read lane's bytes are the Read model's bytes; a listing that cannot work does not start."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel
from sqlalchemy import ARRAY, Date, DateTime, Integer, Numeric, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request

from rectify_api.domain.inspections import Inspection
from rectify_api.domain.issues import Issue
from rectify_api.domain.organisations import Organisation
from rectify_api.domain.vocabulary import Role
from rectify_api.features.accountability import accountability_actions
from rectify_api.features.callers import callers
from rectify_api.features.evidence import evidence_files
from rectify_api.features.imports import listing as imports
from rectify_api.features.inspections import categories, inspections, items
from rectify_api.features.issues import issues
from rectify_api.features.measures import measures, progress_reports
from rectify_api.features.organisations import organisations
from rectify_api.features.recoveries import recoveries
from rectify_api.features.rule_changes import rule_changes
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.contract import kinds_of
from rectify_api.foundation.database import Database
from rectify_api.foundation.listing import Listing, Query, equals, one_of

LISTINGS: dict[str, Listing[Any]] = {
    resource.name: resource.listing
    for resource in (
        organisations,
        inspections,
        categories,
        items,
        issues,
        measures,
        progress_reports,
        evidence_files,
        accountability_actions,
        recoveries,
        rule_changes,
        callers,
    )
} | {"imports": imports}
TEST = Actor(name="test", permissions=frozenset({"accountability:read-personal", "issues:claim"}))
TEXTS = ["示例", '"引号" \\ / \u2028 \x7f', "𠮷 emoji 🙂", "<script>&amp;", "e\u0301", "x"]
# Columns whose values have a form of their own.
OF_A_FORM: dict[str, Any] = {
    "state": "failed",  # of an import: the worker would take one that waits
    "credit_code": None,
    "area_code": "610100",
    "decision_no": "某纪〔2022〕12号",
    "subject_id_no": "11010519491231002X",
    "quantities": [{"value": "24", "unit": "处", "text": '"整改" 24 处'}],
}


def _value(column: Any, chance: random.Random) -> Any:
    """Some value of the column's type, as odd as the column takes it."""
    length = getattr(column.type, "length", None) or 60
    kind = getattr(column.type, "impl_instance", column.type)
    if isinstance(kind, Uuid):
        return uuid4()
    if isinstance(kind, Integer):
        return chance.choice([1, 7, 60])
    if isinstance(kind, Numeric):
        return chance.choice([Decimal("0.01"), Decimal("13700.00"), Decimal("1E+3"), Decimal("99999999.90")])
    if isinstance(kind, DateTime):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**12))
    if isinstance(kind, Date):
        return date(1949, 10, 1) + timedelta(days=chance.randrange(40_000))
    return chance.choice(TEXTS)[:length]


def a_row(listing: Listing[Any], place: dict[str, UUID], chance: random.Random) -> Any:
    """A row of the listing's table: codes, structures and parents right, all else by chance."""
    values: dict[str, Any] = {}
    for name, column in listing.table.__table__.c.items():  # type: ignore[attr-defined]
        annotation = listing.table.model_fields[name].annotation
        kinds = kinds_of(annotation)
        codes = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)]
        if column.computed is not None or name in ("id", "version", "created_at", "updated_at"):
            continue
        if column.foreign_keys:
            target = next(iter(column.foreign_keys)).column.table.name
            values[name] = place.get(target) if name != "parent_id" else None
        elif name in OF_A_FORM:
            values[name] = OF_A_FORM[name]
        elif column.nullable and chance.random() < 0.3:
            values[name] = None
        elif isinstance(column.type, ARRAY):
            values[name] = [uuid4()] if isinstance(column.type.item_type, Uuid) else [Role.auditor.value]
        elif codes and isinstance(column.type, JSONB):
            values[name] = [chance.choice(list(codes[0])).value]
        elif codes:
            values[name] = chance.choice(list(codes[0]))
        elif isinstance(column.type, JSONB):
            values[name] = [] if "list[" in str(annotation) else {"键": ["值", 1, None, {"深": TEXTS[1]}]}
        elif bool in kinds:
            values[name] = chance.random() < 0.5
        else:
            values[name] = _value(column, chance)
    return listing.table(**values)


@pytest.mark.parametrize("name", LISTINGS)
async def test_the_bytes_of_a_row_are_those_of_its_read_model(
    name: str, make: Any, database: Database, app: Any
) -> None:
    listing, chance = LISTINGS[name], random.Random(name)
    issue = await make.issue()
    place = {
        "organisation": UUID(issue["organisation_id"]),
        "inspection": UUID(issue["inspection_id"]),
        "issue": UUID(issue["id"]),
    }
    checked = 0
    for _ in range(30):
        row = a_row(listing, place, chance)
        try:
            async with database.transaction(TEST) as db:
                db.add(row)
        except IntegrityError:
            continue  # chance broke a check of the table
        async with database.transaction(TEST) as db:
            stored = await db.get_one(listing.table, row.id)
        body = bytes((await listing.one(database, TEST, row.id, _request(app))).body)
        columns = {field: getattr(stored, field) for field in listing.read.model_fields if hasattr(stored, field)}
        # What no column holds, allowed_actions and the like, is taken as it was shown.
        model = listing.read.model_validate(json.loads(body) | columns)
        assert json.loads(body) == json.loads(model.model_dump_json())
        if not columns.get("quantities"):  # inside of a jsonb value PostgreSQL orders the members
            assert body == model.model_dump_json().encode()
        assert body == bytes(listing.answer(stored, TEST).body)
        checked += 1
    assert checked > 3


def _request(app: Any) -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "app": app})


class NameRead(BaseModel):
    id: UUID
    name: str


class NameQuery(Query):
    name: str | None = None
    sort: Literal["name", "-name"] = "name"


NAME = equals(Organisation.name)


def test_a_listing_that_is_whole_starts() -> None:
    Listing(Organisation, NameRead, NameQuery, where={"name": NAME}, sort={"name": Organisation.name})


def test_a_filter_without_a_clause_does_not_start() -> None:
    with pytest.raises(TypeError, match="a field without a clause"):
        Listing(Organisation, NameRead, NameQuery, where={}, sort={"name": Organisation.name})


def test_a_clause_without_a_filter_does_not_start() -> None:
    where = {"name": NAME, "kind": one_of(Organisation.kind)}
    with pytest.raises(TypeError, match="a clause without a field"):
        Listing(Organisation, NameRead, NameQuery, where=where, sort={"name": Organisation.name})


def test_a_sort_that_may_be_null_does_not_start() -> None:
    with pytest.raises(TypeError, match="cannot pass over nulls"):
        Listing(Organisation, NameRead, NameQuery, where={"name": NAME}, sort={"name": Organisation.short_name})


def test_a_sort_that_the_query_does_not_name_does_not_start() -> None:
    sort = {"name": Organisation.name, "created_at": Organisation.created_at}
    with pytest.raises(TypeError, match="does not name the sorts"):
        Listing(Organisation, NameRead, NameQuery, where={"name": NAME}, sort=sort)


def test_every_listing_reads_only_its_declared_columns() -> None:
    assert {column.name for column in LISTINGS["callers"]._columns} == set(LISTINGS["callers"].read.model_fields)
    assert "content_digest" not in {column.name for column in inspections.listing._columns}
    assert inspections.listing.table is Inspection
    assert issues.listing.table is Issue
