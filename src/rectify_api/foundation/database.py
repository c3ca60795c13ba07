"""Two ways to Postgres: sessions for writes, committed before the answer leaves, and a lane for reads.

A server that went away is waited for, and an embedded one is started again, before a caller hears of it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import SQLModel, col, select

from .audit import Actor
from .problems import NotFound, Unavailable

T = TypeVar("T", bound=SQLModel)

# Bounds on one transaction (ms): a stuck one would hold back every reader of the record.
_SERVER = {
    "application_name": "rectify-api",
    "timezone": "UTC",
    "statement_timeout": "60000",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "60000",
    "jit": "off",
}
_GONE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asyncpg, about a connection that broke between two messages
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 1.6)


class Database:
    """One process' connections to `url` (`postgresql://…`). `revive` is called when the server is gone."""

    def __init__(self, url: str, *, revive: Callable[[], None] | None = None, reads: int = 4, writes: int = 8) -> None:
        self.url, self._revive, self._reads = url, revive, reads
        self._engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=writes,
            max_overflow=0,
            pool_pre_ping=True,
            pool_timeout=20,
            hide_parameters=True,  # rows hold personal data, and errors go to the log
        )
        self._sessions = async_sessionmaker(self._engine, class_=AsyncSession, expire_on_commit=False, autoflush=False)
        self._pool: asyncpg.Pool | None = None

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.url, server_settings=_SERVER, timeout=10)

    async def open(self) -> None:
        """Connect. Raises Unavailable when the server does not answer within about five seconds."""
        self._pool = await self._until_there(
            lambda: asyncpg.create_pool(
                self.url, min_size=1, max_size=self._reads, server_settings=_SERVER, init=_plain_json, timeout=10
            )
        )

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
        await self._engine.dispose()

    async def rows(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """The read lane: run one read-only statement on the driver."""
        pool = self._pool
        assert pool is not None, "open() first"
        rows: list[asyncpg.Record] = await self._until_there(lambda: pool.fetch(sql, *values))
        return rows

    async def _until_there(self, ask: Callable[[], Any]) -> Any:
        for pause in _PAUSES:
            try:
                return await ask()
            except _GONE:
                if self._revive is not None:
                    await asyncio.to_thread(self._revive)
                await asyncio.sleep(pause)
        try:
            return await ask()
        except _GONE as error:
            raise Unavailable("数据库暂时无法连接", "The database does not answer") from error

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncIterator[AsyncSession]:
        """A session in which `actor` acts; commits at the end, or leaves nothing."""
        async with self._sessions() as session:
            await self._until_there(lambda: _begin(session))
            session.sync_session.info["actor"] = actor
            try:
                yield session
                await session.commit()
            except asyncpg.InternalClientError as error:
                raise Unavailable("写入时数据库中断，请重试", "The database went away while writing") from error
            except DBAPIError as error:
                if error.connection_invalidated or isinstance(error, OperationalError):
                    raise Unavailable("写入时数据库中断，请重试", "The database went away while writing") from error
                raise


async def _begin(session: AsyncSession) -> None:
    try:
        await session.connection()
    except DBAPIError as error:
        await session.rollback()
        raise OSError("no connection") from error
    except BaseException:
        await session.rollback()
        raise


async def _plain_json(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


def actor_of(session: AsyncSession) -> Actor:
    actor: Actor = session.sync_session.info["actor"]
    return actor


async def fetch(session: AsyncSession, table: type[T], id: UUID, *, lock: bool = False) -> T:
    """The row, or NotFound when it is not there or not the actor's to see. Lock it before deciding on it."""
    found = select(table).where(col(table.id) == id)  # type: ignore[attr-defined]  # every table here has an id
    scope = actor_of(session).scope
    if scope is not None and (column := scope_column(table)) is not None:
        found = found.where(column.in_(scope))
    row = await session.scalar(found.with_for_update() if lock else found)
    if row is None:
        raise NotFound(f"没有 {table.__name__} {id}", f"There is no {table.__name__} {id} that you can see")
    return row


def scope_column(table: type[SQLModel]) -> Any:
    """The one place that says whose a row is: the organisation's own id, else `organisation_id`; None: unscoped.

    Every read and every fetch compares it with the actor's scope.
    """
    name = "id" if table.__tablename__ == "organisation" else "organisation_id"
    column = getattr(table, name, None)
    return None if column is None else col(column)


def changed_from(row: SQLModel) -> dict[str, Any]:
    """What the changed columns of the row held before, None for those that were empty: all, of a new row."""
    if not inspect(row).persistent:
        return dict.fromkeys(name for name, value in inspect(row).dict.items() if value is not None)
    histories = {attribute.key: attribute.history for attribute in inspect(row).attrs}
    return {name: next(iter(h.deleted), None) for name, h in histories.items() if h.has_changes()}


async def save(session: AsyncSession, row: T) -> T:
    """Write it now, so the answer shows what the database holds; the commit comes before the answer."""
    session.add(row)
    await session.flush()
    return row


async def save_all(session: AsyncSession, rows: Iterable[SQLModel]) -> None:
    """Write many rows of several tables, those pointed to first; without relationships the session knows no order."""
    by_table: dict[str, list[SQLModel]] = {}
    for row in rows:
        by_table.setdefault(str(row.__tablename__), []).append(row)
    for table in SQLModel.metadata.sorted_tables:
        if table.name in by_table:
            session.add_all(by_table[table.name])
            await session.flush()
