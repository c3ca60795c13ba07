"""The read lane beside a plain SQLModel session over the same rows, interleaved in one run; prints medians and ratios.

`.venv/bin/python bench/read_lane.py`. Only the ratios carry over to another machine.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from starlette.requests import Request

from rectify_api.bootstrap import migrate
from rectify_api.domain.inspections import Inspection
from rectify_api.domain.issues import Issue
from rectify_api.domain.organisations import Organisation
from rectify_api.features.issues import IssueQuery, IssueRead, issues
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.database import Database, save_all
from rectify_api.foundation.embedded import EmbeddedPostgres
from rectify_api.foundation.listing import Page

ROWS, ROUNDS, CALLS = 2_000, 9, 200
ACTOR = Actor(name="bench")
REQUEST = Request({"type": "http", "method": "GET", "path": "/v1/issues", "headers": [], "query_string": b""})


async def fill(database: Database) -> list[UUID]:
    organisation = Organisation(name="示例局")
    inspection = Inspection(organisation_id=organisation.id, title="示例巡察")
    place = {"organisation_id": organisation.id, "inspection_id": inspection.id}
    rows = [Issue(**place, ordinal=n + 1, text="公园设施破损维护不及时。" * 12) for n in range(ROWS)]
    async with database.transaction(ACTOR) as db:
        await save_all(db, [organisation, inspection, *rows])
    return [row.id for row in rows]


def ways(database: Database, ids: list[UUID]) -> dict[str, dict[str, Callable[[int], Awaitable[Any]]]]:
    async def lane_row(n: int) -> Any:
        return await issues.listing.one(database, ACTOR, ids[n % ROWS], REQUEST)

    async def session_row(n: int) -> Any:
        async with database.transaction(ACTOR) as db:
            row = await db.get_one(Issue, ids[n % ROWS])
            return IssueRead.model_validate(row, update={"allowed_actions": []}).model_dump_json()

    async def lane_page(n: int) -> Any:
        return await issues.listing.page(database, ACTOR, IssueQuery(), REQUEST)

    async def session_page(n: int) -> Any:
        async with database.transaction(ACTOR) as db:
            found = (await db.scalars(select(Issue).order_by(col(Issue.ordinal), col(Issue.id)).limit(51))).all()
            items = [IssueRead.model_validate(row, update={"allowed_actions": []}) for row in found[:50]]
            return Page[IssueRead](items=items, next="x").model_dump_json()

    return {
        "one issue": {"read lane": lane_row, "SQLModel session": session_row},
        "page of 50": {"read lane": lane_page, "SQLModel session": session_page},
    }


async def measure(url: str) -> None:
    database = Database(url)
    await database.open()
    ids = await fill(database)
    for work, each in ways(database, ids).items():
        rates: dict[str, list[float]] = {way: [] for way in each}
        for _ in range(ROUNDS):
            for way, call in each.items():
                begun = time.perf_counter()
                for n in range(CALLS):
                    await call(n)
                rates[way].append(CALLS / (time.perf_counter() - begun))
        medians = {way: statistics.median(found) for way, found in rates.items()}
        shown = ", ".join(f"{way} {rate:.0f}/s" for way, rate in medians.items())
        print(f"{work}: {shown}, ratio {medians['read lane'] / medians['SQLModel session']:.2f}")
    await database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres.join(Path(folder), durable=False) as server:
        migrate(server.url)
        asyncio.run(measure(server.url))
