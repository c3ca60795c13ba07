"""Persons, person-times and cases, each counted apart."""

from typing import Any
from uuid import uuid4

import pytest

from rectify_api.domain.accountability import AccountabilityAction
from rectify_api.domain.sanctions import SANCTIONS
from rectify_api.domain.tally import DEFINITIONS, STEPS, TOTALS, Tally, tally
from rectify_api.domain.vocabulary import Sanction
from rectify_api.foundation.clock import now

NOTHING = tally([])


def an_action(code: str, **fields: Any) -> AccountabilityAction:
    action = AccountabilityAction(inspection_id=uuid4(), organisation_id=uuid4(), code=code, **fields)
    action.fill_effect_period()
    return action


def test_two_measures_on_one_person_are_one_person_and_two_person_times() -> None:
    both = [an_action("PARTY_SERIOUS_WARNING", person_ref="P-1"), an_action("GOV_DEMERIT", person_ref="P-1")]
    counted = tally([*both, an_action("GOV_DEMERIT", person_ref="P-2")])
    assert (counted.persons, counted.person_times, counted.unsplit) == (2, 3, 0)
    assert counted.by_code == {"PARTY_SERIOUS_WARNING": 1, "GOV_DEMERIT": 2}
    assert counted.by_kind == {"party": 1, "government": 2}
    assert counted.by_form == {1: 0, 2: 3, 3: 0, 4: 0}


def test_without_a_reference_each_row_about_one_person_is_a_person() -> None:
    assert tally([an_action("PARTY_WARNING"), an_action("GOV_WARNING")]).persons == 2


def test_a_number_of_people_in_a_bulletin_is_person_times_but_no_persons_told_apart() -> None:
    counted = tally([an_action("GOV_DEMERIT", persons=2), an_action("PARTY_WARNING")])
    assert (counted.persons, counted.person_times, counted.unsplit) == (1, 3, 2)


def test_education_counted_together_is_of_the_first_form() -> None:
    for persons in (24, 1):
        counted = tally([an_action("MIXED_EDUCATION", persons=persons)])
        assert (counted.persons, counted.person_times, counted.unsplit) == (0, persons, persons)
        assert counted.by_form == {1: persons, 2: 0, 3: 0, 4: 0}


@pytest.mark.parametrize("code", sorted(TOTALS))
def test_a_total_counts_into_nothing(code: Sanction) -> None:
    assert tally([an_action(code, persons=37, cases=4)]) == NOTHING


@pytest.mark.parametrize("code", sorted(STEPS))
def test_a_step_towards_a_measure_is_no_person_time(code: Sanction) -> None:
    counted = tally([an_action(code, persons=4, cases=3)])
    assert (counted.persons, counted.person_times, counted.cases, counted.by_code) == (0, 0, 3, {code: 4})


def test_the_steps_are_the_transfer_of_clues_and_the_filing_of_a_case() -> None:
    assert {Sanction.CLUE_TRANSFER, Sanction.CASE_FILING} == STEPS
    assert tally([an_action("JUDICIAL_TRANSFER")]).by_form == {1: 0, 2: 0, 3: 0, 4: 1}


def test_organisations_are_counted_apart_from_persons() -> None:
    counted = tally([an_action("UNIT_CIRCULATED", persons=3), an_action("EDU_INTERVIEW", subject_type="organization")])
    assert (counted.persons, counted.person_times, counted.organisations) == (0, 0, 4)
    assert not any(counted.by_form.values())


@pytest.mark.parametrize("fields", [{"status": "revoked"}, {"withdrawn_at": now()}])
def test_what_was_taken_back_counts_nowhere(fields: dict[str, Any]) -> None:
    assert tally([an_action("PARTY_WARNING", cases=1, **fields)]) == NOTHING


@pytest.mark.parametrize("state", ["decided", "appealed", "upheld", "changed"])
def test_an_appeal_takes_nothing_out_of_the_count(state: str) -> None:
    assert tally([an_action("PARTY_WARNING", status=state)]).person_times == 1


def test_cases_are_counted_apart_from_persons() -> None:
    counted = tally([an_action("PARTY_WARNING", persons=0, cases=4), an_action("GOV_WARNING")])
    assert (counted.persons, counted.person_times, counted.cases, counted.unsplit) == (1, 1, 4, 0)


def test_every_measure_is_in_one_sum_or_in_none() -> None:
    for code in SANCTIONS:
        counted = tally([an_action(code)])
        sums = (counted.person_times, counted.organisations)
        assert sums in {(1, 0), (0, 1)} or (sums == (0, 0) and code in TOTALS | STEPS), code
        assert sum(counted.by_form.values()) <= counted.person_times, code
        assert counted.persons + counted.unsplit == counted.person_times, code


def test_every_number_says_in_both_languages_what_it_means() -> None:
    assert set(DEFINITIONS) == set(Tally.model_fields)
    assert all(text.zh and text.en for text in DEFINITIONS.values())
