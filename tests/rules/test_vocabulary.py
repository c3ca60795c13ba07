"""The codes of the ledger: all there, each labelled, and the same text in Python, JSON and the database."""

import json
import re

import pytest
from pydantic import TypeAdapter

from rectify_api.domain.sanctions import SANCTIONS
from rectify_api.domain.vocabulary import (
    VOCABULARIES,
    InspectionType,
    IssueState,
    MoneyAction,
    RectificationStatus,
    Role,
    Sanction,
    SupervisionKind,
    Vocabulary,
)

# As the taxonomy of accountability has them, table by table and the group totals.
TAXONOMY = re.findall(
    r"\w+",
    """
PARTY_WARNING PARTY_SERIOUS_WARNING PARTY_REMOVAL_FROM_POST PARTY_PROBATION PARTY_EXPULSION
GOV_WARNING GOV_DEMERIT GOV_MAJOR_DEMERIT GOV_DEMOTION GOV_REMOVAL GOV_DISMISSAL
INST_WARNING INST_DEMERIT INST_DOWNGRADE INST_DISMISSAL
ENTERPRISE_WARNING ENTERPRISE_DEMERIT ENTERPRISE_OTHER
ORG_SUSPENSION ORG_REASSIGNMENT ORG_ORDERED_RESIGNATION ORG_POST_REMOVAL ORG_DEMOTION ORG_RESIGNATION_SELF
EDU_LETTER_INQUIRY EDU_REMINDER_TALK EDU_WARNING_TALK EDU_INTERVIEW EDU_CRITICISM_EDUCATION EDU_HELP_CRITICISM
EDU_ORDERED_SELF_EXAMINATION EDU_ORDERED_CORRECTION EDU_CIRCULATED_CRITICISM EDU_ADMONISHMENT
HR_DISMISSAL HR_CONTRACT_TERMINATION HR_PAY_DEDUCTION HONOR_REVOCATION
CLUE_TRANSFER CASE_FILING JUDICIAL_TRANSFER
UNIT_ORDERED_EXAMINATION UNIT_CIRCULATED UNIT_REORGANIZATION UNIT_DISSOLUTION UNIT_INTERVIEW
MIXED_EDUCATION PARTY_TOTAL GOV_TOTAL PARTY_GOV_TOTAL ORG_TOTAL FORM_1 FORM_2 FORM_3 FORM_4 PERSONS_TOTAL
""",
)

every_vocabulary = pytest.mark.parametrize("vocabulary", VOCABULARIES.values(), ids=list(VOCABULARIES))


def test_every_sanction_of_the_taxonomy_has_a_code_and_no_other() -> None:
    assert sorted(Sanction) == sorted(TAXONOMY)


def test_every_sanction_has_its_facts_in_the_one_table() -> None:
    assert set(SANCTIONS) == set(Sanction)


@pytest.mark.parametrize(
    ("vocabulary", "codes"),
    [
        (SupervisionKind, "xuncha xunshi audit theme_education"),
        (InspectionType, "routine special mobile joint elevated look_back"),
        (
            RectificationStatus,
            "completed basically_completed in_progress long_term not_completed extension_requested unknown",
        ),
        (
            MoneyAction,
            "recovered returned recovered_forcibly refunded_to_citizens paid_to_treasury restored_to_channel "
            "account_adjustment loss_avoided outstanding",
        ),
        (IssueState, "registered claimed in_progress submitted returned verified long_term closed set_aside"),
        (
            Role,
            "ledger_clerk responsible_unit inspection_office discipline_commission organization_department hotline "
            "public_site system_admin security_admin auditor",
        ),
    ],
)
def test_a_vocabulary_has_the_codes_that_clients_build_on(vocabulary: type[Vocabulary], codes: str) -> None:
    assert sorted(vocabulary) == sorted(codes.split())


@every_vocabulary
def test_every_code_is_labelled_in_both_languages(vocabulary: type[Vocabulary]) -> None:
    for term in vocabulary:
        assert re.search("[一-龥]", term.zh), term
        assert re.fullmatch("[ -~]+", term.en), term


@every_vocabulary
def test_no_two_codes_of_a_vocabulary_share_a_label(vocabulary: type[Vocabulary]) -> None:
    assert len({term.zh for term in vocabulary}) == len({term.en for term in vocabulary}) == len(vocabulary)


@every_vocabulary
def test_a_code_is_plain_text_wherever_it_goes(vocabulary: type[Vocabulary]) -> None:
    codes = TypeAdapter(vocabulary)
    for term in vocabulary:
        assert str(term) == f"{term}" == term.value == json.loads(json.dumps(term))
        assert codes.validate_python(term.value) is term
        assert json.loads(codes.dump_json(term)) == term.value


def test_each_vocabulary_is_listed_under_its_own_name() -> None:
    for name, vocabulary in VOCABULARIES.items():
        assert name == re.sub(r"(?<=[a-z])(?=[A-Z])", "_", vocabulary.__name__).lower()
    assert set(VOCABULARIES.values()) == set(Vocabulary.__subclasses__())
