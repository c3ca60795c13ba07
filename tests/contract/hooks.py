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
def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """A cursor is opaque: one that nobody gave out is refused, which no schema can say."""
    if query:
        query.pop("after", None)
    return query


@schemathesis.hook
def map_headers(context: Any, headers: dict[str, Any] | None) -> dict[str, Any] | None:
    """The same idempotency key with another body is refused on purpose."""
    if headers and "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = uuid4().hex
    return headers
