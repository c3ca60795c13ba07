"""Accountability: what was imposed on whom, which kind and form it is, and how long it has effect."""

import calendar
import re
from datetime import date
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import Index
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken
from .vocabulary import PublicationScope, RecordSource, Sanction, SanctionKind, SubjectType

K = SanctionKind


class Imposed(NamedTuple):
    """What follows from a code.

    `form` is one of the four forms (四种形态). The effect lasts `months` from the day of `start`; with a start and no
    months it has no end, without a start there is no effect. A term of one of `terms` months may be decided: it
    stands in place of `months`, or, when `after_term`, has to be said and goes before them.
    """

    kind: SanctionKind
    form: int | None
    months: int | None = None
    start: Literal["approval", "decision"] | None = None
    terms: tuple[int, ...] = ()
    after_term: bool = False
    is_total: bool = False

    def months_of_effect(self, term: int | None) -> int | None:
        """Months from the start, None for no end. Raises RuleBroken for a term that is missing or not possible."""
        if term is None:
            if self.after_term:
                raise RuleBroken(
                    f"须写明期限（{self._terms('或')} 个月）",
                    f"Its term is missing: {self._terms('or')} months",
                    missing="term_months",
                )
            return self.months
        if not self.terms:
            raise RuleBroken("此项处分处理没有另定的期限", "This measure has no term of its own", term_months=term)
        if term not in self.terms:
            raise RuleBroken(
                f"期限只能是 {self._terms('或')} 个月", f"The term is {self._terms('or')} months", term_months=term
            )
        return term + (self.months or 0) if self.after_term else term

    def _terms(self, word: str) -> str:
        first, *_, last = self.terms
        return f"{first} {word} {last}" if len(self.terms) == 2 else f"{first}–{last}"


# Months: 中国共产党纪律处分条例 (2023), 政务处分法 art. 8, 事业单位工作人员处分规定. Party measures count from
# approval, the others from decision. Probation has its term and two years after it; expulsion from the party bars
# re-admission for five years. Local rules differ on admonishment (mostly six months); a suspension lasts at most six.
SANCTIONS: dict[Sanction, Imposed] = {
    Sanction.PARTY_WARNING: Imposed(K.party, 2, 12, "approval"),
    Sanction.PARTY_SERIOUS_WARNING: Imposed(K.party, 2, 18, "approval"),
    Sanction.PARTY_REMOVAL_FROM_POST: Imposed(K.party, 3, 24, "approval"),
    Sanction.PARTY_PROBATION: Imposed(K.party, 3, 24, "approval", terms=(12, 24), after_term=True),
    Sanction.PARTY_EXPULSION: Imposed(K.party, 3, 60, "approval"),
    Sanction.GOV_WARNING: Imposed(K.government, 2, 6, "decision"),
    Sanction.GOV_DEMERIT: Imposed(K.government, 2, 12, "decision"),
    Sanction.GOV_MAJOR_DEMERIT: Imposed(K.government, 2, 18, "decision"),
    Sanction.GOV_DEMOTION: Imposed(K.government, 2, 24, "decision"),
    Sanction.GOV_REMOVAL: Imposed(K.government, 3, 24, "decision"),
    Sanction.GOV_DISMISSAL: Imposed(K.government, 3, start="decision"),
    Sanction.INST_WARNING: Imposed(K.institution, 2, 6, "decision"),
    Sanction.INST_DEMERIT: Imposed(K.institution, 2, 12, "decision"),
    Sanction.INST_DOWNGRADE: Imposed(K.institution, 3, 24, "decision"),
    Sanction.INST_DISMISSAL: Imposed(K.institution, 3, start="decision"),
    Sanction.ENTERPRISE_WARNING: Imposed(K.enterprise, 2),
    Sanction.ENTERPRISE_DEMERIT: Imposed(K.enterprise, 2),
    Sanction.ENTERPRISE_OTHER: Imposed(K.enterprise, 2),
    Sanction.ORG_SUSPENSION: Imposed(K.organizational, 2, 6, "decision", terms=tuple(range(1, 7))),
    Sanction.ORG_REASSIGNMENT: Imposed(K.organizational, 2, 12, "decision"),
    Sanction.ORG_ORDERED_RESIGNATION: Imposed(K.organizational, 3, 24, "decision"),
    Sanction.ORG_POST_REMOVAL: Imposed(K.organizational, 3, 24, "decision"),
    Sanction.ORG_DEMOTION: Imposed(K.organizational, 3, 24, "decision"),
    Sanction.ORG_RESIGNATION_SELF: Imposed(K.organizational, 3, 24, "decision"),
    **{
        code: Imposed(K.education, 1)
        for code in Sanction
        if code.value.startswith("EDU_") and code is not Sanction.EDU_ADMONISHMENT
    },
    Sanction.EDU_ADMONISHMENT: Imposed(K.education, 1, 6, "decision", terms=tuple(range(1, 25))),
    Sanction.HR_DISMISSAL: Imposed(K.personnel, None),
    Sanction.HR_CONTRACT_TERMINATION: Imposed(K.personnel, None),
    Sanction.HR_PAY_DEDUCTION: Imposed(K.personnel, None),
    Sanction.HONOR_REVOCATION: Imposed(K.other, 2),
    Sanction.CLUE_TRANSFER: Imposed(K.referral, None),
    Sanction.CASE_FILING: Imposed(K.referral, None),
    Sanction.JUDICIAL_TRANSFER: Imposed(K.referral, 4),
    **{code: Imposed(K.unit, None) for code in Sanction if code.value.startswith("UNIT_")},
    Sanction.MIXED_EDUCATION: Imposed(K.aggregate, 1),
    **{code: Imposed(K.aggregate, None, is_total=True) for code in Sanction if code.value.endswith("_TOTAL")},
    **{
        code: Imposed(K.aggregate, int(code.value[-1]), is_total=True)
        for code in Sanction
        if code.value.startswith("FORM_")
    },
}


def months_later(day: date, months: int) -> date:
    """The same day `months` later, clipped to the end of that month, and to the last day a date can be."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def masked_name(name: str) -> str:
    """The surname and 某 for each other sign: 张三丰 → 张某某."""
    return name[:1] + "某" * max(1, len(name) - 1)


def masked_id_no(id_no: str) -> str:
    """The first six and last four signs of an identity number (rules: de-identification before release)."""
    return f"{id_no[:6]}{'*' * max(4, len(id_no) - 10)}{id_no[-4:]}"


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


class AccountabilityActionFields(SQLModel):
    inspection_id: UUID = Field(foreign_key="inspection.id", index=True)
    issue_id: UUID | None = Field(default=None, foreign_key="issue.id", index=True)
    code: Sanction = Field(sa_type=AutoString, index=True)
    subject_type: SubjectType = Field(default=SubjectType.person, sa_type=AutoString)
    persons: int = Field(default=1, ge=0, le=100_000, description="人数; several when a bulletin only counts them")
    cases: int | None = Field(default=None, ge=0, le=100_000, description="起数 cases, counted apart from persons")
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
    deciding_body: str | None = Field(default=None, min_length=1, max_length=200)
    approval_body: str | None = Field(default=None, min_length=1, max_length=200)
    decision_date: date | None = Field(default=None, index=True)
    approval_date: date | None = None
    publication_scope: PublicationScope = Field(default=PublicationScope.internal, sa_type=AutoString)
    remark: str | None = Field(default=None, min_length=1, max_length=2000)


class AccountabilityAction(Recorded, AccountabilityActionFields, table=True):
    __tablename__ = "accountability_action"
    __table_args__ = (Index("ix_accountability_action_created_at_id", "created_at", "id"),)
    mask = frozenset({"subject_name", "subject_id_no"})

    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    form: int | None = Field(default=None, description="四种形态, 1 to 4")
    effective_from: date | None = None
    effective_to: date | None = None
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
        self.form = imposed.form
        self.effective_from = start
        self.effective_to = months_later(start, months) if start and months else None
