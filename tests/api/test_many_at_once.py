"""One act on many issues in one request, and the hand-over of all that a leader answers for."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from rectify_api.domain.vocabulary import Role
from walk import acted

LEADER = {"responsible_leader": "李副局长"}


@pytest.fixture
async def issues(make: Any) -> list[dict[str, Any]]:
    """Five registered issues of one inspection, with a deadline."""
    here = {"inspection_id": (await make.inspection())["id"]}
    return [await make.issue(ordinal=number, due_date="2030-01-31", **here) for number in range(1, 6)]


def claims(issues: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    return {"rows": [LEADER | {"id": issue["id"]} for issue in issues]} | options


async def standing(make: Any, issues: list[dict[str, Any]], acts_on: Any) -> list[tuple[Any, ...]]:
    rows = [(await make.api.get(f"/issues/{issue['id']}")).json() for issue in issues]
    return [(row["status"], row["version"], len(await acts_on(row["id"]))) for row in rows]


async def test_many_are_claimed_at_once_and_shown_in_the_order_sent(clerk: Any, issues: Any, acts_on: Any) -> None:
    sent = [issues[2], issues[0], issues[1]]
    answer = await clerk.post("/issues/-/claims", claims(sent))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["done"], body["refused"]) == (3, 0)
    assert [(each["id"], each["status"], each["problem"]) for each in body["results"]] == [
        (issue["id"], 200, None) for issue in sent
    ]
    for each in body["results"]:
        read = (await clerk.get(f"/issues/{each['id']}")).json()
        assert each["row"] == read
        assert (read["status"], read["responsible_leader"], read["version"]) == ("claimed", "李副局长", 2)
        assert await acts_on(each["id"]) == ["issue.created", "issue.claimed"]


async def test_all_or_none_changes_nothing_when_one_is_refused(
    clerk: Any, make: Any, issues: Any, acts_on: Any
) -> None:
    await make.act(issues[3]["id"], "claim")
    before = await standing(make, issues, acts_on)
    refused = await clerk.post("/issues/-/claims", claims(issues))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:rectify:problem:rule-broken")
    (one,) = refused.json()["results"]
    assert (one["id"], one["status"]) == (issues[3]["id"], 409)
    assert (one["problem"]["state"], one["problem"]["needed"]) == ("claimed", ["registered"])
    assert await standing(make, issues, acts_on) == before


async def test_each_by_itself_does_what_can_be_done_and_says_why_not_the_rest(
    clerk: Any, make: Any, issues: Any, acts_on: Any
) -> None:
    await make.act(issues[1]["id"], "claim")
    unknown = {"id": str(uuid4())}
    before = await standing(make, issues, acts_on)
    answer = await clerk.post("/issues/-/claims", claims([issues[0], unknown, issues[1], issues[2]], atomic=False))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["done"], body["refused"]) == (2, 2)
    assert [each["status"] for each in body["results"]] == [200, 404, 409, 200]
    assert [each["row"] is None for each in body["results"]] == [False, True, True, False]
    assert body["results"][2]["problem"]["instance"] == f"/v1/issues/{issues[1]['id']}/claim"
    after = await standing(make, issues, acts_on)
    assert [now == then for now, then in zip(after, before, strict=True)] == [False, True, False, True, True]
    assert [state for state, _, _ in after] == ["claimed"] * 3 + ["registered"] * 2


async def test_one_that_is_not_there_is_a_refusal_of_its_row(clerk: Any, make: Any, issues: Any, acts_on: Any) -> None:
    before = await standing(make, issues, acts_on)
    refused = await clerk.post("/issues/-/claims", claims([*issues, {"id": str(uuid4())}]))
    assert refused.status_code == 409
    assert [each["status"] for each in refused.json()["results"]] == [404]
    assert await standing(make, issues, acts_on) == before


async def test_a_row_twice_none_too_many_and_half_a_row_are_invalid(
    clerk: Any, make: Any, issues: Any, acts_on: Any
) -> None:
    before = await standing(make, issues, acts_on)
    half = {"rows": [LEADER | {"id": issues[0]["id"]}, {"id": issues[1]["id"]}]}
    for body in (
        claims([]),
        claims([{"id": str(uuid4())} for _ in range(201)]),
        half,
        claims(issues, all_or_none=True),
    ):
        assert (await clerk.post("/issues/-/claims", body)).status_code == 422
    assert await standing(make, issues, acts_on) == before


async def test_two_hundred_are_claimed_in_one_request(clerk: Any, make: Any) -> None:
    here = {"inspection_id": (await make.inspection())["id"]}
    many = [await make.issue(ordinal=number, **here) for number in range(1, 201)]
    answer = await clerk.post("/issues/-/claims", claims(many))
    assert answer.json()["done"] == 200
    figures = (await clerk.get(f"/inspections/{here['inspection_id']}/figures")).json()
    assert figures["counted"]["by_state"] == {"claimed": 200}


async def test_many_take_the_permission_of_the_act_and_only_what_one_sees(caller: Any, make: Any, issues: Any) -> None:
    commission = await caller(Role.discipline_commission)
    assert (await commission.post("/issues/-/claims", claims(issues))).status_code == 403
    elsewhere = await caller(Role.responsible_unit, organisation_id=(await make.organisation())["id"])
    answer = await elsewhere.post("/issues/-/claims", claims(issues, atomic=False))
    assert [each["status"] for each in answer.json()["results"]] == [404] * 5


async def test_bodies_sign_many_each_in_its_own_name(make: Any, database: Any) -> None:
    here = {"inspection_id": (await make.inspection())["id"]}
    asked = [await make.issue_in("submitted", ordinal=number, **here) for number in (1, 2)]
    early = await make.issue_in("in_progress", ordinal=3, **here)
    rows = [{"id": issue["id"], "comment": "现场已核"} for issue in (*asked, early)]
    for body in make.bodies:
        assert (await body.post("/issues/-/verifications", {"rows": rows})).status_code == 409
        done = (await body.post("/issues/-/verifications", {"rows": rows, "atomic": False})).json()
        assert [each["status"] for each in done["results"]] == [200, 200, 409]
    assert [each["row"]["status"] for each in done["results"][:2]] == ["verified", "verified"]
    words = await database.rows(
        "SELECT body, decision, comment FROM verification WHERE inspection_id = $1::text::uuid", here["inspection_id"]
    )
    assert sorted(word["body"] for word in words) == sorted(
        ["inspection_office", "discipline_commission", "organization_department"] * 2
    )


async def test_a_body_that_has_signed_one_of_many_signs_the_others(make: Any) -> None:
    here = {"inspection_id": (await make.inspection())["id"]}
    asked = [await make.issue_in("submitted", ordinal=number, **here) for number in (1, 2)]
    office = make.bodies[0]
    await acted(office, "issues", asked[0]["id"], "verification", {})
    done = (
        await office.post("/issues/-/verifications", {"rows": [{"id": each["id"]} for each in asked], "atomic": False})
    ).json()
    assert [each["status"] for each in done["results"]] == [409, 200]
    assert done["results"][0]["problem"]["awaiting"] == ["discipline_commission", "organization_department"]


async def test_extensions_are_asked_for_and_granted_many_at_once(clerk: Any, make: Any, issues: Any) -> None:
    await clerk.post("/issues/-/claims", claims(issues[:3]))
    without = await make.issue_in("claimed", inspection_id=issues[0]["inspection_id"], ordinal=9)
    asked = [*issues[:3], without]
    wanted = {"until": "2030-06-30", "reason": "汛期不能施工"}
    body = {"rows": [wanted | {"id": issue["id"]} for issue in asked], "atomic": False}
    done = (await clerk.post("/issues/-/extensions", body)).json()
    assert [each["status"] for each in done["results"]] == [200, 200, 200, 409]
    assert done["results"][3]["problem"]["missing"] == "due_date"
    decided = {"rows": [{"id": issues[0]["id"], "granted": True}, {"id": issues[1]["id"], "granted": False}]}
    granted = (await make.bodies[0].post("/issues/-/extension-decisions", decided)).json()
    assert [(each["row"]["due_date"], each["row"]["extensions"]) for each in granted["results"]] == [
        ("2030-06-30", 1),
        ("2030-01-31", 0),
    ]


async def test_two_who_ask_for_the_same_rows_in_other_orders_do_not_wait_for_each_other(
    caller: Any, issues: Any, acts_on: Any
) -> None:
    one, other = await caller(Role.ledger_clerk), await caller(Role.responsible_unit)
    answers = await asyncio.gather(
        one.post("/issues/-/claims", claims(issues, atomic=False)),
        other.post("/issues/-/claims", claims(issues[::-1], atomic=False)),
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sum(answer.json()["done"] for answer in answers) == 5
    for issue in issues:
        assert await acts_on(issue["id"]) == ["issue.created", "issue.claimed"]


async def test_all_that_a_leader_answers_for_is_handed_over(clerk: Any, make: Any, issues: Any, acts_on: Any) -> None:
    await clerk.post("/issues/-/claims", claims(issues[:3]))
    await acted(clerk, "issues", issues[3]["id"], "claim", {"responsible_leader": "王副局长"})
    measure = await make.measure(issue_id=issues[0]["id"], responsible_leader="李副局长")
    done = await make.measure(issue_id=issues[0]["id"], responsible_leader="李副局长", ordinal=2)
    await acted(clerk, "measures", done["id"], "completion", {"result": "已完成"})
    elsewhere = await make.issue_in("registered")
    await acted(clerk, "issues", elsewhere["id"], "claim", LEADER)
    path = f"/inspections/{issues[0]['inspection_id']}/handover"
    change = {"from_leader": "李副局长", "to_leader": "赵副局长"}
    answer = await clerk.post(path, change)
    assert (answer.status_code, answer.json()) == (200, {"issues": 3, "measures": 1})
    for issue in issues[:3]:
        now = (await clerk.get(f"/issues/{issue['id']}")).json()
        assert (now["responsible_leader"], now["previous_leader"]) == ("赵副局长", "李副局长")
        assert now["handed_over_on"] is not None
        assert (await acts_on(issue["id"]))[-1] == "issue.handed_over"
    assert (await acts_on(measure["id"]))[-1] == "measure.handed_over"
    kept = {
        "王副局长": f"/issues/{issues[3]['id']}",
        "李副局长": f"/issues/{elsewhere['id']}",
        None: f"/issues/{issues[4]['id']}",
    }
    for leader, other in kept.items():
        assert (await clerk.get(other)).json()["responsible_leader"] == leader
    assert (await clerk.get(f"/measures/{done['id']}")).json()["responsible_leader"] == "李副局长"
    again = await clerk.post(path, change)
    assert (again.status_code, again.json()["type"]) == (409, "urn:rectify:problem:rule-broken")


async def test_a_hand_over_is_the_clerks_and_of_an_inspection_that_is_there(
    clerk: Any, make: Any, caller: Any, issues: Any
) -> None:
    await make.act(issues[0]["id"], "claim")
    change = {"from_leader": "李某", "to_leader": "赵副局长"}
    path = f"/inspections/{issues[0]['inspection_id']}/handover"
    assert (await make.bodies[0].post(path, change)).status_code == 403
    stranger = await caller(Role.ledger_clerk, organisation_id=(await make.organisation())["id"])
    assert (await stranger.post(path, change)).status_code == 404
    assert (await clerk.post(f"/inspections/{uuid4()}/handover", change)).status_code == 404
    assert (await clerk.post(path, change | {"to_leader": "李某"})).status_code == 409
    assert (await clerk.get(f"/issues/{issues[0]['id']}")).json()["responsible_leader"] == "李某"


async def test_an_issue_that_is_named_twice_is_claimed_once(clerk: Any, issues: Any) -> None:
    twice = [issues[0], issues[1], issues[0]]
    assert (await clerk.post("/issues/-/claims", claims(twice))).status_code == 409
    answer = (await clerk.post("/issues/-/claims", claims(twice, atomic=False))).json()
    assert (answer["done"], [result["status"] for result in answer["results"]]) == (2, [200, 200, 409])
