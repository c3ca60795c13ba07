"""What Schemathesis must know of our formats: tokens that only the service can mint, and numbers with a check digit."""

from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import strategies as st

from rectify_api.domain.organisations import _CREDIT_SIGNS, is_credit_code

schemathesis.openapi.format(
    "credit-code",
    st.text(_CREDIT_SIGNS, min_size=17, max_size=17).map(
        lambda head: next(head + sign for sign in _CREDIT_SIGNS if is_credit_code(head + sign))
    ),
)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """No schema can say that a cursor must be one we gave out, nor that an idempotency key is used once."""
    if case.meta is not None and case.meta.generation.mode.is_negative:
        return
    if case.query and "after" in case.query:
        case.query.pop("after")
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid4().hex
    case.body = without_nul(case.body)


def without_nul(value: Any) -> Any:
    """The setting allow-x00 does not reach strings inside of lists."""
    if isinstance(value, str):
        return value.replace("\x00", "x")
    if isinstance(value, list):
        return [without_nul(part) for part in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(part) for name, part in value.items()}
    return value
