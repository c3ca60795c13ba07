"""Every act on an accountability action in every situation by every role."""

from typing import Any

import pytest

from rectify_api.domain.vocabulary import ActionState
from walk import CLERK, COMMISSION, WITHDRAWN, At, Rules, Walk, Way, acted, at, withdrawn

TOTAL = frozenset({"a total"})
RULING = {"reason": "定性不准", "deciding_body": "县纪委常委会", "decision_no": "某纪复〔2026〕3号"}
KEEPING = CLERK | COMMISSION
WAYS = {
    "delivery": Way("decided upheld changed appealed", KEEPING, None, "delivered", body={}, without=TOTAL),
    "archiving": Way("decided appealed upheld changed revoked", KEEPING, None, "archived", body={}, without=TOTAL),
    "appeal": Way(
        "decided upheld changed", KEEPING, "appealed", "appealed", body={"filed_by": "subject"}, without=TOTAL
    ),
    "appeal-decision": Way("appealed", COMMISSION, "upheld", "upheld", body=RULING | {"outcome": "upheld"}),
    "revocation": Way("decided upheld changed", COMMISSION, "revoked", "revoked", body=RULING, without=TOTAL),
}
SITUATIONS = [*map(at, ActionState), at("decided", "a total"), at("decided", WITHDRAWN)]
OUTCOME = {"upheld": {}, "changed": {"code": "PARTY_SERIOUS_WARNING"}, "revoked": {}}


async def bring(make: Any, here: At, place: dict[str, Any]) -> dict[str, Any]:
    what = {"code": "PARTY_TOTAL", "persons": 3} if here.pending & TOTAL else {"code": "PARTY_WARNING"}
    action: dict[str, Any] = await make.accountability_action(**what, **place)
    if here.state != "decided":
        await acted(make.api, "accountability-actions", action["id"], "appeal", {})
    if here.state in OUTCOME:
        body = RULING | {"outcome": here.state} | OUTCOME[here.state]
        await acted(make.bodies[1], "accountability-actions", action["id"], "appeal-decision", body)
    return await withdrawn(make, "accountability-actions", action) if WITHDRAWN in here.pending else action


ACTIONS = Rules("accountability-actions", "accountability_action", WAYS, SITUATIONS, bring)


@pytest.mark.parametrize("here", SITUATIONS, ids=str)
async def test_every_role_does_what_it_may_and_nothing_else(here: At, make: Any, each_role: Any, database: Any) -> None:
    await Walk(ACTIONS, make, each_role, database).through(here)
