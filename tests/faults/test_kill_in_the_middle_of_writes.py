"""kill -9 of Postgres and of the service while 200 writes are under way: what was answered is there, once."""

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from conftest import free_port, start_service
from rectify_api.foundation.embedded import EmbeddedPostgres

WRITES, SENDERS = 200, 4


async def test_every_answered_write_outlives_the_kill_of_postgres_and_of_the_service(tmp_path: Path) -> None:
    port = free_port()
    service = start_service(tmp_path, port)
    log = (tmp_path / "served.log").read_text()
    key = next(line.rsplit(": ", 1)[1] for line in log.splitlines() if "clerk key" in line)
    api: dict[str, Any] = {"base_url": f"http://127.0.0.1:{port}", "headers": {"Authorization": f"Bearer {key}"}}
    answered: dict[int, str] = {}
    async with httpx.AsyncClient(**api, timeout=30) as http:
        organisation = (await http.post("/v1/organisations", json={"name": "示例局"})).json()
        body = {"title": "示例巡察", "organisation_id": organisation["id"]}
        inspection_id = (await http.post("/v1/inspections", json=body)).json()["id"]

    async def write(http: httpx.AsyncClient, number: int) -> None:
        issue = {"inspection_id": inspection_id, "ordinal": number + 1, "text": f"第{number}个问题"}
        answer = await http.post("/v1/issues", json=issue, headers={"Idempotency-Key": f"write-{number}"})
        if answer.status_code == 201:
            answered[number] = answer.json()["id"]

    async def send(numbers: range) -> None:
        async with httpx.AsyncClient(**api, timeout=30) as http:
            for number in numbers:
                try:
                    await write(http, number)
                except httpx.HTTPError:
                    await asyncio.sleep(0.02)

    async def kill() -> None:
        while len(answered) < WRITES // 6:
            await asyncio.sleep(0.005)
        os.kill(int((tmp_path / "postgres/cluster/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        while len(answered) < WRITES // 2:
            await asyncio.sleep(0.005)
        service.kill()

    share = WRITES // SENDERS
    await asyncio.gather(kill(), *(send(range(n * share, (n + 1) * share)) for n in range(SENDERS)))
    assert len(answered) < WRITES, "the service died too late to prove anything"
    before = dict(answered)
    service.wait(10)
    again = start_service(tmp_path, port)
    try:
        async with httpx.AsyncClient(**api, timeout=30) as http:
            for number in range(WRITES):
                await write(http, number)
        assert len(answered) == WRITES
        assert {number: answered[number] for number in before} == before
        with EmbeddedPostgres.join(tmp_path) as server:
            connection = await asyncpg.connect(server.url)
            rows = await connection.fetch("SELECT id::text, ordinal FROM issue")
            entries = await connection.fetch(
                "SELECT subject_id::text AS id FROM audit_entry WHERE act = 'issue.created'"
            )
            messages = await connection.fetchval(
                "SELECT count(*) FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM outbox_message)"
            )
            await connection.close()
        assert {row["ordinal"] - 1: row["id"] for row in rows} == answered
        assert len(rows) == WRITES
        assert Counter(entry["id"] for entry in entries) == Counter(answered.values())
        assert messages == 0
    finally:
        again.terminate()
        again.wait(20)
