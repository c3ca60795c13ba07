"""Issues (问题): what may be sent, what is shown, how they are listed."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from ...domain.deadlines import among, light, lit
from ...domain.issues import ACTS, FINISHED, Issue, IssueFields, IssueProgress
from ...domain.vocabulary import IssueKind, IssueState, Light, RecordSource, RectificationStatus
from ...foundation.audit import Actor
from ...foundation.clock import today
from ...foundation.contract import Sent, Shown, patch_of
from ...foundation.database import changed_from
from ...foundation.listing import Listing, Query, at_least, at_most, contains, last_day, one_of
from ...foundation.problems import Text
from ...foundation.resource import Resource
from ..evidence import EvidenceFileRead, evidence_files
from ..measures import MeasureRead, measures


class IssueCreate(Sent, IssueFields):
    pass


class IssueRead(IssueFields, IssueProgress, Shown):
    organisation_id: UUID
    flags: list[str]
    source: RecordSource
    light: Light | None = Field(description="红黄绿灯 of the deadline; null: none, or nothing left to be done")
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
    responsible_leader: list[str] = []
    lead_unit: list[str] = []
    light: list[Light] = []
    review_to: date | None = Field(default=None, description="长期坚持事项的复核日期不晚于")
    due_from: date | None = None
    due_to: date | None = None
    q: str | None = None
    sort: Literal["ordinal", "-ordinal", "due_date", "-due_date", "created_at", "-created_at"] = "ordinal"
    include: str | None = Field(default=None, schema_extra={"pattern": "^(measures|evidence)(,(measures|evidence))*$"})


def present(row: dict[str, Any], actor: Actor) -> None:
    row["light"] = light(row["due_date"], today=today(), finished=row["status"] in FINISHED)
    row["allowed_actions"] = ACTS.allowed(row, actor)


async def check_edit(db: AsyncSession, issue: Issue) -> None:
    issue.check_edit(changed_from(issue))


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
            "responsible_leader": one_of(Issue.responsible_leader),
            "lead_unit": one_of(Issue.lead_unit),
            "light": lit(Issue.due_date, among(Issue.status, FINISHED)),
            "review_to": at_most(Issue.next_review_on),
            "due_from": at_least(Issue.due_date),
            "due_to": at_most(Issue.due_date),
            "q": contains(Issue.text, Issue.result),
        },
        sort={
            "ordinal": Issue.ordinal,
            "due_date": func.coalesce(Issue.due_date, last_day()),
            "created_at": Issue.created_at,
        },
        present=present,
        include={"measures": (measures.listing, "issue_id"), "evidence": (evidence_files.listing, "issue_id")},
    ),
    called=Text("问题", "issue"),
    create=IssueCreate,
    update=patch_of("IssueUpdate", IssueFields, fixed=frozenset({"inspection_id"})),
    prepare=check_edit,
)
