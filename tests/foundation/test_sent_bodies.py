"""What is sent is strict; a PATCH leaves out what it does not change, and sends null only where the row may be null."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlmodel import Field, SQLModel

from rectify_api.features.inspections import inspections
from rectify_api.features.issues.contract import IssueRead
from rectify_api.foundation.contract import Sent, Shown, clean, patch_of


class Fields(SQLModel):
    fixed: int
    needed: str = Field(min_length=1, max_length=5)
    defaulted: int = 3
    listed: list[str] = []
    optional: str | None = Field(default=None, min_length=1)
    day: date | None = None


Patch = patch_of("Patch", Fields, fixed=frozenset({"fixed"}))


class Timed(Sent):
    at: datetime | None = None


def codes(body: Any, model: Any = Patch) -> set[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(body)
    return {(*error["loc"], error["type"]) for error in caught.value.errors()}


def test_a_patch_may_leave_everything_out() -> None:
    assert Patch.model_validate({}).model_dump(exclude_unset=True) == {}


def test_null_is_taken_only_where_the_row_may_be_null() -> None:
    assert Patch.model_validate({"optional": None, "day": None}).model_dump(exclude_unset=True) == {
        "optional": None,
        "day": None,
    }
    assert codes({"needed": None, "defaulted": None, "listed": None}) == {
        ("needed", "string_type"),
        ("defaulted", "int_type"),
        ("listed", "list_type"),
    }


def test_a_field_that_never_changes_is_not_in_the_patch() -> None:
    assert codes({"fixed": 1}) == {("fixed", "extra_forbidden")}


def test_a_patch_keeps_the_limits_of_its_fields() -> None:
    assert codes({"needed": "", "optional": " "}) == {("needed", "string_too_short"), ("optional", "string_too_short")}
    assert codes({"needed": "123456"}) == {("needed", "string_too_long")}


def test_the_fields_themselves_keep_their_defaults() -> None:
    assert Fields(fixed=1, needed="x").defaulted == 3
    assert codes({"fixed": 1}, Fields) == {("needed", "missing")}


def test_the_schema_of_a_patch_requires_nothing_and_forbids_the_unknown() -> None:
    schema = Patch.model_json_schema()
    assert "required" not in schema
    assert schema["additionalProperties"] is False


def test_text_is_normalised_and_trimmed_before_its_limits() -> None:
    assert Patch.model_validate({"needed": "  e\u0301tu\u0301d "}).model_dump(exclude_unset=True) == {"needed": "étúd"}


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x\udfff"])
def test_text_that_no_database_keeps_is_refused(text: str) -> None:
    assert codes({"optional": text, "listed": [text]}) == {
        ("optional", "unusable_characters"),
        ("listed", "unusable_characters"),
    }


@given(st.text(max_size=5))
def test_any_text_is_refused_or_kept_as_utf_8(text: str) -> None:
    try:
        kept = Patch.model_validate({"needed": text}).model_dump()["needed"]
    except ValidationError:
        return
    assert kept.encode().decode() == kept == clean(kept) != ""


@pytest.mark.parametrize("day", [0, 20260101, "0", "20260101", "2026-1-1", "2026-01-01T00:00:00", "2026-02-30", True])
def test_a_day_is_written_in_full(day: Any) -> None:
    assert {place for place, _ in codes({"day": day})} == {"day"}


@pytest.mark.parametrize(
    "instant",
    [
        0,
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_an_instant_has_its_time_zone_and_lies_within_what_can_be_kept(instant: Any) -> None:
    assert {place for place, _ in codes({"at": instant}, Timed)} == {"at"}


def test_true_is_no_number() -> None:
    assert codes({"defaulted": True}) == {("defaulted", "int_type")}


def test_a_row_is_shown_whole() -> None:
    for model in (IssueRead, inspections.listing.read):
        assert issubclass(model, Shown)
        schema = model.model_json_schema(mode="serialization")
        assert set(schema["required"]) == set(schema["properties"])
