"""Evaluation of the effect (成效评估): schemes, and the evaluations made by them."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from ..domain import schemes
from ..domain.evaluations import ACTS, Evaluation, EvaluationFields, EvaluationOutcome
from ..domain.issues import Issue
from ..domain.organisations import Organisation
from ..domain.schemes import EvaluationScheme, EvaluationSchemeFields
from ..domain.vocabulary import EvaluationState, SchemeState
from ..foundation.acts import Acts
from ..foundation.audit import Actor
from ..foundation.clock import today
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch, save
from ..foundation.listing import Listing, Query, at_least, at_most, contains, equals, one_of
from ..foundation.problems import Text
from ..foundation.resource import Resource

# Four indicators of 15, 15, 60 and 10 points, as a county of Shaanxi has them; the deductions are ours.
EXAMPLE: dict[str, Any] = {
    "name": "巡察整改成效评估办法（百分制扣分，示例）",
    "method": "纪委监委、组织部、巡察办在双公开之后联合评估",
    "full_score": "100.00",
    "basically_counts": "0.60",
    "indicators": [
        {"code": "organisation", "title": "组织领导", "weight": "15.00"},
        {"code": "responsibility", "title": "责任落实", "weight": "15.00"},
        {"code": "task_completion", "title": "任务完成", "weight": "60.00"},
        {"code": "satisfaction", "title": "群众满意度", "weight": "10.00", "surveyed": True},
    ],
    "deductions": [
        {"code": "no_meeting", "indicator": "organisation", "title": "未开会研究整改", "points": "3.00"},
        {
            "code": "plan_late",
            "indicator": "organisation",
            "title": "整改方案报送超期",
            "points": "2.00",
            "most": "4.00",
        },
        {"code": "no_leader", "indicator": "responsibility", "title": "整改措施无责任领导", "points": "1.00"},
        {"code": "unfinished", "indicator": "task_completion", "title": "到期问题未完成整改", "points": "4.00"},
        {"code": "sham", "indicator": "task_completion", "title": "纸面整改、虚假整改", "points": "8.00"},
        {"code": "recurrence", "indicator": "task_completion", "title": "整改后问题反弹", "points": "5.50"},
    ],
    "bands": [
        {"grade": "excellent", "label": "优秀", "from_score": "95.00"},
        {"grade": "good", "label": "较好", "from_score": "85.00"},
        {"grade": "fair", "label": "一般", "from_score": "70.00", "triggers": [{"trigger": "interview", "months": 1}]},
        {
            "grade": "poor",
            "label": "差",
            "from_score": "0.00",
            "triggers": [
                {"trigger": "warning_talk"},
                {"trigger": "second_rectification", "months": 3},
                {"trigger": "look_back", "months": 12},
            ],
        },
    ],
}


class EvaluationSchemeCreate(Sent, EvaluationSchemeFields):
    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})  # type: ignore[assignment]  # SQLModel types its own config


class EvaluationSchemeRead(EvaluationSchemeFields, Shown):
    status: SchemeState
    in_use: bool = Field(description="evaluations were made by it, so it stays as it is")
    allowed_actions: list[str] = Field(description="what this caller may do to it now")


class EvaluationSchemeQuery(Query):
    status: list[SchemeState] = []
    in_use: bool | None = None
    q: str | None = None
    sort: Literal["created_at", "-created_at"] = "-created_at"


def present_scheme(row: dict[str, Any], actor: Actor) -> None:
    row["allowed_actions"] = schemes.ACTS.allowed(row, actor)


async def settle(db: AsyncSession, scheme: EvaluationScheme) -> None:
    scheme.settle()


evaluation_schemes = Resource(
    "evaluation-schemes",
    EvaluationScheme,
    Listing(
        EvaluationScheme,
        EvaluationSchemeRead,
        EvaluationSchemeQuery,
        where={
            "status": one_of(EvaluationScheme.status),
            "in_use": equals(EvaluationScheme.in_use),
            "q": contains(EvaluationScheme.name, EvaluationScheme.method),
        },
        sort={"created_at": EvaluationScheme.created_at},
        present=present_scheme,
    ),
    called=Text("评估办法", "evaluation scheme"),
    create=EvaluationSchemeCreate,
    update=patch_of("EvaluationSchemeUpdate", EvaluationSchemeFields),
    prepare=settle,
)
scheme_acts = Acts(evaluation_schemes, schemes.ACTS)


@scheme_acts.does("retirement")
async def retire(db: AsyncSession, actor: Actor, scheme: EvaluationScheme, _: None) -> None:
    scheme.retire()


class EvaluationCreate(Sent, EvaluationFields):
    pass


class EvaluationRead(EvaluationFields, EvaluationOutcome, Shown):
    organisation_id: UUID
    allowed_actions: list[str] = Field(description="what this caller may do to it now")


class EvaluationQuery(Query):
    inspection_id: list[UUID] = []
    scheme_id: list[UUID] = []
    status: list[EvaluationState] = []
    grade: list[str] = []
    evaluated_from: date | None = None
    evaluated_to: date | None = None
    sort: Literal["evaluated_on", "-evaluated_on", "score", "-score"] = "-evaluated_on"


def present_evaluation(row: dict[str, Any], actor: Actor) -> None:
    row["allowed_actions"] = ACTS.allowed(row, actor)


async def assess(db: AsyncSession, evaluation: Evaluation) -> None:
    scheme = await fetch(db, EvaluationScheme, evaluation.scheme_id)
    if evaluation not in db:
        await db.refresh(scheme, with_for_update=True)  # so that it cannot change under its first evaluation
        scheme.use()
        await save(db, scheme)
    asked = evaluation.asked_issues()
    there = select(Issue.id).where(
        col(Issue.id).in_(asked), Issue.inspection_id == evaluation.inspection_id, col(Issue.withdrawn_at).is_(None)
    )
    evaluation.assess(scheme, issues_there=set(await db.scalars(there)) if asked else set())


evaluations = Resource(
    "evaluations",
    Evaluation,
    Listing(
        Evaluation,
        EvaluationRead,
        EvaluationQuery,
        where={
            "inspection_id": one_of(Evaluation.inspection_id),
            "scheme_id": one_of(Evaluation.scheme_id),
            "status": one_of(Evaluation.status),
            "grade": one_of(Evaluation.grade),
            "evaluated_from": at_least(Evaluation.evaluated_on),
            "evaluated_to": at_most(Evaluation.evaluated_on),
        },
        sort={"evaluated_on": Evaluation.evaluated_on, "score": Evaluation.score},
        present=present_evaluation,
    ),
    called=Text("成效评估", "evaluation"),
    create=EvaluationCreate,
    update=patch_of("EvaluationUpdate", EvaluationFields, fixed=frozenset({"inspection_id", "scheme_id"})),
    prepare=assess,
)
acts = Acts(evaluations, ACTS)


@acts.does("confirmation")
async def confirm(db: AsyncSession, actor: Actor, evaluation: Evaluation, _: None) -> None:
    evaluation.confirm(await fetch(db, EvaluationScheme, evaluation.scheme_id), on=today(), by=actor.name)
    inspected = await fetch(db, Organisation, evaluation.organisation_id)
    for notice in evaluation.notices(addressed_to=inspected.name):
        await save(db, notice)
