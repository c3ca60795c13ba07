"""A server that was killed comes back, and neither a reader nor a writer hears of it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from rectify_api.app import create_app
from rectify_api.bootstrap import first_keys
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.database import Database
from rectify_api.foundation.problems import Unavailable
from rectify_api.foundation.settings import Settings


@pytest.fixture(scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient, Path]]:
    """The service on an embedded server of its own, and its clerk."""
    folder = tmp_path_factory.mktemp("own")
    settings = Settings(data_dir=folder)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        keys = await first_keys(app.state.database, settings)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {keys['clerk']}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://ledger", headers=headers) as clerk:
            yield app, clerk, folder


def kill_server(folder: Path) -> None:
    """kill -9 of the postmaster: its backends end by themselves, nothing is written down."""
    pid_file = folder / "postgres" / "cluster" / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)


async def test_a_reader_does_not_hear_of_a_killed_server(own: tuple[FastAPI, httpx.AsyncClient, Path]) -> None:
    _, clerk, folder = own
    made = await clerk.post("/v1/organisations", json={"name": f"示例局 {uuid4().hex}"})
    kill_server(folder)
    answer = await clerk.get(f"/v1/organisations/{made.json()['id']}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == made.json()


async def test_a_writer_does_not_hear_of_a_killed_server(own: tuple[FastAPI, httpx.AsyncClient, Path]) -> None:
    app, clerk, folder = own
    name = f"示例局 {uuid4().hex}"
    assert (await clerk.get("/v1/organisations")).status_code == 200
    kill_server(folder)
    answer = await clerk.post("/v1/organisations", json={"name": name})
    assert answer.status_code == 201, answer.text
    stored = await app.state.database.rows("SELECT 1 FROM organisation WHERE name = $1", name)
    assert len(stored) == 1


async def test_every_write_that_was_answered_survives_a_kill(own: tuple[FastAPI, httpx.AsyncClient, Path]) -> None:
    _, clerk, folder = own
    posts = [clerk.post("/v1/organisations", json={"name": f"示例局 {uuid4().hex}"}) for _ in range(8)]
    running = [asyncio.create_task(post) for post in posts]
    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    kill_server(folder)
    answers = await asyncio.gather(*running)
    assert {answer.status_code for answer in answers} <= {201, 503}
    for answer in answers:
        if answer.status_code == 201:
            again = await clerk.get(f"/v1/organisations/{answer.json()['id']}")
            assert again.status_code == 200


async def test_a_closed_connection_is_not_noticed(database: Database, clerk: Any, make: Any) -> None:
    issue = await make.issue()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"
    connection = await asyncpg.connect(database.url)
    await connection.fetch(ended, connection.get_server_pid())
    read = await clerk.get(f"/issues/{issue['id']}")
    await connection.fetch(ended, connection.get_server_pid())
    await connection.close()
    written = await clerk.post(f"/issues/{issue['id']}/claim", {"responsible_leader": "李某"})
    assert (read.status_code, written.status_code) == (200, 200)


async def test_a_server_that_stays_away_is_unavailable_and_says_when_to_try_again(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/nothing?host={tmp_path}")

    async def write() -> None:
        async with database.transaction(Actor(name="test")):
            raise AssertionError("not reached")

    for refusal in await asyncio.gather(database.open(), write(), return_exceptions=True):
        assert isinstance(refusal, Unavailable)
        assert refusal.headers["Retry-After"]
    await database.close()
