"""Every act on a notice, an evaluation and a scheme in every situation by every role."""

from datetime import timedelta
from typing import Any

import pytest

from rectify_api.domain.vocabulary import EvaluationState, NoticeState, SchemeState
from rectify_api.foundation.clock import today
from walk import BODIES, OFFICE, UNIT, WITHDRAWN, At, Rules, Walk, Way, acted, at, withdrawn

NOTICE_WAYS = {
    "issuance": Way("drafted", BODIES, "issued", "issued", body={}),
    "answer": Way("issued returned", UNIT, "answered", "answered", body={"text": "已整改，附照片"}),
    "acceptance": Way("answered", BODIES, "accepted", "accepted"),
    "return": Way("answered", BODIES, "returned", "returned", body={"reason": "未附佐证"}),
    "cancellation": Way("issued returned answered", BODIES, "cancelled", "cancelled", body={"reason": "发错单位"}),
}
WAY_TO = {
    "drafted": (),
    "issued": ("issuance",),
    "answered": ("issuance", "answer"),
    "returned": ("issuance", "answer", "return"),
    "accepted": ("issuance", "answer", "acceptance"),
    "cancelled": ("issuance", "cancellation"),
}


async def bring_notice(make: Any, here: At, place: dict[str, Any]) -> dict[str, Any]:
    drafted = {"number": "某巡督〔2026〕3号", "answer_due": str(today() + timedelta(days=14))}
    notice: dict[str, Any] = await make.supervision_notice(**drafted, **place)
    for noun in WAY_TO[here.state]:
        by = make.api if noun == "answer" else make.bodies[0]
        await acted(by, "supervision-notices", notice["id"], noun, NOTICE_WAYS[noun].body)
    return await withdrawn(make, "supervision-notices", notice) if WITHDRAWN in here.pending else notice


async def bring_evaluation(make: Any, here: At, place: dict[str, Any]) -> dict[str, Any]:
    survey = {"indicator": "satisfaction", "question": "对整改是否满意", "satisfied": 90, "valid": 100}
    evaluation: dict[str, Any] = await make.evaluation(survey=[survey], **place)
    if here.state == "confirmed":
        await acted(make.bodies[0], "evaluations", evaluation["id"], "confirmation")
    return await withdrawn(make, "evaluations", evaluation) if WITHDRAWN in here.pending else evaluation


async def bring_scheme(make: Any, here: At, _place: dict[str, Any]) -> dict[str, Any]:
    scheme: dict[str, Any] = await make.evaluation_scheme()
    if here.state == "retired":
        await acted(make.bodies[0], "evaluation-schemes", scheme["id"], "retirement")
    return await withdrawn(make, "evaluation-schemes", scheme) if WITHDRAWN in here.pending else scheme


NOTICES = Rules(
    "supervision-notices",
    "supervision_notice",
    NOTICE_WAYS,
    [*map(at, NoticeState), at("drafted", WITHDRAWN)],
    bring_notice,
)
EVALUATIONS = Rules(
    "evaluations",
    "evaluation",
    {"confirmation": Way("draft", OFFICE, "confirmed", "confirmed")},
    [*map(at, EvaluationState), at("draft", WITHDRAWN)],
    bring_evaluation,
)
SCHEMES = Rules(
    "evaluation-schemes",
    "evaluation_scheme",
    {"retirement": Way("in_force", BODIES, "retired", "retired")},
    [*map(at, SchemeState), at("in_force", WITHDRAWN)],
    bring_scheme,
)
WALKS = [(rules, here) for rules in (NOTICES, EVALUATIONS, SCHEMES) for here in rules.situations]


@pytest.mark.parametrize(("rules", "here"), WALKS, ids=[f"{rules.table} {here}" for rules, here in WALKS])
async def test_every_role_does_what_it_may_and_nothing_else(
    rules: Rules, here: At, make: Any, each_role: Any, database: Any
) -> None:
    await Walk(rules, make, each_role, database).through(here)
