"""Measures (整改措施) and progress reports (整改进展): what is done about an issue."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Response
from sqlalchemy import func
from sqlmodel import Field

from ..domain.measures import Measure, MeasureFields, ProgressReport, ProgressReportFields
from ..domain.vocabulary import MeasureState
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch, save
from ..foundation.listing import Listing, Query, at_least, at_most, contains, last_day, one_of
from ..foundation.problems import Conflict, NotFound, RuleBroken, Text
from ..foundation.resource import Resource
from ..foundation.routes import Db, may, responses


class MeasureCreate(Sent, MeasureFields):
    pass


class MeasureRead(MeasureFields, Shown):
    organisation_id: UUID
    inspection_id: UUID
    status: MeasureState
    result: str | None
    completed_on: date | None


class MeasureQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    status: list[MeasureState] = []
    due_from: date | None = None
    due_to: date | None = None
    q: str | None = None
    sort: Literal["ordinal", "-ordinal", "due_date", "-due_date", "created_at", "-created_at"] = "ordinal"


measures = Resource(
    "measures",
    Measure,
    Listing(
        Measure,
        MeasureRead,
        MeasureQuery,
        where={
            "inspection_id": one_of(Measure.inspection_id),
            "issue_id": one_of(Measure.issue_id),
            "status": one_of(Measure.status),
            "due_from": at_least(Measure.due_date),
            "due_to": at_most(Measure.due_date),
            "q": contains(Measure.text, Measure.result),
        },
        sort={
            "ordinal": Measure.ordinal,
            "due_date": func.coalesce(Measure.due_date, last_day()),
            "created_at": Measure.created_at,
        },
    ),
    called=Text("整改措施", "measure"),
    create=MeasureCreate,
    update=patch_of("MeasureUpdate", MeasureFields, fixed=frozenset({"issue_id"})),
)


class Completion(Sent):
    result: str = Field(min_length=1, max_length=10_000, description="整改结果 what was achieved")
    completed_on: date | None = Field(default=None, description="完成日期; absent: today in Shanghai")


_ACT: dict[str, Any] = {"response_model": MeasureRead, "responses": responses(NotFound, RuleBroken, Conflict)}


@measures.router.post("/{id}/start", **_ACT, summary="开始整改措施 · start measure", operation_id="measures.start")
async def start_measure(db: Db, actor: Annotated[Actor, may("measures:write")], id: UUID) -> Response:
    measure = await fetch(db, Measure, id, lock=True)
    measure.start()
    return measures.listing.answer(await save(db, measure), actor)


@measures.router.post(
    "/{id}/completion", **_ACT, summary="完成整改措施 · complete measure", operation_id="measures.complete"
)
async def complete_measure(
    db: Db, actor: Annotated[Actor, may("measures:complete")], id: UUID, body: Completion
) -> Response:
    measure = await fetch(db, Measure, id, lock=True)
    measure.complete(result=body.result, on=body.completed_on or today())
    return measures.listing.answer(await save(db, measure), actor)


class StageResult(Sent):
    result: str = Field(min_length=1, max_length=10_000, description="阶段性成效 what was achieved so far")


@measures.router.post(
    "/{id}/continuation", **_ACT, summary="转为长期坚持 · keep measure up", operation_id="measures.keep-up"
)
async def keep_measure_up(
    db: Db, actor: Annotated[Actor, may("measures:complete")], id: UUID, body: StageResult
) -> Response:
    measure = await fetch(db, Measure, id, lock=True)
    measure.keep_up(result=body.result)
    return measures.listing.answer(await save(db, measure), actor)


@measures.router.post(
    "/{id}/reopening", **_ACT, summary="重新开展整改措施 · reopen measure", operation_id="measures.reopen"
)
async def reopen_measure(db: Db, actor: Annotated[Actor, may("measures:write")], id: UUID) -> Response:
    measure = await fetch(db, Measure, id, lock=True)
    measure.reopen()
    return measures.listing.answer(await save(db, measure), actor)


class ProgressReportCreate(Sent, ProgressReportFields):
    pass


class ProgressReportRead(ProgressReportFields, Shown):
    organisation_id: UUID


class ProgressReportQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    measure_id: list[UUID] = []
    reported_from: date | None = None
    reported_to: date | None = None
    q: str | None = None
    sort: Literal["reported_on", "-reported_on", "created_at", "-created_at"] = "-reported_on"


progress_reports = Resource(
    "progress-reports",
    ProgressReport,
    Listing(
        ProgressReport,
        ProgressReportRead,
        ProgressReportQuery,
        where={
            "inspection_id": one_of(ProgressReport.inspection_id),
            "issue_id": one_of(ProgressReport.issue_id),
            "measure_id": one_of(ProgressReport.measure_id),
            "reported_from": at_least(ProgressReport.reported_on),
            "reported_to": at_most(ProgressReport.reported_on),
            "q": contains(ProgressReport.text),
        },
        sort={"reported_on": ProgressReport.reported_on, "created_at": ProgressReport.created_at},
    ),
    called=Text("整改进展", "progress report"),
    create=ProgressReportCreate,
    update=patch_of("ProgressReportUpdate", ProgressReportFields, fixed=frozenset({"inspection_id"})),
)
