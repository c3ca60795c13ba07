"""The timetable of an inspection (倒排工期): milestones with their lights, and the light of the whole."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Field, SQLModel

from ..domain.deadlines import DeadlineRules, RuleSet, light, worst
from ..domain.issues import FINISHED
from ..domain.timetables import Milestone, timetable
from ..domain.vocabulary import Light
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.database import Database
from ..foundation.problems import NotFound
from ..foundation.routes import LedgerRoute, may, responses

router = APIRouter(prefix="/inspections", tags=["inspections"], route_class=LedgerRoute)


class RulesShown(SQLModel):
    """The set of rules that the dates come from."""

    name: str
    jurisdiction: str
    zh: str
    en: str
    valid_from: date
    valid_to: date | None


class Timetable(SQLModel):
    inspection_id: UUID
    feedback_date: date | None = Field(description="反馈日期; null: nothing can be counted yet")
    rules: RulesShown | None = Field(description="适用的期限规则; null: none in force for its kind on that day")
    light: Light | None = Field(description="最差的灯 the worst light of its milestones and open issues")
    issues_light: Light | None
    earliest_open_issue: date | None = Field(description="未办结问题的最早时限")
    milestones: list[Milestone]


_INSPECTION = """
SELECT kind, jurisdiction, feedback_date, concentrated_until, published_on FROM inspection
WHERE id = $1 AND ($2::uuid[] IS NULL OR organisation_id = ANY($2))
"""
# Of its issues: when the last was finished, counted in Asia/Shanghai, and the earliest deadline of those still open.
_ISSUES = """
SELECT count(*) FILTER (WHERE status <> ALL($2)) AS open,
       min(due_date) FILTER (WHERE status <> ALL($2)) AS earliest,
       (max(coalesce(verified_at, closed_at)) AT TIME ZONE 'Asia/Shanghai')::date AS finished_on
FROM issue WHERE inspection_id = $1 AND withdrawn_at IS NULL
"""
_PLANS = """
SELECT p.kind, e.act, (min(e.at) AT TIME ZONE 'Asia/Shanghai')::date AS day
FROM plan p JOIN audit_entry e ON e.subject_id = p.id
WHERE p.inspection_id = $1 AND p.withdrawn_at IS NULL GROUP BY 1, 2
"""
# The milestones of which the ledger keeps a record: a plan's or report's act, the last issue, the publication.
_OF_PLANS = {
    ("overall_plan", "plan.submitted"): "plan_submission",
    ("overall_plan", "plan.approved"): "plan_review",
    ("progress_report", "plan.submitted"): "progress_report",
    ("leader_report", "plan.submitted"): "leader_report",
}
_RECORDED = {*_OF_PLANS.values(), "concentrated_period", "public_publication"}


@router.get(
    "/{id}/timetable",
    responses=responses(NotFound),
    summary="倒排工期 · timetable of the inspection",
    operation_id="inspections.timetable",
)
async def read_timetable(request: Request, actor: Annotated[Actor, may("inspections:read")], id: UUID) -> Timetable:
    database: Database = request.app.state.database
    found = await database.rows(_INSPECTION, id, None if actor.scope is None else list(actor.scope))
    if not found:
        raise NotFound(f"没有巡察 {id}", f"There is no inspection {id} that you can see")
    return await timetable_of(database, id, found[0], rules=request.app.state.deadline_rules, day=today())


async def timetable_of(database: Database, id: UUID, inspection: Any, *, rules: DeadlineRules, day: date) -> Timetable:
    """The timetable of one inspection as it stands on `day`."""
    issues = (await database.rows(_ISSUES, id, [state.value for state in FINISHED]))[0]
    of_issues = light(issues["earliest"], today=day, finished=False)
    feedback: date | None = inspection["feedback_date"]
    in_force: RuleSet | None = None
    milestones: list[Milestone] = []
    if feedback is not None:
        in_force = rules.in_force(kind=inspection["kind"], jurisdiction=inspection["jurisdiction"], on=feedback)
    if feedback is not None and in_force is not None:
        milestones = timetable(
            in_force,
            feedback=feedback,
            period_ends=inspection["concentrated_until"],
            done=await _reached(database, id, inspection, issues),
            recorded=_RECORDED,
            today=day,
        )
    return Timetable(
        inspection_id=id,
        feedback_date=feedback,
        rules=RulesShown.model_validate(in_force, from_attributes=True) if in_force else None,
        light=worst(of_issues, *(milestone.light for milestone in milestones)),
        issues_light=of_issues,
        earliest_open_issue=issues["earliest"],
        milestones=milestones,
    )


async def _reached(database: Database, id: UUID, inspection: Any, issues: Any) -> dict[str, date]:
    """When which milestone was reached, as far as the ledger knows."""
    acts = [(row["kind"], row["act"], row["day"]) for row in await database.rows(_PLANS, id)]
    reached = {_OF_PLANS[kind, act]: day for kind, act, day in acts if (kind, act) in _OF_PLANS}
    if not issues["open"] and issues["finished_on"]:
        reached["concentrated_period"] = issues["finished_on"]
    if inspection["published_on"]:
        reached["public_publication"] = inspection["published_on"]
    return reached
