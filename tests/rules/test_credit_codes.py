"""Unified social credit codes (GB 32100-2015) and the organisation tree."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rectify_api.domain.organisations import Organisation, OrganisationFields, is_credit_code
from rectify_api.foundation.contract import patch_of
from rectify_api.foundation.problems import RuleBroken

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PREFIXES = st.text(SIGNS, min_size=17, max_size=17)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "116101170000000002"])
def test_a_code_with_the_right_check_digit_is_taken(code: str) -> None:
    assert is_credit_code(code)
    assert OrganisationFields(name="某局", credit_code=code).credit_code == code


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y4Z",
        "91350100M000100Y44",
        "91350100m000100y43",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100I000100Y43",
        "91350100M000100Y4３",
        "",
    ],
)
def test_any_other_is_refused_in_both_languages(code: str) -> None:
    assert not is_credit_code(code)
    with pytest.raises(ValidationError) as refused:
        OrganisationFields.model_validate({"name": "某局", "credit_code": code})
    error = refused.value.errors()[0].get("ctx", {}).get("error")
    assert error is None or len(error.args) == 2


def test_an_edit_is_checked_like_a_new_row() -> None:
    edit = patch_of("Edit", OrganisationFields)
    assert edit.model_validate({"credit_code": "91350100M000100Y43", "area_code": "610117"})
    assert edit.model_validate({"credit_code": None, "area_code": None})
    for wrong in ({"credit_code": "91350100M000100Y44"}, {"area_code": "61011"}, {"name": None}):
        with pytest.raises(ValidationError):
            edit.model_validate(wrong)


@given(PREFIXES)
def test_each_prefix_has_exactly_one_check_digit(prefix: str) -> None:
    assert sum(is_credit_code(prefix + sign) for sign in SIGNS) == 1


@given(PREFIXES, st.integers(0, 16), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_noticed(prefix: str, place: int, sign: str) -> None:
    code = next(prefix + check for check in SIGNS if is_credit_code(prefix + check))
    assert is_credit_code(code[:place] + sign + code[place + 1 :]) == (sign == code[place])


@pytest.mark.parametrize("area", ["61011", "6101177", "61011A", "高陵区"])
def test_an_area_code_has_six_digits(area: str) -> None:
    with pytest.raises(ValidationError):
        OrganisationFields.model_validate({"name": "某局", "area_code": area})


def test_an_organisation_stands_below_another_but_never_below_itself() -> None:
    bureau = Organisation(name="某局")
    bureau.stand_below([])
    bureau.stand_below([uuid4(), uuid4()])
    for above in ([bureau.id], [uuid4(), bureau.id]):
        with pytest.raises(RuleBroken, match="below itself"):
            bureau.stand_below(above)
