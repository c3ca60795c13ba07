"""Accountability: what was imposed on whom, which kind and form it is, how long it has effect, and what became of it.

An action is decided, may be appealed against, and is revoked rather than deleted.
"""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import Index
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Actor, Recorded
from ..foundation.clock import days_later, months_later
from ..foundation.problems import RuleBroken, Text
from ..foundation.procedure import Act, Procedure
from .issues import SharedAction
from .sanctions import SANCTIONS
from .vocabulary import (
    ActionState,
    AppealOutcome,
    Appellant,
    PublicationScope,
    RecordSource,
    Sanction,
    SanctionKind,
    SubjectType,
)

K = SanctionKind
S = ActionState
# The decision stands and no appeal waits.
STANDING = (S.decided, S.upheld, S.changed)


def _of_a_decision(row: Mapping[str, Any], _by: Actor | None) -> None:
    if SANCTIONS[Sanction(row["code"])].kind is K.aggregate:
        raise RuleBroken(
            "这是通报中的合计数，不是一项处分处理决定", "This is a count out of a bulletin, not a decision on somebody"
        )


# By the noun in the URL. An appeal's decision leads to upheld, changed or revoked.
ACTS: Procedure[ActionState] = Procedure(
    Text("问责", "accountability action"),
    {
        "delivery": Act(
            (*STANDING, S.appealed), None, "送达", "delivered", "accountability-actions:write", _of_a_decision
        ),
        "archiving": Act(tuple(S), None, "存档", "archived", "accountability-actions:write", _of_a_decision),
        "appeal": Act(STANDING, S.appealed, "提出申诉", "appealed", "accountability-actions:write", _of_a_decision),
        "appeal-decision": Act(
            (S.appealed,),
            S.upheld,
            "作出申诉决定",
            "decided",
            "accountability-actions:decide",
            otherwise=(S.changed, S.revoked),
            recorded=("upheld", "changed", "revoked"),
        ),
        "revocation": Act(STANDING, S.revoked, "撤销", "revoked", "accountability-actions:decide", _of_a_decision),
    },
)


def masked_name(name: str) -> str:
    """The surname and 某 for each other sign: 张三丰 → 张某某."""
    return name[:1] + "某" * max(1, len(name) - 1)


def masked_id_no(id_no: str) -> str:
    """The first six and last four signs of an identity number (rules: de-identification before release)."""
    return f"{id_no[:6]}{'*' * max(4, len(id_no) - 10)}{id_no[-4:]}"


def masked_reference(_: str) -> str:
    """Nothing of it: the same reference in two rows would tell that they are about one person."""
    return "***"


# What tells who the person is, and how it is shown to a caller that may not know.
RESTRICTED = {"subject_name": masked_name, "subject_id_no": masked_id_no, "person_ref": masked_reference}


def in_effect(action: Mapping[str, Any], *, on: date) -> bool:
    """Whether the effect period holds the day; its first and last day are part of it."""
    first, last = action["effective_from"], action["effective_to"]
    return first is not None and first <= on and (last is None or on <= last)


def document_no(printed: str) -> str:
    """The number of a decision as it is kept: 某纪〔2022〕12号. ValueError when it is none."""
    match = re.fullmatch(r"([一-龥]{1,12})\s*[〔\[［(（]\s*([0-9]{4})\s*[〕\]］)）]\s*([0-9]{1,4})\s*号", printed)
    if match is None:
        raise ValueError("文号应如“某纪〔2022〕12号”", "A document number looks like 某纪〔2022〕12号")
    return "{}〔{}〕{}号".format(*match.groups())


# In the annotation, not a field_validator of the model: so PATCH bodies, which take over the fields, check it too.
DocumentNo = Annotated[
    str,
    AfterValidator(document_no),
    WithJsonSchema(
        {"type": "string", "pattern": "^[一-龥]{1,12}〔[0-9]{4}〕[0-9]{1,4}号$", "examples": ["某纪〔2022〕12号"]}
    ),
]


class AccountabilityActionFields(SharedAction):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    code: Sanction = Field(sa_type=AutoString, index=True)
    graver_form: bool = Field(
        default=False,
        sa_column_kwargs={"server_default": "false"},
        description="从重形态: expulsion or dismissal for a crime (第四种形态), major change of post (第三种形态)",
    )
    subject_type: SubjectType = Field(default=SubjectType.person, sa_type=AutoString)
    persons: int = Field(default=1, ge=0, le=100_000, description="人数; several when a bulletin only counts them")
    cases: int | None = Field(default=None, ge=0, le=100_000, description="起数 cases, counted apart from persons")
    person_ref: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        schema_extra={"pattern": r"^[^*]+$"},
        description="人员内部编号 restricted; the same in each row about one person, so that persons can be counted",
    )
    subject_name: str | None = Field(default=None, min_length=1, max_length=100, description="姓名 restricted")
    subject_id_no: str | None = Field(
        default=None, schema_extra={"pattern": "^[0-9]{17}[0-9X]$"}, description="身份证号 restricted"
    )
    post: str | None = Field(default=None, min_length=1, max_length=200, description="职务")
    rank: str | None = Field(default=None, min_length=1, max_length=50, description="职级")
    party_member: bool | None = None
    organisation_unit: str | None = Field(default=None, min_length=1, max_length=200, description="所在单位")
    violation_category: str | None = Field(default=None, min_length=1, max_length=50, description="违反何种纪律")
    term_months: int | None = Field(default=None, ge=1, le=60, description="期限 months; of probation 12 or 24")
    decision_no: DocumentNo | None = Field(default=None, max_length=60, description="处分决定文号，如 某纪〔2022〕12号")
    deciding_body: str | None = Field(default=None, min_length=1, max_length=200, description="决定机关")
    approval_body: str | None = Field(default=None, min_length=1, max_length=200, description="批准机关")
    decision_date: date | None = Field(default=None, index=True, description="决定日期")
    approval_date: date | None = Field(default=None, description="批准日期, not before the decision")
    publication_scope: PublicationScope = Field(default=PublicationScope.internal, sa_type=AutoString)
    remark: str | None = Field(default=None, min_length=1, max_length=2000)


class ActionProgress(SQLModel):
    """What follows from the code, and what the procedure has made of the decision. Of appeals the last one."""

    status: ActionState = Field(default=S.decided, sa_type=AutoString, sa_column_kwargs={"server_default": "decided"})
    form: int | None = Field(default=None, description="四种形态, 1 to 4")
    effective_from: date | None = Field(default=None, description="影响期首日")
    effective_to: date | None = Field(default=None, description="影响期末日; null with a first day: no end")
    delivered_on: date | None = Field(default=None, description="送达日期")
    archived_on: date | None = Field(default=None, description="存档日期")
    appeals: int = Field(default=0, sa_column_kwargs={"server_default": "0"}, description="申诉次数")
    appealed_on: date | None = Field(default=None, description="申诉日期")
    appealed_by: Appellant | None = Field(default=None, sa_type=AutoString, description="申诉人")
    appeal_outcome: AppealOutcome | None = Field(default=None, sa_type=AutoString, description="申诉结果")
    appeal_decided_on: date | None = Field(default=None, description="申诉决定日期")
    appeal_decided_by: str | None = Field(default=None, description="申诉决定机关")
    appeal_decision_no: str | None = Field(default=None, description="申诉决定文号")
    appeal_reason: str | None = Field(default=None, description="申诉决定理由")
    original_code: Sanction | None = Field(default=None, sa_type=AutoString, description="申诉变更前的处分处理")
    original_term_months: int | None = Field(default=None, description="申诉变更前的期限")
    revoked_on: date | None = Field(default=None, description="撤销日期")
    revoked_by: str | None = Field(default=None, description="撤销决定机关")
    revocation_no: str | None = Field(default=None, description="撤销决定文号")
    revocation_reason: str | None = Field(default=None, description="撤销理由")


# What an appeal is against: it changes only by its decision.
DECIDED = frozenset({"code", "graver_form", "term_months", "decision_no", "deciding_body", "decision_date"}) | {
    "approval_body",
    "approval_date",
}


class AccountabilityAction(Recorded, AccountabilityActionFields, ActionProgress, table=True):
    __tablename__ = "accountability_action"
    __table_args__ = (
        Index("ix_accountability_action_created_at_id", "created_at", "id"),
        Index("ix_accountability_action_also_issue_ids", "also_issue_ids", postgresql_using="gin"),
    )
    mask = frozenset(RESTRICTED)

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    source: RecordSource = Field(default=RecordSource.direct, sa_type=AutoString)

    def fill_effect_period(self) -> None:
        """Set what follows from the code: form, effect period, and an organisation as subject of a measure on one.

        There is no period as long as the date it starts from is unknown. Raises RuleBroken for a term that is
        missing or not possible.
        """
        imposed = SANCTIONS[Sanction(self.code)]
        if imposed.kind is K.unit:
            self.subject_type = SubjectType.organization
        start = {"approval": self.approval_date, "decision": self.decision_date, None: None}[imposed.start]
        months = imposed.months_of_effect(self.term_months) if start or self.term_months else None
        self.form = imposed.graver_form if self.graver_form else imposed.form
        self.effective_from = start
        self.effective_to = months_later(start, months) if start and months else None

    def deliver(self, *, on: date) -> None:
        """The decision was handed to its subject. Said again, it corrects the day."""
        ACTS.check(self, "delivery")
        _refuse_disorder(*self._days(), ("送达日期", "delivery", on), ("存档日期", "archiving", self.archived_on))
        ACTS.move(self, "delivery")
        self.delivered_on = on

    def archive(self, *, on: date) -> None:
        """The papers went into the personal file. Said again, it corrects the day."""
        ACTS.check(self, "archiving")
        _refuse_disorder(*self._days(), ("送达日期", "delivery", self.delivered_on), ("存档日期", "archiving", on))
        ACTS.move(self, "archiving")
        self.archived_on = on

    def appeal(self, *, by: Appellant, on: date) -> None:
        """Somebody asks for the decision to be looked at again. It has effect until that is decided."""
        ACTS.check(self, "appeal")
        before = ("上次申诉决定日期", "decision on the last appeal", self.appeal_decided_on)
        _refuse_disorder(*self._days(), before, ("申诉日期", "appeal", on))
        ACTS.move(self, "appeal")
        self.appealed_by, self.appealed_on, self.appeals = by, on, self.appeals + 1
        self.appeal_outcome = self.appeal_decided_on = self.appeal_reason = None
        self.appeal_decided_by = self.appeal_decision_no = None

    def decide_appeal(
        self,
        outcome: AppealOutcome,
        *,
        reason: str,
        body: str,
        decision_no: str,
        on: date,
        code: Sanction | None = None,
        term_months: int | None = None,
    ) -> None:
        """Uphold the decision, put another `code` or term in its place from the same days on, or revoke it.

        Raises RuleBroken for a change to nothing else, or to what cannot be.
        """
        ACTS.check(self, "appeal-decision")
        _refuse_disorder(("申诉日期", "appeal", self.appealed_on), ("申诉决定日期", "decision on the appeal", on))
        if outcome == AppealOutcome.changed:
            self._refuse_change_to(code, term_months)
        elif code or term_months:
            raise RuleBroken("只有变更原决定时才填写新的处分处理", "Only a change has a new code or term")
        ACTS.move(self, "appeal-decision", verb=outcome.value)
        self.status = S(outcome.value)
        self.appeal_outcome, self.appeal_decided_on, self.appeal_reason = outcome, on, reason
        self.appeal_decided_by, self.appeal_decision_no = body, decision_no
        if outcome == AppealOutcome.changed and code:
            if self.original_code is None:
                self.original_code, self.original_term_months = self.code, self.term_months
            self.code, self.term_months, self.graver_form = code, term_months, False
            self.fill_effect_period()
        elif outcome == AppealOutcome.revoked:
            self._end(reason=reason, body=body, decision_no=decision_no, on=on)

    def revoke(self, *, reason: str, body: str, decision_no: str, on: date) -> None:
        """Take the decision back. It stays readable, and counts nowhere any more."""
        ACTS.check(self, "revocation")
        _refuse_disorder(*self._days(), ("撤销日期", "revocation", on))
        ACTS.move(self, "revocation")
        self._end(reason=reason, body=body, decision_no=decision_no, on=on)

    def check_sound(self) -> None:
        """Raise RuleBroken for days in the wrong order, or a row that is one person and a count at once."""
        _refuse_disorder(
            *self._days(),
            ("送达日期", "delivery", self.delivered_on),
            ("存档日期", "archiving", self.archived_on),
        )
        imposed = SANCTIONS[Sanction(self.code)]
        if self.decision_no and imposed.kind is K.aggregate:
            raise RuleBroken("合计数不是一项决定，没有文号", "A total is no decision, so it has no document number")
        if self.graver_form and imposed.graver_form is None:
            raise RuleBroken("此项处分处理只有一种形态", "This measure is of one form only", field="graver_form")
        if self.person_ref and (self.persons != 1 or self.subject_type != SubjectType.person):
            raise RuleBroken(
                "有人员编号的一行只能是一个人",
                "A row with a person's reference is about one person",
                field="person_ref",
            )

    def check_edit(self, before: Mapping[str, Any]) -> None:
        """`before` holds what was there, by changed column. RuleBroken for what only an act may change."""
        if self.status == S.revoked:
            raise RuleBroken("该问责已撤销，不能再改", "The action has been revoked and stands as it is")
        if before.get("decision_no") and not self.decision_no:
            raise RuleBroken("处分决定文号不能删去", "A decision's document number cannot be taken away")
        if self.status != S.decided and (changed := before.keys() & DECIDED):
            raise RuleBroken(
                "已有申诉，原决定只能由申诉决定变更",
                "It has been appealed against; the decision changes only by the one on the appeal",
                fields=sorted(changed),
            )

    def check_withdrawable(self) -> None:
        if self.decision_no or self.delivered_on or self.status != S.decided:
            raise RuleBroken(
                "处分决定已有文号或已送达，不能撤回；决定确有错误的，请办理撤销（revocation）",
                "The decision has its number or was delivered; it is not withdrawn but revoked (POST …/revocation)",
                act="revocation",
            )

    def _days(self) -> tuple["_Day", ...]:
        return ("决定日期", "decision", self.decision_date), ("批准日期", "approval", self.approval_date)

    def _end(self, *, reason: str, body: str, decision_no: str, on: date) -> None:
        self.revocation_reason, self.revoked_by, self.revocation_no, self.revoked_on = reason, body, decision_no, on
        if self.effective_from is None or on <= self.effective_from:
            self.effective_from = self.effective_to = None
        else:
            last = days_later(on, -1)
            self.effective_to = min(self.effective_to or last, last)

    def _refuse_change_to(self, code: Sanction | None, term_months: int | None) -> None:
        if code is None:
            raise RuleBroken("须写明变更为何种处分处理", "Say which measure takes its place", missing="code")
        if (code, term_months) == (self.code, self.term_months):
            raise RuleBroken("与原决定相同；未变更的请选“维持”", "This is the same as before; then it is upheld")
        imposed = SANCTIONS[code]
        if imposed.kind is K.aggregate:
            raise RuleBroken("合计数不是一项处分处理", "A total is no measure", code=code.value)
        if (imposed.kind is K.unit) != (self.subject_type == SubjectType.organization):
            raise RuleBroken("处分处理与对象（个人或单位）不符", "That measure is not for this kind of subject")
        if imposed.start or term_months:
            imposed.months_of_effect(term_months)


_Day = tuple[str, str, date | None]


def _refuse_disorder(*days: _Day) -> None:
    """Raise RuleBroken for a known day that lies before one of an earlier step."""
    known = [(zh, en, day) for zh, en, day in days if day is not None]
    for (zh, en, first), (later_zh, later_en, second) in pairwise(known):
        if second < first:
            raise RuleBroken(
                f"{later_zh} {second} 早于{zh} {first}",
                f"The {later_en} on {second} lies before the {en} on {first}",
            )
