"""Lights in Python and in SQL are the same, and a list can be asked for them."""

from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import Boolean, Date, Integer, column, literal, select, values

from rectify_api.domain.deadlines import SHANGHAI_DAY, among, light, light_of, lit
from rectify_api.domain.issues import FINISHED, Issue
from rectify_api.domain.vocabulary import Light
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.clock import days_later, today
from rectify_api.foundation.listing import Listing, Query, one_of

SYSTEM = Actor(name="test")
TODAY = date(2024, 2, 28)


@pytest.mark.parametrize("warn_days", [0, 1, 7, 30])
async def test_python_and_sql_show_the_same_light(database: Any, warn_days: int) -> None:
    dues: list[date | None] = [TODAY + timedelta(days=days) for days in range(-400, 401)]
    dues += [None, date.max, date(1, 1, 1)]
    cases = [(i, due, finished) for i, (due, finished) in enumerate((d, f) for d in dues for f in (False, True))]
    table = values(column("i", Integer), column("due", Date), column("finished", Boolean), name="cases").data(cases)
    shown = light_of(table.c.due, table.c.finished, today=literal(TODAY, Date), warn_days=warn_days)
    async with database.transaction(SYSTEM) as db:
        found = {row.i: row[1] for row in await db.execute(select(table.c.i, shown))}
    assert found == {i: light(d, today=TODAY, finished=f, warn_days=warn_days) for i, d, f in cases}
    assert set(found.values()) == {*Light, None}


async def test_the_day_in_sql_is_the_day_in_shanghai(database: Any) -> None:
    before = today()
    async with database.transaction(SYSTEM) as db:
        asked = await db.scalar(select(SHANGHAI_DAY))
    assert asked in {before, today()}


class Seen(BaseModel):
    id: UUID
    due_date: date | None


class ByLight(Query):
    inspection_id: list[UUID] = []
    light: list[Light] = []
    sort: Literal["ordinal"] = "ordinal"


async def test_a_list_is_asked_for_lights(database: Any, make: Any) -> None:
    listing = Listing(
        Issue,
        Seen,
        ByLight,
        where={
            "inspection_id": one_of(Issue.inspection_id),
            "light": lit(Issue.due_date, among(Issue.status, FINISHED)),
        },
        sort={"ordinal": Issue.ordinal},
    )
    inspection = await make.inspection()
    day = today()
    for n, days in enumerate((-2, 2, 40), start=1):
        await make.issue(inspection_id=inspection["id"], ordinal=n, due_date=str(days_later(day, days)))
    await make.issue(inspection_id=inspection["id"], ordinal=4)

    async def asked(*lights: Light) -> list[int]:
        rows = await listing.rows(database, SYSTEM, inspection_id=[UUID(inspection["id"])], light=list(lights))
        return [(row["due_date"] - day).days for row in rows]

    assert await asked(Light.red) == [-2]
    assert await asked(Light.amber) == [2]
    assert await asked(Light.green, Light.red) == [-2, 40]
