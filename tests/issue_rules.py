"""What the rules say of the acts on an issue, typed out by hand, and how to bring an issue anywhere."""

from typing import Any

from rectify_api.domain.vocabulary import Role
from walk import BODIES, CLERK, OFFICE, UNIT, WITHDRAWN, At, Done, Rules, Way, acted, at, withdrawn

OBJECTION, EXTENSION = frozenset({"objection"}), frozenset({"extension"})
# All bodies but the organisation department have signed.
ONE_LEFT = "one signature left"
KEPT_UP = "to be kept up"

WAYS = {
    "claim": Way("registered", UNIT, "claimed", "claimed", body={"responsible_leader": "李副局长"}, without=OBJECTION),
    "objection": Way(
        "registered claimed",
        UNIT,
        None,
        "contested",
        body={"kind": "not_so", "reason": "已按期召开"},
        without=OBJECTION,
        leaves=OBJECTION,
    ),
    "objection-decision": Way(
        "registered claimed",
        OFFICE,
        "set_aside",
        "objection_decided",
        body={"upheld": True, "comment": "情况属实"},
        needs=OBJECTION,
    ),
    "start": Way("claimed returned", UNIT, "in_progress", "started", without=OBJECTION),
    "extension": Way(
        "claimed in_progress returned",
        UNIT,
        None,
        "extension_requested",
        body={"until": "2030-06-30", "reason": "汛期不能施工"},
        without=EXTENSION,
        leaves=EXTENSION,
    ),
    "extension-decision": Way(
        "claimed in_progress returned", OFFICE, None, "extension_granted", body={"granted": True}, needs=EXTENSION
    ),
    "handover": Way(
        "claimed in_progress returned submitted verified long_term",
        CLERK,
        None,
        "handed_over",
        body={"responsible_leader": "赵副局长"},
    ),
    "submission": Way("in_progress", UNIT, "submitted", "submitted", without=EXTENSION),
    "return": Way("submitted verified long_term", BODIES, "returned", "returned", body={"reason": "佐证不足"}),
    "verification": Way("submitted long_term", BODIES, None, "signed_off", body={}),
    "closure": Way("verified", OFFICE, "closed", "closed"),
    "reopening": Way("closed set_aside", OFFICE, "in_progress", "reopened", body={"cause": "占道经营反弹"}),
}
SITUATIONS = [
    at("registered"),
    at("registered", "objection"),
    at("registered", WITHDRAWN),
    at("claimed"),
    at("claimed", "objection"),
    at("claimed", "extension"),
    at("claimed", "objection", "extension"),
    at("in_progress"),
    at("in_progress", "extension"),
    at("submitted"),
    at("submitted", ONE_LEFT),
    at("submitted", ONE_LEFT, KEPT_UP),
    at("returned"),
    at("returned", "extension"),
    at("verified"),
    at("long_term"),
    at("long_term", ONE_LEFT),
    at("closed"),
    at("set_aside"),
]


async def bring(make: Any, here: At, place: dict[str, Any]) -> dict[str, Any]:
    kept_up = here.state == "long_term" or KEPT_UP in here.pending
    fields = {"due_date": "2030-01-31", "rectification_status": "long_term" if kept_up else "completed"} | place
    issue: dict[str, Any] = await make.issue_in("registered" if here.state == "set_aside" else here.state, **fields)
    if here.state == "in_progress":
        await make.evidence_file(issue_id=issue["id"], **place)
    if here.state == "set_aside" or "objection" in here.pending:
        await acted(make.api, "issues", issue["id"], "objection", WAYS["objection"].body)
    if here.state == "set_aside":
        await acted(make.bodies[0], "issues", issue["id"], "objection-decision", WAYS["objection-decision"].body)
    if "extension" in here.pending:
        await acted(make.api, "issues", issue["id"], "extension", WAYS["extension"].body)
    if ONE_LEFT in here.pending:
        for body in make.bodies[:2]:
            await acted(body, "issues", issue["id"], "verification", {})
    return await withdrawn(make, "issues", issue) if WITHDRAWN in here.pending else issue


def _last(state: str, verb: str) -> dict[Role, Done]:
    return {Role.organization_department: Done(state, verb)}


ISSUES = Rules(
    "issues",
    "issue",
    WAYS,
    SITUATIONS,
    bring,
    only={
        (at("submitted", ONE_LEFT), "verification"): _last("verified", "verified"),
        (at("submitted", ONE_LEFT, KEPT_UP), "verification"): _last("long_term", "verified"),
        (at("long_term", ONE_LEFT), "verification"): _last("long_term", "reviewed"),
    },
)
