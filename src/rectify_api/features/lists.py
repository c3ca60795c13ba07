"""The four lists of an inspection (问题、任务、责任、时限清单), each a query over the ledger."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Field, SQLModel

from ..domain import issues, measures
from ..domain.deadlines import light
from ..domain.vocabulary import IssueKind, IssueState, Light, MeasureState, RectificationStatus
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.database import Database
from ..foundation.problems import NotFound
from ..foundation.routes import LedgerRoute, may, responses

router = APIRouter(prefix="/inspections/{id}/lists", tags=["inspections"], route_class=LedgerRoute)


class OfIssue(SQLModel):
    """Which issue a row is about; a measure that answers several stands once under each."""

    issue_id: UUID
    issue_ordinal: int
    issue_number: str = Field(description="印刷编号 as printed")
    issue_text: str = Field(description="问题表现")


class OfMeasure(OfIssue):
    measure_id: UUID | None = Field(description="null: the row is about the issue itself")
    measure_ordinal: int | None
    measure_text: str | None = Field(description="整改措施")
    shared: bool = Field(description="措施同时回应其他问题 the measure answers other issues, too")


class ListedIssue(OfIssue):
    kind: IssueKind
    category: str | None = Field(description="问题类别")
    item: str | None = Field(description="问题项")
    root_cause: str | None = Field(description="原因分析")
    target: str | None = Field(description="整改目标")
    result: str | None = Field(description="整改成效")
    status: IssueState
    rectification_status: RectificationStatus


class ListedTask(OfMeasure):
    target: str | None = Field(description="整改目标 of the issue")
    status: MeasureState | None
    result: str | None = Field(description="整改结果")


class ListedResponsibility(OfMeasure):
    responsible_leader: str | None = Field(description="责任领导")
    lead_unit: str | None = Field(description="牵头单位")
    responsible_unit: str | None = Field(description="责任单位")
    cooperating_units: list[str] = Field(description="配合单位")
    responsible_person: str | None = Field(description="责任人")


class ListedDeadline(OfMeasure):
    status: str = Field(description="state of the measure, or of the issue")
    planned_start: date | None = Field(description="计划开始")
    due_date: date | None = Field(description="现时限")
    original_due_date: date | None = Field(description="最初时限")
    extensions: int = Field(description="已延期次数")
    started_on: date | None = Field(description="实际开始")
    completed_on: date | None = Field(description="实际完成；问题为验收之日 of an issue: the day it was verified")
    light: Light | None


class IssueList(SQLModel):
    inspection_id: UUID
    items: list[ListedIssue]


class TaskList(SQLModel):
    inspection_id: UUID
    items: list[ListedTask]


class ResponsibilityList(SQLModel):
    inspection_id: UUID
    items: list[ListedResponsibility]


class DeadlineList(SQLModel):
    inspection_id: UUID
    items: list[ListedDeadline]


# $1 the inspection, $2 the organisations the caller sees. No row: it is out of sight; without issues there is one row
# of nulls.
_ISSUES = """
SELECT i.id AS issue_id, i.ordinal AS issue_ordinal, i.number AS issue_number, i.text AS issue_text, i.kind,
       c.title AS category, t.title AS item, i.root_cause, i.target, i.result, i.status, i.rectification_status
FROM inspection n LEFT JOIN issue i ON i.inspection_id = n.id AND i.withdrawn_at IS NULL
LEFT JOIN category c ON c.id = i.category_id AND c.withdrawn_at IS NULL
LEFT JOIN item t ON t.id = i.item_id AND t.withdrawn_at IS NULL
WHERE n.id = $1 AND n.withdrawn_at IS NULL AND ($2::uuid[] IS NULL OR n.organisation_id = ANY($2))
ORDER BY i.ordinal, i.id
"""
# Each issue, and under it the measures that answer it; `shared` ones answer other issues that are still there, too.
_LINES = """
WITH answered AS (
  SELECT m.*, one AS answers, cardinality(of.issue_ids) > 1 AS shared
  FROM measure m CROSS JOIN LATERAL (
    SELECT array_agg(id) AS issue_ids FROM issue
    WHERE id = ANY(m.issue_id || m.also_issue_ids) AND withdrawn_at IS NULL
  ) of CROSS JOIN LATERAL unnest(of.issue_ids) one
  WHERE m.inspection_id = $1 AND m.withdrawn_at IS NULL
), lines AS (
  SELECT id AS answers, NULL::uuid AS measure_id, NULL::int AS measure_ordinal, NULL AS measure_text, false AS shared,
         status, result, responsible_leader, lead_unit, responsible_unit, cooperating_units, responsible_person,
         planned_start, due_date, original_due_date, extensions,
         (started_at AT TIME ZONE 'Asia/Shanghai')::date AS started_on,
         (verified_at AT TIME ZONE 'Asia/Shanghai')::date AS completed_on
  FROM issue WHERE inspection_id = $1
  UNION ALL
  SELECT answers, id, ordinal, text, shared,
         status, result, responsible_leader, lead_unit, responsible_unit, cooperating_units, responsible_person,
         planned_start, due_date, original_due_date, extensions, started_on, completed_on
  FROM answered
)
SELECT l.*, i.id AS issue_id, i.ordinal AS issue_ordinal, i.number AS issue_number, i.text AS issue_text, i.target
FROM inspection n LEFT JOIN issue i ON i.inspection_id = n.id AND i.withdrawn_at IS NULL
LEFT JOIN lines l ON l.answers = i.id
WHERE n.id = $1 AND n.withdrawn_at IS NULL AND ($2::uuid[] IS NULL OR n.organisation_id = ANY($2))
ORDER BY i.ordinal, i.id, l.measure_ordinal NULLS FIRST, l.measure_id
"""
_ROUTE: dict[str, Any] = {"responses": responses(NotFound)}


@router.get("/issues", **_ROUTE, summary="问题清单 · list of issues", operation_id="inspections.issue-list")
async def read_issues(request: Request, actor: Annotated[Actor, may("inspections:read")], id: UUID) -> IssueList:
    return IssueList(inspection_id=id, items=[ListedIssue(**row) for row in await _rows(request, actor, _ISSUES, id)])


@router.get("/tasks", **_ROUTE, summary="任务清单 · list of tasks", operation_id="inspections.task-list")
async def read_tasks(request: Request, actor: Annotated[Actor, may("inspections:read")], id: UUID) -> TaskList:
    """The measures under each issue; an issue without any stands there with none."""
    rows = await _rows(request, actor, _LINES, id)
    answered = {row["issue_id"] for row in rows if row["measure_id"]}
    listed = [row for row in rows if row["measure_id"] or row["issue_id"] not in answered]
    of_measures = [row if row["measure_id"] else row | {"status": None, "result": None} for row in listed]
    return TaskList(inspection_id=id, items=[ListedTask(**row) for row in of_measures])


@router.get(
    "/responsibilities",
    **_ROUTE,
    summary="责任清单 · list of responsibilities",
    operation_id="inspections.responsibility-list",
)
async def read_responsibilities(
    request: Request, actor: Annotated[Actor, may("inspections:read")], id: UUID
) -> ResponsibilityList:
    rows = await _rows(request, actor, _LINES, id)
    return ResponsibilityList(inspection_id=id, items=[ListedResponsibility(**row) for row in rows])


@router.get("/deadlines", **_ROUTE, summary="时限清单 · list of deadlines", operation_id="inspections.deadline-list")
async def read_deadlines(request: Request, actor: Annotated[Actor, may("inspections:read")], id: UUID) -> DeadlineList:
    day = today()
    items = []
    for row in await _rows(request, actor, _LINES, id):
        finished = row["status"] in (measures.FINISHED if row["measure_id"] else issues.FINISHED)
        items.append(ListedDeadline(**row, light=light(row["due_date"], today=day, finished=finished)))
    return DeadlineList(inspection_id=id, items=items)


async def _rows(request: Request, actor: Actor, sql: str, id: UUID) -> list[dict[str, Any]]:
    """The lines of the list. NotFound for an inspection out of sight."""
    database: Database = request.app.state.database
    found = await database.rows(sql, id, None if actor.scope is None else list(actor.scope))
    if not found:
        raise NotFound(f"没有巡察 {id}", f"There is no inspection {id} that you can see")
    return [dict(row) for row in found if row["issue_id"]]
