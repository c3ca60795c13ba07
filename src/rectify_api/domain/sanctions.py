"""What follows from a measure of accountability: its kind, its form, and for how long it has effect."""

from typing import Literal, NamedTuple

from ..foundation.problems import RuleBroken
from .vocabulary import Sanction, SanctionKind

K = SanctionKind


class Imposed(NamedTuple):
    """What follows from a code.

    `form` is one of the four forms (四种形态), `graver_form` the one of its grave cases. The effect lasts `months`
    from the day of `start`; with a start and no months it has no end, without a start there is no effect. A term of
    one of `terms` months may be decided: it stands in place of `months`, or, when `after_term`, has to be said and
    goes before them.
    """

    kind: SanctionKind
    form: int | None
    months: int | None = None
    start: Literal["approval", "decision"] | None = None
    terms: tuple[int, ...] = ()
    after_term: bool = False
    is_total: bool = False
    graver_form: int | None = None

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
# Expulsion and dismissal for a crime are of the fourth form, a major change of post is of the third.
SANCTIONS: dict[Sanction, Imposed] = {
    Sanction.PARTY_WARNING: Imposed(K.party, 2, 12, "approval"),
    Sanction.PARTY_SERIOUS_WARNING: Imposed(K.party, 2, 18, "approval"),
    Sanction.PARTY_REMOVAL_FROM_POST: Imposed(K.party, 3, 24, "approval"),
    Sanction.PARTY_PROBATION: Imposed(K.party, 3, 24, "approval", terms=(12, 24), after_term=True),
    Sanction.PARTY_EXPULSION: Imposed(K.party, 3, 60, "approval", graver_form=4),
    Sanction.GOV_WARNING: Imposed(K.government, 2, 6, "decision"),
    Sanction.GOV_DEMERIT: Imposed(K.government, 2, 12, "decision"),
    Sanction.GOV_MAJOR_DEMERIT: Imposed(K.government, 2, 18, "decision"),
    Sanction.GOV_DEMOTION: Imposed(K.government, 2, 24, "decision"),
    Sanction.GOV_REMOVAL: Imposed(K.government, 3, 24, "decision"),
    Sanction.GOV_DISMISSAL: Imposed(K.government, 3, start="decision", graver_form=4),
    Sanction.INST_WARNING: Imposed(K.institution, 2, 6, "decision"),
    Sanction.INST_DEMERIT: Imposed(K.institution, 2, 12, "decision"),
    Sanction.INST_DOWNGRADE: Imposed(K.institution, 3, 24, "decision"),
    Sanction.INST_DISMISSAL: Imposed(K.institution, 3, start="decision"),
    Sanction.ENTERPRISE_WARNING: Imposed(K.enterprise, 2),
    Sanction.ENTERPRISE_DEMERIT: Imposed(K.enterprise, 2),
    Sanction.ENTERPRISE_OTHER: Imposed(K.enterprise, 2),
    Sanction.ORG_SUSPENSION: Imposed(K.organizational, 2, 6, "decision", terms=tuple(range(1, 7))),
    Sanction.ORG_REASSIGNMENT: Imposed(K.organizational, 2, 12, "decision", graver_form=3),
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
