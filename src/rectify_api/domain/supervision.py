"""Supervision of the rectification: checks (督导检查), and notices (五书、约谈) with their answers."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken, Text
from ..foundation.procedure import Act, Procedure
from .accountability import DocumentNo
from .vocabulary import CheckMethod, NoticeState, NoticeType

S = NoticeState
# An answer is waited for.
OPEN = (S.issued, S.returned)

# By the noun in the URL.
ACTS: Procedure[NoticeState] = Procedure(
    Text("督办文书", "notice"),
    {
        "issuance": Act((S.drafted,), S.issued, "发出", "issued", "supervision-notices:issue"),
        "answer": Act(OPEN, S.answered, "答复", "answered", "supervision-notices:answer"),
        "acceptance": Act((S.answered,), S.accepted, "认可答复", "accepted", "supervision-notices:decide"),
        "return": Act((S.answered,), S.returned, "退回重新答复", "returned", "supervision-notices:decide"),
        "cancellation": Act((*OPEN, S.answered), S.cancelled, "撤销", "cancelled", "supervision-notices:issue"),
    },
)


class SupervisionCheckFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    method: CheckMethod = Field(sa_type=AutoString)
    checked_on: date = Field(description="检查日期")
    checked_by: str = Field(min_length=1, max_length=200, description="检查人员 who checked")
    findings: str = Field(min_length=1, max_length=20_000, description="检查发现")
    demands: str | None = Field(default=None, min_length=1, max_length=10_000, description="整改要求")
    demands_due: date | None = Field(default=None, description="要求完成的期限, to 24:00 Asia/Shanghai")
    rechecked_on: date | None = Field(default=None, description="复查日期")
    recheck_result: str | None = Field(default=None, min_length=1, max_length=10_000, description="复查结果")


class SupervisionCheck(Recorded, SupervisionCheckFields, table=True):
    __tablename__ = "supervision_check"
    __table_args__ = (Index("ix_supervision_check_checked_on_id", "checked_on", "id"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)

    def check_sound(self) -> None:
        """Raise RuleBroken for a deadline without demands, half a re-check, or days in the wrong order."""
        if self.demands_due is not None and self.demands is None:
            raise RuleBroken("有期限而无整改要求", "There is a deadline but nothing is demanded", missing="demands")
        if (self.rechecked_on is None) != (self.recheck_result is None):
            missing = "rechecked_on" if self.rechecked_on is None else "recheck_result"
            raise RuleBroken("复查日期与复查结果须一并填写", "A re-check has both a day and a result", missing=missing)
        for zh, en, day in (
            ("要求完成的期限", "The deadline of the demands", self.demands_due),
            ("复查日期", "The re-check", self.rechecked_on),
        ):
            if day is not None and day < self.checked_on:
                raise RuleBroken(
                    f"{zh}早于检查日期 {self.checked_on}", f"{en} lies before the check on {self.checked_on}"
                )


class SupervisionNoticeFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    check_id: UUID | None = Field(
        default=None,
        foreign_key="supervision_check.id",
        index=True,
        description="依据的督导检查 the check that it follows from",
    )
    type: NoticeType = Field(sa_type=AutoString)
    number: DocumentNo | None = Field(default=None, max_length=60, description="文号; needed to issue it")
    addressed_to: str = Field(min_length=1, max_length=200, description="发往单位或个人")
    text: str = Field(min_length=1, max_length=20_000, description="督办内容和要求")
    answer_due: date | None = Field(
        default=None, index=True, description="答复期限, to 24:00 Asia/Shanghai; needed to issue it"
    )


class NoticeAnswer(SQLModel):
    """An answer as it came in. `return_reason` says why it was not enough."""

    text: str
    answered_on: date
    answered_by: str
    late: bool = Field(description="晚于答复期限")
    return_reason: str | None = None


class NoticeProgress(SQLModel):
    """What the procedure has made of a notice."""

    status: NoticeState = Field(default=S.drafted, sa_type=AutoString)
    evaluation_id: UUID | None = Field(
        default=None,
        foreign_key="evaluation.id",
        index=True,
        description="由哪次成效评估引发 the evaluation whose grade led to it",
    )
    issued_on: date | None = Field(default=None, description="发出日期")
    issued_by: str | None = Field(default=None, description="发出者")
    answers: list[NoticeAnswer] = Field(default=[], description="历次答复, the last one last")
    late: bool = Field(default=False, description="曾逾期答复 an answer came after its deadline")
    decided_on: date | None = Field(default=None, description="认可、退回或撤销日期")
    decided_by: str | None = Field(default=None, description="认可、退回或撤销者")
    cancellation_reason: str | None = Field(default=None, description="撤销理由")


class SupervisionNotice(Recorded, SupervisionNoticeFields, NoticeProgress, table=True):
    __tablename__ = "supervision_notice"
    __table_args__ = (Index("ix_supervision_notice_created_at_id", "created_at", "id"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    answers: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))  # type: ignore[assignment]  # stored as JSON

    def issue(self, *, number: str | None, answer_due: date | None, on: date, by: str) -> None:
        """Send it out. Number and deadline may stand in the draft already; RuleBroken when one is missing."""
        ACTS.check(self, "issuance")
        number, answer_due = number or self.number, answer_due or self.answer_due
        if number is None:
            raise RuleBroken("尚未编文号，不能发出", "It has no document number yet", missing="number")
        if answer_due is None:
            raise RuleBroken("须写明答复期限才能发出", "Say by when it is to be answered", missing="answer_due")
        _refuse_earlier(answer_due, than=on)
        ACTS.move(self, "issuance")
        self.number, self.answer_due, self.issued_on, self.issued_by = number, answer_due, on, by

    def answer(self, *, text: str, on: date, by: str) -> None:
        """Keep the answer, and whether it came after the deadline."""
        ACTS.move(self, "answer")
        late = self.answer_due is not None and on > self.answer_due
        kept = NoticeAnswer(text=text, answered_on=on, answered_by=by, late=late)
        self.answers = [*self.answers, kept.model_dump(mode="json")]
        self.late = self.late or late

    def accept(self, *, on: date, by: str) -> None:
        ACTS.move(self, "acceptance")
        self.decided_on, self.decided_by = on, by

    def send_back(self, *, reason: str, answer_due: date | None, on: date, by: str) -> None:
        """The answer is not enough: another is due, by the same deadline when no later one is given."""
        ACTS.check(self, "return")
        if answer_due is not None:
            _refuse_earlier(answer_due, than=on)
        ACTS.move(self, "return")
        self.answers = [*self.answers[:-1], self.answers[-1] | {"return_reason": reason}]
        self.answer_due = answer_due or self.answer_due
        self.decided_on, self.decided_by = on, by

    def cancel(self, *, reason: str, on: date, by: str) -> None:
        ACTS.move(self, "cancellation")
        self.cancellation_reason, self.decided_on, self.decided_by = reason, on, by

    def check_edit(self) -> None:
        if ACTS.is_begun(self):
            raise RuleBroken(
                "督办文书已发出，不能再改；确有错误请撤销后另发",
                "The notice has been issued and stands as it is; cancel it and issue another",
            )

    def check_withdrawable(self) -> None:
        if ACTS.is_begun(self):
            raise RuleBroken("督办文书已发出，只能撤销", "The notice has been issued; it can only be cancelled")


def _refuse_earlier(answer_due: date, *, than: date) -> None:
    if answer_due < than:
        raise RuleBroken(
            f"答复期限 {answer_due} 早于 {than}",
            f"The answer would be due on {answer_due}, before {than}",
            answer_due=str(answer_due),
        )
