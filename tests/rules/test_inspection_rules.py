"""What an inspection and an import refuse by themselves."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from rectify_api.domain.imports import ImportBatch
from rectify_api.domain.inspections import Inspection, each_once
from rectify_api.domain.vocabulary import ImportState, VerifyingBody
from rectify_api.foundation.problems import RuleBroken


def an_inspection(start: date | None, end: date | None) -> Inspection:
    return Inspection(organisation_id=uuid4(), title="区委第三巡察组巡察", inspection_start=start, inspection_end=end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2020, 4, 26), date(2020, 6, 28)),
        (date(2020, 4, 26), date(2020, 4, 26)),
        (None, date(2020, 6, 28)),
        (date(2020, 4, 26), None),
    ],
)
def test_an_inspection_may_start_and_end_on_days_in_order_or_unknown(start: date | None, end: date | None) -> None:
    an_inspection(start, end).check_dates()


def test_an_inspection_does_not_end_before_it_starts() -> None:
    with pytest.raises(RuleBroken, match="end before it starts"):
        an_inspection(date(2020, 6, 28), date(2020, 4, 26)).check_dates()


def an_import() -> ImportBatch:
    return ImportBatch(file_name="通报.docx", size=1, sha256="0" * 64, requested_by="台账员")


def test_an_import_that_succeeds_names_the_inspection_it_made() -> None:
    batch, inspection = an_import(), uuid4()
    batch.begin()
    assert (batch.state, batch.phase, inspect(batch).info["verb"]) == (ImportState.running, "reading", "begun")
    batch.succeed({"inspection_id": str(inspection), "created": {"issue": 40}})
    assert (batch.state, batch.phase, batch.inspection_id) == (ImportState.succeeded, None, inspection)
    assert inspect(batch).info["verb"] == "succeeded"


def test_an_import_that_fails_says_why_and_makes_no_inspection() -> None:
    batch = an_import()
    batch.begin()
    batch.fail({"type": "urn:rectify:problem:rule-broken"})
    assert (batch.state, batch.phase, batch.inspection_id) == (ImportState.failed, None, None)
    assert batch.problem == {"type": "urn:rectify:problem:rule-broken"}
    assert inspect(batch).info["verb"] == "failed"


def test_the_bodies_are_kept_each_once_and_in_their_order() -> None:
    twice = [VerifyingBody.organization_department, VerifyingBody.inspection_office, VerifyingBody.inspection_office]
    assert each_once(twice) == [VerifyingBody.inspection_office, VerifyingBody.organization_department]
