"""Runs the migrations on the async driver, one process at a time."""

import asyncio

import asyncpg
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import rectify_api.domain.tables  # noqa: F401  # fills the metadata

LOCK = 0x7265637469667900


def upgrade(connection: Connection) -> None:
    connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
    context.run_migrations()


async def run(url: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


if (given := context.config.attributes.get("connection")) is not None:
    context.configure(connection=given, target_metadata=SQLModel.metadata, compare_type=True)
    context.run_migrations()
else:
    asyncio.run(run(context.config.attributes["url"]))
