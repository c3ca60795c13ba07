"""Names, identity numbers and document numbers of accountability rows."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from rectify_api.domain.accountability import (
    AccountabilityAction,
    AccountabilityActionFields,
    masked_id_no,
    masked_name,
    masked_reference,
)
from rectify_api.foundation.contract import patch_of


def sent(**fields: object) -> AccountabilityActionFields:
    return AccountabilityActionFields.model_validate({"inspection_id": uuid4(), "code": "PARTY_WARNING"} | fields)


@pytest.mark.parametrize(
    ("name", "shown"), [("张三丰", "张某某"), ("李四", "李某"), ("王", "王某"), ("欧阳春雨", "欧某某某")]
)
def test_of_a_name_only_the_first_sign_is_shown(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_of_an_identity_number_the_middle_is_hidden() -> None:
    assert masked_id_no("610117198001011234") == "610117********1234"
    assert masked_id_no("61011719800101123X") == "610117********123X"


def test_names_and_numbers_never_enter_the_record() -> None:
    assert AccountabilityAction.mask == {"subject_name", "subject_id_no", "person_ref"}


def test_of_a_reference_nothing_is_shown_not_even_whether_two_are_alike() -> None:
    assert masked_reference("P-0017") == masked_reference("P-0018") == "***"


@pytest.mark.parametrize(
    "id_no", ["61011719800101123", "6101171980010112345", "61011719800101123x", "61011719800101A234"]
)
def test_an_identity_number_has_eighteen_signs(id_no: str) -> None:
    with pytest.raises(ValidationError):
        sent(subject_id_no=id_no)


@pytest.mark.parametrize(
    "printed",
    [
        "某纪〔2022〕12号",
        "某纪[2022]12号",
        "某纪［2022］12号",
        "某纪(2022)12号",
        "某纪（2022）12号",
        "某纪 〔2022〕 12 号",
        "某纪　〔2022〕　12号",
    ],
)
def test_a_document_number_is_kept_with_its_proper_brackets(printed: str) -> None:
    assert sent(decision_no=printed).decision_no == "某纪〔2022〕12号"


@pytest.mark.parametrize(
    "printed",
    [
        "12号",
        "某纪2022年12号",
        "某纪〔22〕12号",
        "某纪〔2022〕12345号",
        "〔2022〕12号",
        "ABC〔2022〕1号",
        "某纪〔２０２２〕12号",
    ],
)
def test_what_is_no_document_number_is_refused_in_both_languages(printed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        sent(decision_no=printed)
    error = refused.value.errors()[0]["ctx"]["error"]
    assert len(error.args) == 2
    assert "文号" in error.args[0]


def test_what_was_shown_masked_is_not_taken_back_as_a_reference() -> None:
    assert sent(person_ref="P-0017").person_ref == "P-0017"
    with pytest.raises(ValidationError):
        sent(person_ref=masked_reference("P-0017"))


def test_an_edit_is_checked_like_a_new_row() -> None:
    edit = patch_of("Edit", AccountabilityActionFields)
    assert edit.model_validate({"decision_no": "某纪[2022]12号"}).model_dump(exclude_unset=True) == {
        "decision_no": "某纪〔2022〕12号"
    }
    for wrong in ({"decision_no": "12号"}, {"subject_id_no": "1"}, {"code": "PARTY_FINE"}, {"code": None}):
        with pytest.raises(ValidationError):
            edit.model_validate(wrong)


@pytest.mark.parametrize("field", ["persons", "cases"])
def test_a_count_may_be_nought_but_not_less(field: str) -> None:
    assert getattr(sent(**{field: 0}), field) == 0
    with pytest.raises(ValidationError):
        sent(**{field: -1})
