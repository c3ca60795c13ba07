"""The tables as the models say: migrated, guarded, named."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import rectify_api.domain.tables  # noqa: F401  # fills the metadata
from rectify_api.bootstrap import check_schema, migrate, migrations
from rectify_api.foundation.audit import Recorded, _Xid8
from rectify_api.foundation.database import Database

RECORDED = sorted(
    str(mapper.class_.__tablename__)
    for mapper in SQLModel._sa_registry.mappers  # type: ignore[attr-defined]
    if issubclass(mapper.class_, Recorded)
)


async def test_the_models_equal_the_migrations(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ischema_names, "xid8", _Xid8)  # SQLAlchemy does not know it and would warn
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(database.url), poolclass=NullPool
    )

    def compare(connection: Any) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, SQLModel.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()


def test_migrations_go_down_and_up_again(new_database: Callable[[str], str]) -> None:
    url = new_database("down_and_up")
    config = migrations()
    config.attributes["url"] = url
    command.downgrade(config, "base")
    migrate(url)


async def test_the_schema_is_known_to_be_this_versions(database: Database) -> None:
    await check_schema(database)


async def test_each_recorded_table_has_its_guards(database: Database) -> None:
    found = await database.rows(
        "SELECT c.relname AS name, p.proname AS calls, t.tgtype AS kind, t.tgenabled AS enabled,"
        " t.tgdeferrable AND t.tginitdeferred AS deferred"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal"
    )
    row, insert, delete, update, truncate = 1, 4, 8, 16, 32
    guards = {(f["name"], f["calls"], f["kind"] & (row | insert | delete | update | truncate)) for f in found}
    expected = {(name, "must_be_recorded", row | insert | delete | update) for name in RECORDED}
    expected |= {(name, "must_stay", truncate) for name in RECORDED}
    expected |= {("audit_entry", "must_stay", delete | update | truncate)}
    assert expected <= guards
    assert {name for name, calls, _ in guards if calls == "must_be_recorded"} == set(RECORDED)
    # "O": fires in ordinary sessions. Only a deferred one sees the entry written after its row.
    assert {f["enabled"] for f in found} <= {b"O", "O"}
    assert all(f["deferred"] for f in found if f["calls"] == "must_be_recorded")


async def test_every_foreign_key_of_a_large_table_has_an_index(database: Database) -> None:
    small = ["outbox_message", "key_use", "import_batch"]
    missing = await database.rows(
        "SELECT c.conrelid::regclass::text AS name, a.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.conrelid::regclass::text <> ALL($1)"
        " AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])",
        small,
    )
    assert [(m["name"], m["attname"]) for m in missing] == []
