"""An issue: registered → claimed → in_progress → submitted → verified or long_term → closed, and back."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken, Text
from .procedure import Act
from .vocabulary import IssueKind, IssueState, RecordSource, RectificationStatus, StatusBasis, UrgencyClass

S = IssueState

CALLED = Text("问题", "issue")

# By the noun in the URL. Verification leads to long_term instead where the work has to be kept up, see `verify`.
ACTS: dict[str, Act[IssueState]] = {
    "claim": Act((S.registered,), S.claimed, "认领", "claimed"),
    "start": Act((S.claimed, S.returned), S.in_progress, "开始整改", "started"),
    "submission": Act((S.in_progress,), S.submitted, "提交验收", "submitted"),
    "return": Act((S.submitted, S.verified, S.long_term), S.returned, "退回重改", "returned"),
    "verification": Act((S.submitted, S.long_term), S.verified, "验收", "verified"),
    "closure": Act((S.verified,), S.closed, "销号", "closed"),
    "reopening": Act((S.closed,), S.in_progress, "重新整改", "reopened"),
}


def acts_from(state: str) -> list[str]:
    """The acts that the table allows from `state`, in the order of the procedure."""
    return [noun for noun, act in ACTS.items() if state in act.states]


class IssueFields(SQLModel):
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
    due_date: date | None = Field(default=None, index=True, description="整改时限, to 24:00 Asia/Shanghai")
    responsible_leader: str | None = Field(default=None, min_length=1, max_length=100, description="责任领导")
    lead_unit: str | None = Field(default=None, min_length=1, max_length=200, description="牵头单位")
    responsible_person: str | None = Field(default=None, min_length=1, max_length=100, description="责任人")


class Issue(Recorded, IssueFields, table=True):
    __table_args__ = (
        Index("ix_issue_created_at_id", "created_at", "id"),
        Index("ix_issue_ordinal_id", "ordinal", "id"),
        Index("ix_issue_status_ordinal_id", "status", "ordinal", "id"),
    )

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    status: IssueState = Field(default=S.registered, sa_type=AutoString)
    flags: list[str] = Field(default=[], sa_column=Column(JSONB, nullable=False, server_default="[]"))
    recurrences: int = Field(default=0, description="反弹次数 how often it came back")
    recurrence_cause: str | None = None
    return_reason: str | None = None
    claimed_at: datetime | None = None
    submitted_at: datetime | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)

    def claim(self, *, leader: str, at: datetime) -> None:
        self._move("claim")
        self.responsible_leader, self.claimed_at = leader, at

    def start(self) -> None:
        self._move("start")

    def submit(self, *, unfinished_measures: int, evidence_missing: int, at: datetime) -> None:
        """Ask for verification. Needs a result, every measure done or kept up, and evidence on each of them."""
        self._check("submission")
        self._refuse_unfinished(unfinished_measures)
        if evidence_missing:
            raise RuleBroken(
                f"还有 {evidence_missing} 条整改措施没有佐证材料",
                f"{evidence_missing} measures have no evidence",
                evidence_missing=evidence_missing,
            )
        if not self.result:
            raise RuleBroken("尚未填写整改成效", "The result is still to be written", missing="result")
        self._move("submission")
        self.submitted_at = at

    def send_back(self, *, reason: str) -> None:
        self._move("return")
        self.return_reason, self.verified_at, self.submitted_at = reason, None, None

    def verify(self, *, at: datetime) -> None:
        """Find the work done. An issue that is rectified by keeping at it (长期坚持) then stays open as long_term.

        Verifying it once more is its periodic review: as long as its rectification_status is long_term it stays;
        once that says otherwise it becomes verified, and can be closed.
        """
        self._move("verification")
        if self.rectification_status == RectificationStatus.long_term:
            self.status = S.long_term
        self.verified_at = at

    def close(self, *, unfinished_measures: int, at: datetime) -> None:
        self._check("closure")
        self._refuse_unfinished(unfinished_measures)
        self._move("closure")
        self.closed_at = at

    def reopen(self, *, cause: str) -> None:
        """The problem came back (反弹回潮): counted, with its cause."""
        self._move("reopening")
        self.recurrences += 1
        self.recurrence_cause, self.closed_at, self.verified_at, self.submitted_at = cause, None, None, None

    def check_withdrawable(self) -> None:
        if self.status != S.registered:
            raise RuleBroken("问题已开始整改，不能撤回", "Work on the issue has started; it cannot be withdrawn")

    def _refuse_unfinished(self, unfinished: int) -> None:
        if unfinished:
            raise RuleBroken(
                f"还有 {unfinished} 条整改措施未完成", f"{unfinished} measures are unfinished", unfinished=unfinished
            )

    def _check(self, noun: str) -> None:
        self.check_not_withdrawn()
        ACTS[noun].check_from(IssueState(self.status), CALLED)

    def _move(self, noun: str) -> None:
        self._check(noun)
        self.status = ACTS[noun].to
        self.name_act(ACTS[noun].done)
