"""What follows from a sanction: kind, form, and from when to when it has effect."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rectify_api.domain.accountability import AccountabilityAction
from rectify_api.domain.sanctions import SANCTIONS
from rectify_api.domain.vocabulary import Sanction, SanctionKind, SubjectType
from rectify_api.foundation.clock import months_later
from rectify_api.foundation.problems import RuleBroken

APPROVED, DECIDED = date(2021, 7, 20), date(2021, 6, 30)
K = SanctionKind


def an_action(code: str, **fields: Any) -> AccountabilityAction:
    dates: dict[str, Any] = {"code": code, "approval_date": APPROVED, "decision_date": DECIDED}
    action = AccountabilityAction(inspection_id=uuid4(), organisation_id=uuid4(), **(dates | fields))
    action.fill_effect_period()
    return action


@pytest.mark.parametrize(
    ("code", "until"),
    [
        ("PARTY_WARNING", date(2022, 7, 20)),
        ("PARTY_SERIOUS_WARNING", date(2023, 1, 20)),
        ("PARTY_REMOVAL_FROM_POST", date(2023, 7, 20)),
        ("PARTY_EXPULSION", date(2026, 7, 20)),
    ],
)
def test_party_discipline_counts_from_its_approval(code: str, until: date) -> None:
    action = an_action(code)
    assert (action.effective_from, action.effective_to) == (APPROVED, until)


@pytest.mark.parametrize(
    ("code", "until"),
    [
        ("GOV_WARNING", date(2021, 12, 30)),
        ("GOV_DEMERIT", date(2022, 6, 30)),
        ("GOV_MAJOR_DEMERIT", date(2022, 12, 30)),
        ("GOV_DEMOTION", date(2023, 6, 30)),
        ("GOV_REMOVAL", date(2023, 6, 30)),
        ("INST_WARNING", date(2021, 12, 30)),
        ("INST_DEMERIT", date(2022, 6, 30)),
        ("INST_DOWNGRADE", date(2023, 6, 30)),
        ("EDU_ADMONISHMENT", date(2021, 12, 30)),
        ("ORG_REASSIGNMENT", date(2022, 6, 30)),
    ],
)
def test_all_others_count_from_their_decision(code: str, until: date) -> None:
    action = an_action(code)
    assert (action.effective_from, action.effective_to) == (DECIDED, until)


@pytest.mark.parametrize("code", ["GOV_DISMISSAL", "INST_DISMISSAL"])
def test_a_dismissal_has_effect_without_end(code: str) -> None:
    action = an_action(code)
    assert (action.effective_from, action.effective_to) == (DECIDED, None)


@pytest.mark.parametrize("code", ["EDU_REMINDER_TALK", "EDU_CIRCULATED_CRITICISM", "HR_DISMISSAL", "PARTY_TOTAL"])
def test_what_has_no_effect_period_gets_none(code: str) -> None:
    action = an_action(code)
    assert (action.effective_from, action.effective_to) == (None, None)


@pytest.mark.parametrize(("term", "until"), [(12, date(2024, 7, 20)), (24, date(2025, 7, 20))])
def test_probation_lasts_its_term_and_two_years_more(term: int, until: date) -> None:
    assert an_action("PARTY_PROBATION", term_months=term).effective_to == until


@pytest.mark.parametrize("term", [1, 18, 36])
def test_probation_has_a_term_of_one_year_or_two(term: int) -> None:
    with pytest.raises(RuleBroken, match="12 or 24 months") as refused:
        an_action("PARTY_PROBATION", term_months=term)
    assert "12 或 24 个月" in refused.value.detail.zh


def test_probation_with_a_date_but_no_term_is_refused_and_the_missing_field_is_named() -> None:
    with pytest.raises(RuleBroken, match="term is missing") as refused:
        an_action("PARTY_PROBATION")
    assert refused.value.extension == {"missing": "term_months"}


def test_probation_that_a_bulletin_only_counts_needs_no_term() -> None:
    action = an_action("PARTY_PROBATION", approval_date=None, decision_date=None, persons=2)
    assert (action.form, action.effective_from, action.effective_to) == (3, None, None)


def test_an_admonishment_or_a_suspension_may_have_another_term() -> None:
    assert an_action("EDU_ADMONISHMENT", term_months=3).effective_to == date(2021, 9, 30)
    assert an_action("ORG_SUSPENSION", term_months=2).effective_to == date(2021, 8, 30)
    with pytest.raises(RuleBroken, match="1–6 months"):
        an_action("ORG_SUSPENSION", term_months=7)


def test_a_period_set_by_law_takes_no_other_term() -> None:
    with pytest.raises(RuleBroken, match="no term of its own"):
        an_action("GOV_WARNING", term_months=12)


def test_without_the_date_that_counts_there_is_no_period() -> None:
    assert an_action("PARTY_WARNING", approval_date=None).effective_to is None
    assert an_action("GOV_WARNING", decision_date=None).effective_to is None


def test_a_changed_code_takes_the_old_period_away() -> None:
    action = an_action("PARTY_WARNING")
    action.code = Sanction.EDU_REMINDER_TALK
    action.fill_effect_period()
    assert (action.form, action.effective_from, action.effective_to) == (1, None, None)


def test_a_measure_on_an_organisation_has_an_organisation_as_its_subject() -> None:
    assert an_action("UNIT_CIRCULATED").subject_type == SubjectType.organization
    assert an_action("EDU_CIRCULATED_CRITICISM").subject_type == SubjectType.person


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2021, 8, 31), 6, date(2022, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2020, 2, 29), 48, date(2024, 2, 29)),
        (date(2021, 10, 31), 18, date(2023, 4, 30)),
        (date(2021, 12, 31), 2, date(2022, 2, 28)),
        (date(2021, 6, 30), 6, date(2021, 12, 30)),
        (date(2021, 1, 1), 12, date(2022, 1, 1)),
        (date(9999, 12, 1), 12, date.max),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_of_the_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@given(st.dates(), st.integers(0, 60))
def test_months_later_is_always_a_day_and_never_runs_into_the_next_month(day: date, months: int) -> None:
    later = months_later(day, months)
    passed = (later.year - day.year) * 12 + later.month - day.month
    assert passed == months or later == date.max
    assert later.day <= day.day or later == date.max


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        (K.party, "PARTY_"),
        (K.government, "GOV_"),
        (K.institution, "INST_"),
        (K.enterprise, "ENTERPRISE_"),
        (K.organizational, "ORG_"),
        (K.education, "EDU_"),
        (K.personnel, "HR_"),
        (K.unit, "UNIT_"),
    ],
)
def test_a_code_begins_with_its_kind(kind: SanctionKind, prefix: str) -> None:
    named = {code for code in Sanction if code.startswith(prefix) and not SANCTIONS[code].is_total}
    assert named == {code for code, imposed in SANCTIONS.items() if imposed.kind is kind}


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        (2, "PARTY_WARNING PARTY_SERIOUS_WARNING GOV_WARNING GOV_DEMERIT GOV_MAJOR_DEMERIT GOV_DEMOTION"),
        (3, "PARTY_REMOVAL_FROM_POST PARTY_PROBATION PARTY_EXPULSION GOV_REMOVAL GOV_DISMISSAL INST_DOWNGRADE"),
        (4, "JUDICIAL_TRANSFER FORM_4"),
        (1, "EDU_ADMONISHMENT EDU_LETTER_INQUIRY EDU_CIRCULATED_CRITICISM MIXED_EDUCATION FORM_1"),
    ],
)
def test_a_sanction_belongs_to_its_form(form: int, codes: str) -> None:
    assert {SANCTIONS[Sanction(code)].form for code in codes.split()} == {form}


def test_only_the_group_totals_are_totals() -> None:
    totals = "PARTY_TOTAL GOV_TOTAL PARTY_GOV_TOTAL ORG_TOTAL FORM_1 FORM_2 FORM_3 FORM_4 PERSONS_TOTAL"
    assert sorted(code for code, imposed in SANCTIONS.items() if imposed.is_total) == sorted(totals.split())


def test_no_sanction_lasts_for_months_that_nothing_starts() -> None:
    for code, imposed in SANCTIONS.items():
        assert imposed.start or not (imposed.months or imposed.terms), code
        assert (imposed.start == "approval") == (imposed.kind is K.party), code
