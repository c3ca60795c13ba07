"""From settings to a ready ledger: which PostgreSQL, its schema, the first callers and their keys."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlmodel import select

from .domain import tables  # noqa: F401  # every process knows every table, so each foreign key finds its own
from .domain.callers import Caller, CallerKey
from .domain.vocabulary import Role
from .foundation.audit import Actor
from .foundation.database import Database, save_all
from .foundation.embedded import EmbeddedPostgres
from .foundation.settings import Settings

SYSTEM = Actor(name="system:bootstrap")


class NotMigrated(Exception):
    """The external database lacks the schema of this version; `rectify-api migrate` brings it."""


def migrations() -> Config:
    """Alembic's configuration, for the package as installed or in its source tree."""
    here = Path(__file__).parent
    folder = here / "migrations" if (here / "migrations").is_dir() else here.parents[1] / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the schema at `url` to `revision`; runs its own event loop, so call it outside of one."""
    config = migrations()
    config.attributes["url"] = url
    command.upgrade(config, revision)


async def check_schema(database: Database) -> None:
    """Raise NotMigrated unless the schema is this version's."""
    there = await database.rows("SELECT to_regclass('alembic_version') IS NOT NULL AS there")
    found = await database.rows("SELECT version_num FROM alembic_version") if there[0]["there"] else []
    if [row["version_num"] for row in found] != [ScriptDirectory.from_config(migrations()).get_current_head()]:
        raise NotMigrated("数据库结构不是本版本的，请先运行 rectify-api migrate / run `rectify-api migrate` first")


@asynccontextmanager
async def database_for(settings: Settings) -> AsyncIterator[Database]:
    """The open database of these settings: the external one as it is, or the embedded one, started and migrated."""
    async with contextlib.AsyncExitStack() as stack:
        if settings.database_url is not None:
            database = Database(
                settings.database_url.get_secret_value(),
                reads=settings.read_connections,
                writes=settings.write_connections,
            )
        else:
            server = await asyncio.to_thread(EmbeddedPostgres.join, settings.data_dir, binaries=settings.postgres_bin)
            stack.push_async_callback(asyncio.to_thread, server.leave)
            database = Database(
                server.url,
                revive=server.ensure_running,
                reads=settings.read_connections,
                writes=settings.write_connections,
            )
        stack.push_async_callback(database.close)
        await database.open()
        try:
            await check_schema(database)
        except NotMigrated:
            if settings.database_url is not None:
                raise
            await asyncio.to_thread(migrate, database.url)
        yield database


async def first_keys(database: Database, settings: Settings) -> dict[str, str]:
    """Make the first callers where there is none yet; returns their new keys by name, to be shown once.

    The administrator manages callers and sees no business data (三员分立), so on the embedded default a clerk's
    caller is made beside it, for somebody who tries the ledger out.
    """
    if await database.rows("SELECT 1 FROM caller LIMIT 1"):
        return {}
    shown: dict[str, str] = {}
    async with database.transaction(SYSTEM) as db:
        if (await db.scalars(select(Caller).limit(1).with_for_update())).first():
            return {}
        given = settings.admin_key.get_secret_value() if settings.admin_key else None
        roles = {"admin": [Role.system_admin]}
        if settings.database_url is None:
            roles["clerk"] = [Role.ledger_clerk, Role.inspection_office]
        for name, held in roles.items():
            caller = Caller(name=name)
            caller.give_roles(held)
            caller.name_act("created")
            key, secret = CallerKey.cut(caller, secret=given if name == "admin" else None)
            await save_all(db, [caller, key])
            if name != "admin" or given is None:
                shown[name] = secret
    return shown
