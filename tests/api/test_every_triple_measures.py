"""Every act on a measure in every situation by every role."""

from typing import Any

import pytest

from rectify_api.domain.vocabulary import MeasureState
from walk import CLERK, OFFICE, UNIT, WITHDRAWN, At, Rules, Walk, Way, acted, at, withdrawn

EXTENSION = frozenset({"extension"})
WAYS = {
    "start": Way("planned", UNIT, "in_progress", "started"),
    "completion": Way("planned in_progress long_term", UNIT, "done", "completed", body={"result": "已更换路灯 24 盏"}),
    "continuation": Way("planned in_progress", UNIT, "long_term", "continued", body={"result": "每月巡查一次"}),
    "extension": Way(
        "planned in_progress",
        UNIT,
        None,
        "extension_requested",
        body={"until": "2030-06-30", "reason": "汛期不能施工"},
        without=EXTENSION,
        leaves=EXTENSION,
    ),
    "extension-decision": Way(
        "planned in_progress",
        OFFICE,
        None,
        "extension_refused",
        body={"granted": False, "comment": "理由不充分"},
        needs=EXTENSION,
    ),
    "handover": Way(
        "planned in_progress long_term", CLERK, None, "handed_over", body={"responsible_leader": "赵副局长"}
    ),
    "reopening": Way("done long_term", CLERK, "in_progress", "reopened"),
}
SITUATIONS = [
    at("planned"),
    at("planned", "extension"),
    at("planned", WITHDRAWN),
    at("in_progress"),
    at("in_progress", "extension"),
    at("done"),
    at("long_term"),
]
WAY_TO = {"planned": None, "in_progress": "start", "done": "completion", "long_term": "continuation"}


async def bring(make: Any, here: At, place: dict[str, Any]) -> dict[str, Any]:
    issue = await make.issue(**place)
    measure: dict[str, Any] = await make.measure(issue_id=issue["id"], due_date="2030-01-31")
    for noun in filter(None, [WAY_TO[here.state], *here.pending & EXTENSION]):
        await acted(make.api, "measures", measure["id"], noun, WAYS[noun].body)
    return await withdrawn(make, "measures", measure) if WITHDRAWN in here.pending else measure


MEASURES = Rules("measures", "measure", WAYS, SITUATIONS, bring)


def test_every_state_is_walked() -> None:
    assert {here.state for here in SITUATIONS} == set(MeasureState)


@pytest.mark.parametrize("here", SITUATIONS, ids=str)
async def test_every_role_does_what_it_may_and_nothing_else(here: At, make: Any, each_role: Any, database: Any) -> None:
    await Walk(MEASURES, make, each_role, database).through(here)
