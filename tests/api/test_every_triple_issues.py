"""Every act on an issue in every situation by every role: done, or refused for the right reason with no trace."""

from typing import Any

import pytest

from issue_rules import ISSUES
from rectify_api.domain.vocabulary import IssueState
from walk import At, Walk


def test_every_state_is_walked() -> None:
    assert {here.state for here in ISSUES.situations} == set(IssueState)


@pytest.mark.parametrize("here", ISSUES.situations, ids=str)
async def test_every_role_does_what_it_may_and_nothing_else(here: At, make: Any, each_role: Any, database: Any) -> None:
    await Walk(ISSUES, make, each_role, database).through(here)
