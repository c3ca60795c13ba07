"""A real PostgreSQL per test process, the whole service on it, and callers of each role."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event

from make import Make
from rectify_api.app import create_app
from rectify_api.bootstrap import migrate
from rectify_api.domain.callers import Caller, CallerKey
from rectify_api.domain.vocabulary import Role
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.database import Database
from rectify_api.foundation.embedded import EmbeddedPostgres
from rectify_api.foundation.settings import Settings

ROOT = Path(__file__).parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first, so that it runs beside the others and not after them."""
    items.sort(key=lambda item: "/contract/" not in item.nodeid)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.join(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def new_database(postgres: EmbeddedPostgres) -> Callable[[str], str]:
    """Makes a migrated database of its own; returns its url."""

    def make(name: str) -> str:
        url = postgres.url.replace("/rectify?", f"/{name}?")

        async def create() -> None:
            connection = await asyncpg.connect(postgres.url)
            await connection.execute(f'CREATE DATABASE "{name}"')
            await connection.close()

        asyncio.run(create())
        migrate(url)
        return url

    return make


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[str], str]) -> str:
    return new_database("ledger")


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def database(app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


@dataclass
class Client:
    """An HTTP caller: `await api.get("/issues")` is GET /v1/issues with its key."""

    http: httpx.AsyncClient
    caller_id: UUID | None = None

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self.http.request(method, path if path.startswith("//") else f"/v1{path}", **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.request("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return await self.request("POST", path, json=json, **options)

    async def patch(self, path: str, json: Any, *, if_match: str | None = '"1"', **options: Any) -> httpx.Response:
        headers = {"If-Match": if_match} if if_match else {}
        return await self.request("PATCH", path, json=json, headers=headers, **options)

    async def delete(self, path: str, *, reason: str = "录错了", if_match: str | None = '"1"') -> httpx.Response:
        headers = {"If-Match": if_match} if if_match else {}
        return await self.request("DELETE", path, params={"reason": reason}, headers=headers)


def client_of(app: FastAPI, key: str | None) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://ledger", headers=headers)


async def new_caller(app: FastAPI, *roles: Role, organisation_id: Any = None) -> Client:
    who = Caller(name=f"{'+'.join(roles) or 'nobody'}-{uuid4().hex[:6]}", organisation_id=organisation_id)
    who.give_roles(list(roles))
    key, secret = CallerKey.cut(who)
    async with app.state.database.transaction(Actor(name="test")) as db:
        db.add(who)
        await db.flush()
        db.add(key)
    return Client(client_of(app, secret), who.id)


@pytest.fixture
async def caller(app: FastAPI) -> AsyncIterator[Callable[..., Any]]:
    """`await caller(Role.auditor)` is a new caller with these roles; `organisation_id` narrows what it sees."""
    opened: list[Client] = []

    async def make(*roles: Role, organisation_id: Any = None) -> Client:
        opened.append(await new_caller(app, *roles, organisation_id=organisation_id))
        return opened[-1]

    yield make
    for client in opened:
        await client.http.aclose()


@pytest.fixture(scope="module")
async def each_role(app: FastAPI) -> AsyncIterator[dict[Role, Client]]:
    """One caller of each role, for a whole file."""
    callers = {role: await new_caller(app, role) for role in Role}
    yield callers
    for client in callers.values():
        await client.http.aclose()


@pytest.fixture
async def clerk(caller: Callable[..., Any]) -> Client:
    """Keeps the ledger, and closes issues too: the everyday caller of the tests."""
    found: Client = await caller(Role.ledger_clerk, Role.inspection_office)
    return found


@pytest.fixture
async def anonymous(app: FastAPI) -> AsyncIterator[Client]:
    async with client_of(app, None) as http:
        yield Client(http)


@pytest.fixture
async def bodies(caller: Callable[..., Any]) -> list[Client]:
    """The three that sign a verification: inspection office, discipline commission, organisation department."""
    roles = (Role.inspection_office, Role.discipline_commission, Role.organization_department)
    return [await caller(role) for role in roles]


@pytest.fixture
def make(clerk: Client, bodies: list[Client]) -> Make:
    return Make(clerk, bodies)


@dataclass
class Queries:
    """Statements sent to Postgres since `clear()`, by both lanes."""

    seen: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.seen.clear()

    def __len__(self) -> int:
        return len(self.seen)


@pytest.fixture
def queries(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queries]:
    queries = Queries()
    rows = database.rows

    async def counted(sql: str, *values: Any) -> Any:
        queries.seen.append(sql)
        return await rows(sql, *values)

    def note(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        # The worker beside the tests looks for imports twice a second, and for old answers and reminders at its start.
        if not any(word in sql for word in ("FROM import_batch", "first_answer", "reminder", "advisory_xact")):
            queries.seen.append(sql)

    monkeypatch.setattr(database, "rows", counted)
    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield queries
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
async def acts_on(database: Database) -> Callable[[Any], Any]:
    """The acts that the record holds of a row, in order."""

    async def acts(id: Any) -> list[str]:
        found = await database.rows("SELECT act FROM audit_entry WHERE subject_id = $1 ORDER BY id", UUID(str(id)))
        return [row["act"] for row in found]

    return acts


@dataclass
class Served:
    """The service as its users run it: a process with a port. `key` is a clerk's."""

    url: str
    key: str
    process: subprocess.Popen[bytes]
    data_dir: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_service(data_dir: Path, port: int, **environment: str) -> subprocess.Popen[bytes]:
    """`rectify-api serve` in a process of its own; returns when it is ready."""
    command = [sys.executable, "-m", "rectify_api", "serve", "--port", str(port)]
    environment = {
        "PATH": "/usr/bin:/bin",
        "RECTIFY_DATA_DIR": str(data_dir),
        "RECTIFY_LOG_LEVEL": "warning",
        **environment,
    }
    with (data_dir / "served.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=data_dir)
    give_up = time.monotonic() + 60
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return process
        except httpx.HTTPError:
            pass
        if process.poll() is not None or time.monotonic() > give_up:
            raise AssertionError((data_dir / "served.log").read_text())
        time.sleep(0.05)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir, port = tmp_path_factory.mktemp("served"), free_port()
    process = start_service(data_dir, port)
    log = (data_dir / "served.log").read_text()
    key = next(line.rsplit(": ", 1)[1] for line in log.splitlines() if "clerk key" in line)
    yield Served(f"http://127.0.0.1:{port}", key, process, data_dir)
    process.terminate()
    process.wait(20)
