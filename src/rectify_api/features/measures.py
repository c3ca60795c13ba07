"""Measures (整改措施) and progress reports (整改进展): what is done about an issue."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from ..domain.deadlines import among, light, lit
from ..domain.measures import (
    ACTS,
    FINISHED,
    Measure,
    MeasureFields,
    MeasureProgress,
    ProgressReport,
    ProgressReportFields,
)
from ..domain.plans import Plan
from ..domain.vocabulary import Light, MeasureState
from ..foundation.acts import Acts
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import changed_from, fetch
from ..foundation.listing import Listing, Query, at_least, at_most, contains, last_day, one_of, one_of_or_within
from ..foundation.problems import Text
from ..foundation.resource import Resource


class MeasureCreate(Sent, MeasureFields):
    pass


class MeasureRead(MeasureFields, MeasureProgress, Shown):
    organisation_id: UUID
    inspection_id: UUID
    light: Light | None = Field(description="红黄绿灯 of the deadline; null: none, or nothing left to be done")
    allowed_actions: list[str] = Field(description="what this caller may do to it now")


class MeasureQuery(Query):
    inspection_id: list[UUID] = []
    issue_id: list[UUID] = []
    plan_id: list[UUID] = []
    status: list[MeasureState] = []
    responsible_leader: list[str] = []
    lead_unit: list[str] = []
    light: list[Light] = []
    due_from: date | None = None
    due_to: date | None = None
    q: str | None = None
    sort: Literal["ordinal", "-ordinal", "due_date", "-due_date", "created_at", "-created_at"] = "ordinal"


def present(row: dict[str, Any], actor: Actor) -> None:
    row["light"] = light(row["due_date"], today=today(), finished=row["status"] in FINISHED)
    row["allowed_actions"] = ACTS.allowed(row, actor)


async def check(db: AsyncSession, measure: Measure) -> None:
    before = changed_from(measure)
    measure.check_edit(before)
    if "plan_id" in before and measure.plan_id is not None:
        (await fetch(db, Plan, measure.plan_id)).check_takes_measures()


async def check_planned(db: AsyncSession, measure: Measure) -> None:
    if measure.plan_id is not None:
        (await fetch(db, Plan, measure.plan_id)).check_in_force()


measures = Resource(
    "measures",
    Measure,
    Listing(
        Measure,
        MeasureRead,
        MeasureQuery,
        where={
            "inspection_id": one_of(Measure.inspection_id),
            "issue_id": one_of_or_within(Measure.issue_id, Measure.also_issue_ids),
            "plan_id": one_of(Measure.plan_id),
            "status": one_of(Measure.status),
            "responsible_leader": one_of(Measure.responsible_leader),
            "lead_unit": one_of(Measure.lead_unit),
            "light": lit(Measure.due_date, among(Measure.status, FINISHED)),
            "due_from": at_least(Measure.due_date),
            "due_to": at_most(Measure.due_date),
            "q": contains(Measure.text, Measure.result),
        },
        sort={
            "ordinal": Measure.ordinal,
            "due_date": func.coalesce(Measure.due_date, last_day()),
            "created_at": Measure.created_at,
        },
        present=present,
    ),
    called=Text("整改措施", "measure"),
    create=MeasureCreate,
    update=patch_of("MeasureUpdate", MeasureFields, fixed=frozenset({"issue_id"})),
    prepare=check,
)
acts = Acts(measures, ACTS)


class Completion(Sent):
    result: str = Field(min_length=1, max_length=10_000, description="整改结果 what was achieved")
    completed_on: date | None = Field(default=None, description="完成日期; absent: today in Shanghai")


class StageResult(Sent):
    result: str = Field(min_length=1, max_length=10_000, description="阶段性成效 what was achieved so far")


class ExtensionRequest(Sent):
    until: date = Field(description="申请延至")
    reason: str = Field(min_length=1, max_length=2000, description="延期理由")


class ExtensionDecision(Sent):
    granted: bool = Field(description="是否同意")
    comment: str | None = Field(default=None, min_length=1, max_length=2000, description="批复意见")


class Handover(Sent):
    responsible_leader: str = Field(min_length=1, max_length=100, description="接任的责任领导 who takes it on")


@acts.does("start")
async def start(db: AsyncSession, actor: Actor, measure: Measure, _: None) -> None:
    await check_planned(db, measure)
    measure.start(on=today())


@acts.does("completion", Completion)
async def complete(db: AsyncSession, actor: Actor, measure: Measure, body: Completion) -> None:
    await check_planned(db, measure)
    measure.complete(result=body.result, on=body.completed_on or today())


@acts.does("continuation", StageResult)
async def keep_up(db: AsyncSession, actor: Actor, measure: Measure, body: StageResult) -> None:
    await check_planned(db, measure)
    measure.keep_up(result=body.result)


@acts.does("extension", ExtensionRequest, many="extensions")
async def ask_extension(db: AsyncSession, actor: Actor, measure: Measure, body: ExtensionRequest) -> None:
    measure.ask_extension(until=body.until, reason=body.reason)


@acts.does("extension-decision", ExtensionDecision, many="extension-decisions")
async def decide_extension(db: AsyncSession, actor: Actor, measure: Measure, body: ExtensionDecision) -> None:
    measure.decide_extension(granted=body.granted, comment=body.comment)


@acts.does("handover", Handover, many="handovers")
async def hand_over(db: AsyncSession, actor: Actor, measure: Measure, body: Handover) -> None:
    measure.hand_over(leader=body.responsible_leader, on=today())


@acts.does("reopening")
async def reopen(db: AsyncSession, actor: Actor, measure: Measure, _: None) -> None:
    measure.reopen()


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
            "issue_id": one_of_or_within(ProgressReport.issue_id, ProgressReport.also_issue_ids),
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
