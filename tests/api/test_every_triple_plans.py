"""Every act on a plan or report in every situation by every role."""

from typing import Any
from uuid import uuid4

import pytest

from rectify_api.domain.vocabulary import PlanState, Role
from walk import BODIES, CLERK, WITHDRAWN, At, Done, Rules, Walk, Way, acted, at, withdrawn

# All bodies but the organisation department have signed.
ONE_LEFT = "one signature left"
WAYS = {
    "submission": Way("draft returned", CLERK, "submitted", "submitted"),
    "review": Way("submitted", BODIES, None, "signed_off", body={}),
    "return": Way("submitted", BODIES, "returned", "returned", body={"comment": "措施不够具体"}),
}
SITUATIONS = [*map(at, PlanState), at("submitted", ONE_LEFT), at("draft", WITHDRAWN)]


async def bring(make: Any, here: At, place: dict[str, Any]) -> dict[str, Any]:
    which = {"kind": "topical_plan", "topic": f"物业管理 {uuid4().hex[:6]}"} | place
    plan: dict[str, Any] = await make.plan(**which)
    if here.state != "draft":
        await acted(make.api, "plans", plan["id"], "submission")
    if here.state == "returned":
        await acted(make.bodies[0], "plans", plan["id"], "return", WAYS["return"].body)
    signing = {"approved": 3, "superseded": 3}.get(here.state, 2 if ONE_LEFT in here.pending else 0)
    for body in make.bodies[:signing]:
        await acted(body, "plans", plan["id"], "review", {})
    if here.state == "superseded":
        following = await make.plan(**which)
        await acted(make.api, "plans", following["id"], "submission")
        for body in make.bodies:
            await acted(body, "plans", following["id"], "review", {})
    return await withdrawn(make, "plans", plan) if WITHDRAWN in here.pending else plan


PLANS = Rules(
    "plans",
    "plan",
    WAYS,
    SITUATIONS,
    bring,
    only={(at("submitted", ONE_LEFT), "review"): {Role.organization_department: Done("approved", "approved")}},
)


@pytest.mark.parametrize("here", SITUATIONS, ids=str)
async def test_every_role_does_what_it_may_and_nothing_else(here: At, make: Any, each_role: Any, database: Any) -> None:
    await Walk(PLANS, make, each_role, database).through(here)
