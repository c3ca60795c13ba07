"""An issue: registered → claimed → in_progress → submitted → verified or long_term → closed, and back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Actor, Recorded
from ..foundation.problems import RuleBroken, Text
from ..foundation.procedure import Act, Procedure
from .undertakings import EXTENSION_DECIDED, UndertakingFields, UndertakingProgress, none_pending, one_pending
from .verifications import Material, SignedOff, signs_for_another
from .vocabulary import (
    IssueKind,
    IssueState,
    ObjectionKind,
    ObjectionState,
    RecordSource,
    RectificationStatus,
    StatusBasis,
    UrgencyClass,
    VerifyingBody,
)

S = IssueState
WORKING = (S.claimed, S.in_progress, S.returned)
# Months between two reviews of what has to be kept up: no rule was found that says it.
REVIEW_EVERY = 6
# Nothing is left to be done, so nothing is overdue.
FINISHED = (S.verified, S.long_term, S.closed, S.set_aside)


def _uncontested(row: Mapping[str, Any], _by: Actor | None) -> None:
    if row["objection_state"] == ObjectionState.raised:
        raise RuleBroken("对此问题有异议待复核，先作出复核决定", "An objection to the issue is still to be decided")


def _contested(row: Mapping[str, Any], _by: Actor | None) -> None:
    if row["objection_state"] != ObjectionState.raised:
        raise RuleBroken("没有待复核的异议", "No objection is waiting for a decision")


# By the noun in the URL. Verification is done when the last body has signed.
ACTS: Procedure[IssueState] = Procedure(
    Text("问题", "issue"),
    {
        "claim": Act((S.registered,), S.claimed, "认领", "claimed", "issues:claim", _uncontested),
        "objection": Act((S.registered, S.claimed), None, "提出异议", "contested", "issues:contest", _uncontested),
        "objection-decision": Act(
            (S.registered, S.claimed),
            None,
            "复核异议",
            "objection_decided",
            "issues:decide",
            _contested,
            otherwise=(S.set_aside,),
        ),
        "start": Act((S.claimed, S.returned), S.in_progress, "开始整改", "started", "issues:start", _uncontested),
        "extension": Act(WORKING, None, "申请延期", "extension_requested", "issues:extend", none_pending),
        "extension-decision": Act(
            WORKING, None, "批复延期", "extension_decided", "issues:decide", one_pending, recorded=EXTENSION_DECIDED
        ),
        "handover": Act(
            (*WORKING, S.submitted, S.verified, S.long_term), None, "移交", "handed_over", "issues:hand-over"
        ),
        "submission": Act((S.in_progress,), S.submitted, "提交验收", "submitted", "issues:submit", none_pending),
        "return": Act((S.submitted, S.verified, S.long_term), S.returned, "退回重改", "returned", "issues:return"),
        "verification": Act(
            (S.submitted, S.long_term),
            S.verified,
            "验收",
            "verified",
            "issues:verify",
            signs_for_another,
            otherwise=(S.long_term,),
            recorded=("signed_off", "verified", "reviewed"),
        ),
        "closure": Act((S.verified,), S.closed, "销号", "closed", "issues:close"),
        "reopening": Act((S.closed, S.set_aside), S.in_progress, "重新整改", "reopened", "issues:reopen"),
    },
)


class IssueFields(UndertakingFields):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    category_id: UUID | None = Field(default=None, foreign_key="category.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="item.id", index=True)
    kind: IssueKind = Field(default=IssueKind.issue, sa_type=AutoString)
    ordinal: int = Field(ge=1, le=100_000, description="次序 place in reading order, from 1")
    number: str = Field(default="", max_length=20, description="印刷编号 as printed, (17)")
    text: str = Field(min_length=1, max_length=10_000, description="问题表现 the finding")
    root_cause: str | None = Field(default=None, min_length=1, max_length=10_000, description="原因分析")
    target: str | None = Field(default=None, min_length=1, max_length=10_000, description="整改目标")
    result: str | None = Field(default=None, min_length=1, max_length=20_000, description="整改成效")
    rectification_status: RectificationStatus = Field(default=RectificationStatus.unknown, sa_type=AutoString)
    status_basis: StatusBasis = Field(default=StatusBasis.none, sa_type=AutoString)
    urgency_class: UrgencyClass | None = Field(default=None, sa_type=AutoString)


class IssueProgress(UndertakingProgress, SignedOff):
    """What the procedure has made of an issue."""

    status: IssueState = Field(default=S.registered, sa_type=AutoString)
    recurrences: int = Field(default=0, description="反弹次数 how often it came back")
    recurrence_cause: str | None = Field(default=None, description="反弹原因")
    return_reason: str | None = Field(default=None, description="退回理由")
    objection_state: ObjectionState | None = Field(default=None, sa_type=AutoString)
    objection_kind: ObjectionKind | None = Field(default=None, sa_type=AutoString)
    objection_reason: str | None = Field(default=None, description="异议理由")
    objection_to: str | None = Field(default=None, description="认为应由何单位负责")
    objection_comment: str | None = Field(default=None, description="复核意见")
    claimed_at: datetime | None = None
    started_at: datetime | None = Field(default=None, description="实际开始")
    submitted_at: datetime | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    next_review_on: date | None = Field(default=None, index=True, description="长期坚持事项下次复核日期")


class SharedAction(SQLModel):
    """One action that answers several issues: one row, linked to each, counted once."""

    also_issue_ids: list[UUID] = Field(
        default=[],
        max_length=100,
        sa_type=ARRAY(Uuid),
        sa_column_kwargs={"server_default": "{}", "info": {"references": "issue"}},
        description="同时回应的其他问题 the other issues that it answers",
    )


class Issue(Recorded, IssueFields, IssueProgress, Material, table=True):
    __table_args__ = (
        Index("ix_issue_created_at_id", "created_at", "id"),
        Index("ix_issue_ordinal_id", "ordinal", "id"),
        Index("ix_issue_status_ordinal_id", "status", "ordinal", "id"),
    )

    procedure: ClassVar[Procedure[Any]] = ACTS
    material: ClassVar[frozenset[str]] = frozenset(
        {"kind", "text", "root_cause", "target", "result", "rectification_status", "withdrawn_at"}
    )

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    flags: list[str] = Field(default=[], sa_column=Column(JSONB, nullable=False, server_default="[]"))
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)

    def claim(self, *, leader: str, at: datetime) -> None:
        ACTS.move(self, "claim")
        self.responsible_leader, self.claimed_at = leader, at

    def contest(self, *, kind: ObjectionKind, reason: str, belongs_to: str | None) -> None:
        """Say that the finding is not so, or another body's to mend. It is not claimed before a reviewer decided."""
        ACTS.check(self, "objection")
        if kind == ObjectionKind.belongs_elsewhere and not belongs_to:
            raise RuleBroken("须写明应由何单位负责", "Say to which body it belongs", missing="belongs_to")
        ACTS.move(self, "objection")
        self.objection_state, self.objection_kind = ObjectionState.raised, kind
        self.objection_reason, self.objection_to, self.objection_comment = reason, belongs_to, None

    def decide_objection(self, *, upheld: bool, comment: str) -> None:
        ACTS.move(self, "objection-decision")
        self.objection_state = ObjectionState.upheld if upheld else ObjectionState.dismissed
        self.objection_comment = comment
        if upheld:
            self.status = S.set_aside

    def start(self, *, at: datetime) -> None:
        ACTS.move(self, "start")
        self.started_at = self.started_at or at

    def submit(
        self, *, unfinished_measures: int, evidence_missing: int, bodies: Iterable[str], by: Actor, at: datetime
    ) -> None:
        """Ask `bodies` to verify. Needs a result, every measure done or kept up, and evidence on each of them."""
        ACTS.check(self, "submission")
        self._refuse_unfinished(unfinished_measures)
        if evidence_missing:
            raise RuleBroken(
                f"还有 {evidence_missing} 条整改措施没有佐证材料",
                f"{evidence_missing} measures have no evidence",
                evidence_missing=evidence_missing,
            )
        if not self.result:
            raise RuleBroken("尚未填写整改成效", "The result is still to be written", missing="result")
        ACTS.move(self, "submission")
        self.ask_sign_offs(bodies, by=by)
        self.submitted_at = at

    def send_back(self, *, reason: str) -> None:
        ACTS.move(self, "return")
        self.return_reason, self.verified_at, self.submitted_at, self.next_review_on = reason, None, None, None
        self.verifying_bodies, self.awaiting = [], []

    def verify(self, *, body: VerifyingBody, by: Actor, at: datetime, next_review_on: date) -> None:
        """One body finds the work done; with the last of them the issue is verified.

        An issue that is rectified by keeping at it (长期坚持) then stays open as long_term. Verifying it once more is
        its periodic review: as long as its rectification_status is long_term it stays. Saying otherwise changes what
        was signed, so it is back in submitted; signed once more it is verified, and can be closed.
        """
        ACTS.check(self, "verification", by=by)
        self.name_act("signed_off")
        if not self.take_sign_off(body):
            return
        kept_up = self.rectification_status == RectificationStatus.long_term
        self.name_act("reviewed" if kept_up and self.status == S.long_term else "verified")
        self.status = S.long_term if kept_up else S.verified
        self.verified_at, self.next_review_on = at, next_review_on if kept_up else None
        if kept_up:
            self.forget_sign_offs()

    def close(self, *, unfinished_measures: int, at: datetime) -> None:
        ACTS.check(self, "closure")
        self._refuse_unfinished(unfinished_measures)
        ACTS.move(self, "closure")
        self.closed_at = at

    def reopen(self, *, cause: str) -> None:
        """The problem came back (反弹回潮): counted, with its cause. One that was set aside only returns to work."""
        came_back = self.status == S.closed
        ACTS.move(self, "reopening")
        self.recurrences += came_back
        self.recurrence_cause, self.closed_at, self.verified_at, self.submitted_at = cause, None, None, None
        self.verifying_bodies, self.awaiting = [], []

    def check_withdrawable(self) -> None:
        if self.status != S.registered:
            raise RuleBroken("问题已开始整改，不能撤回", "Work on the issue has started; it cannot be withdrawn")

    def signed_in(self, session: Session) -> Iterable[tuple[type[Any], UUID]]:
        return [(Issue, self.id)]

    def changed_materially(self) -> bool:
        """What was signed is no longer so: the sign-offs given fall. True when there were any.

        Raises RuleBroken for a closed issue, whose record stands.
        """
        if self.status == S.closed:
            raise RuleBroken("问题已销号，重新整改后才能修改", "The issue is closed; reopen it first")
        if self.status not in {S.submitted, S.verified, S.long_term} or not self.verifying_bodies:
            return False
        if self.status == S.submitted and self.awaiting == self.verifying_bodies:
            return False
        self.forget_sign_offs()
        self.status, self.verified_at, self.next_review_on = S.submitted, None, None
        self.name_act("sign_offs_fell")
        return True

    def _refuse_unfinished(self, unfinished: int) -> None:
        if unfinished:
            raise RuleBroken(
                f"还有 {unfinished} 条整改措施未完成", f"{unfinished} measures are unfinished", unfinished=unfinished
            )
