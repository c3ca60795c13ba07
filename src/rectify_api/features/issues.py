"""Issues (问题): what the inspection found wrong, and the acts that bring it to closure (销号)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from ..domain.evidence import EvidenceFile
from ..domain.issues import Issue, IssueFields, acts_from
from ..domain.measures import Measure
from ..domain.vocabulary import IssueKind, IssueState, MeasureState, RecordSource, RectificationStatus
from ..foundation.audit import Actor
from ..foundation.clock import now
from ..foundation.contract import Sent, Shown, patch_of
from ..foundation.database import fetch, save
from ..foundation.listing import Listing, Query, at_least, at_most, contains, last_day, one_of
from ..foundation.problems import Conflict, NotFound, RuleBroken, Text
from ..foundation.resource import Resource
from ..foundation.routes import Db, may, responses
from .evidence import EvidenceFileRead, evidence_files
from .measures import MeasureRead, measures

# The act of the table in domain/issues.py → the permission it takes.
PERMISSION_OF = {
    "claim": "issues:claim",
    "start": "issues:start",
    "submission": "issues:submit",
    "return": "issues:return",
    "verification": "issues:verify",
    "closure": "issues:close",
    "reopening": "issues:reopen",
}


class IssueCreate(Sent, IssueFields):
    pass


class IssueRead(IssueFields, Shown):
    organisation_id: UUID
    status: IssueState
    flags: list[str]
    recurrences: int
    claimed_at: datetime | None
    submitted_at: datetime | None
    verified_at: datetime | None
    closed_at: datetime | None
    source: RecordSource
    allowed_actions: list[str] = Field(description="what this caller may do to it now")
    measures: list[MeasureRead] | None = Field(default=None, description="with include=measures")
    evidence: list[EvidenceFileRead] | None = Field(default=None, description="with include=evidence")


class IssueQuery(Query):
    inspection_id: list[UUID] = []
    organisation_id: list[UUID] = []
    category_id: list[UUID] = []
    item_id: list[UUID] = []
    kind: list[IssueKind] = []
    status: list[IssueState] = []
    rectification_status: list[RectificationStatus] = []
    due_from: date | None = None
    due_to: date | None = None
    q: str | None = None
    sort: Literal["ordinal", "-ordinal", "due_date", "-due_date", "created_at", "-created_at"] = "ordinal"
    include: str | None = Field(default=None, schema_extra={"pattern": "^(measures|evidence)(,(measures|evidence))*$"})


def show_allowed_actions(row: dict[str, Any], actor: Actor) -> None:
    if row["withdrawn_at"] is not None:
        row["allowed_actions"] = []
        return
    row["allowed_actions"] = [act for act in acts_from(row["status"]) if actor.may(PERMISSION_OF[act])]


issues = Resource(
    "issues",
    Issue,
    Listing(
        Issue,
        IssueRead,
        IssueQuery,
        where={
            "inspection_id": one_of(Issue.inspection_id),
            "organisation_id": one_of(Issue.organisation_id),
            "category_id": one_of(Issue.category_id),
            "item_id": one_of(Issue.item_id),
            "kind": one_of(Issue.kind),
            "status": one_of(Issue.status),
            "rectification_status": one_of(Issue.rectification_status),
            "due_from": at_least(Issue.due_date),
            "due_to": at_most(Issue.due_date),
            "q": contains(Issue.text, Issue.result),
        },
        sort={
            "ordinal": Issue.ordinal,
            "due_date": func.coalesce(Issue.due_date, last_day()),
            "created_at": Issue.created_at,
        },
        present=show_allowed_actions,
        include={"measures": (measures.listing, "issue_id"), "evidence": (evidence_files.listing, "issue_id")},
    ),
    called=Text("问题", "issue"),
    create=IssueCreate,
    update=patch_of("IssueUpdate", IssueFields, fixed=frozenset({"inspection_id"})),
)


class Claim(Sent):
    responsible_leader: str = Field(min_length=1, max_length=100, description="责任领导 who claims it")


class Reason(Sent):
    reason: str = Field(min_length=1, max_length=2000, description="理由 why")


class Cause(Sent):
    cause: str = Field(min_length=1, max_length=2000, description="反弹原因 why it came back")


def _act(noun: str, zh: str, en: str) -> dict[str, Any]:
    return {
        "path": f"/{{id}}/{noun}",
        "response_model": IssueRead,
        "responses": responses(NotFound, RuleBroken, Conflict),
        "summary": f"{zh} · {en}",
        "operation_id": f"issues.{noun}",
    }


async def unfinished_measures(db: AsyncSession, issue: Issue) -> int:
    open_states = (MeasureState.planned, MeasureState.in_progress)
    counted = select(func.count()).where(
        col(Measure.issue_id) == issue.id, col(Measure.status).in_(open_states), col(Measure.withdrawn_at).is_(None)
    )
    return await db.scalar(counted) or 0


async def measures_without_evidence(db: AsyncSession, issue: Issue) -> int:
    proof = select(col(EvidenceFile.id)).where(
        col(EvidenceFile.measure_id) == col(Measure.id), col(EvidenceFile.withdrawn_at).is_(None)
    )
    counted = select(func.count()).where(
        col(Measure.issue_id) == issue.id, col(Measure.withdrawn_at).is_(None), ~proof.exists()
    )
    return await db.scalar(counted) or 0


@issues.router.post(**_act("claim", "认领问题", "claim issue"))
async def claim_issue(db: Db, actor: Annotated[Actor, may("issues:claim")], id: UUID, body: Claim) -> Response:
    issue = await fetch(db, Issue, id, lock=True)
    issue.claim(leader=body.responsible_leader, at=now())
    return issues.listing.answer(await save(db, issue), actor)


@issues.router.post(**_act("start", "开始整改", "start issue"))
async def start_issue(db: Db, actor: Annotated[Actor, may("issues:start")], id: UUID) -> Response:
    issue = await fetch(db, Issue, id, lock=True)
    issue.start()
    return issues.listing.answer(await save(db, issue), actor)


@issues.router.post(**_act("submission", "提交验收", "submit issue"))
async def submit_issue(db: Db, actor: Annotated[Actor, may("issues:submit")], id: UUID) -> Response:
    issue = await fetch(db, Issue, id, lock=True)
    issue.submit(
        unfinished_measures=await unfinished_measures(db, issue),
        evidence_missing=await measures_without_evidence(db, issue),
        at=now(),
    )
    return issues.listing.answer(await save(db, issue), actor)


@issues.router.post(**_act("return", "退回重改", "return issue"))
async def return_issue(db: Db, actor: Annotated[Actor, may("issues:return")], id: UUID, body: Reason) -> Response:
    issue = await fetch(db, Issue, id, lock=True)
    issue.send_back(reason=body.reason)
    return issues.listing.answer(await save(db, issue), actor)


@issues.router.post(**_act("verification", "验收", "verify issue"))
async def verify_issue(db: Db, actor: Annotated[Actor, may("issues:verify")], id: UUID) -> Response:
    issue = await fetch(db, Issue, id, lock=True)
    issue.verify(at=now())
    return issues.listing.answer(await save(db, issue), actor)


@issues.router.post(**_act("closure", "销号", "close issue"))
async def close_issue(db: Db, actor: Annotated[Actor, may("issues:close")], id: UUID) -> Response:
    issue = await fetch(db, Issue, id, lock=True)
    issue.close(unfinished_measures=await unfinished_measures(db, issue), at=now())
    return issues.listing.answer(await save(db, issue), actor)


@issues.router.post(**_act("reopening", "反弹重新整改", "reopen issue"))
async def reopen_issue(db: Db, actor: Annotated[Actor, may("issues:reopen")], id: UUID, body: Cause) -> Response:
    issue = await fetch(db, Issue, id, lock=True)
    issue.reopen(cause=body.cause)
    return issues.listing.answer(await save(db, issue), actor)
