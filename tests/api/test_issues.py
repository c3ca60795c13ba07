"""Issues over HTTP: the acts, who may, what the record keeps, what a list costs."""

import asyncio
from typing import Any

from rectify_api.domain.vocabulary import Role


async def test_an_issue_is_registered_and_read_back(clerk: Any, make: Any) -> None:
    issue = await make.issue(text="公园设施破损")
    answer = await clerk.get(f"/issues/{issue['id']}")
    assert answer.status_code == 200
    assert answer.json() == issue
    assert issue["allowed_actions"] == ["claim", "objection"]


async def test_a_finished_issue_goes_through_the_procedure_to_closure(make: Any, acts_on: Any) -> None:
    issue = await make.issue_in("closed")
    assert issue["status"] == "closed"
    assert issue["closed_at"] is not None
    assert issue["allowed_actions"] == ["reopening"]
    assert await acts_on(issue["id"]) == [
        "issue.created",
        "issue.claimed",
        "issue.started",
        "issue.submitted",
        "issue.signed_off",
        "issue.signed_off",
        "issue.verified",
        "issue.closed",
    ]


async def test_of_five_simultaneous_closures_one_succeeds(clerk: Any, make: Any, acts_on: Any) -> None:
    issue = await make.issue_in("verified")
    answers = await asyncio.gather(*(clerk.post(f"/issues/{issue['id']}/closure") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert {a.headers["content-type"] for a in answers if a.status_code == 409} == {"application/problem+json"}
    assert (await acts_on(issue["id"])).count("issue.closed") == 1


async def test_an_issue_with_an_unfinished_measure_cannot_be_submitted(clerk: Any, make: Any, acts_on: Any) -> None:
    issue = await make.issue_in("in_progress")
    await make.measure(issue_id=issue["id"])
    answer = await clerk.post(f"/issues/{issue['id']}/submission")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:rectify:problem:rule-broken"
    assert answer.json()["unfinished"] == 1
    assert "issue.submitted" not in await acts_on(issue["id"])


async def test_a_measure_without_evidence_holds_the_submission_up(clerk: Any, make: Any) -> None:
    issue = await make.issue_in("in_progress")
    measure = await make.measure(issue_id=issue["id"])
    done = await clerk.post(f"/measures/{measure['id']}/completion", {"result": "已完成"})
    assert done.status_code == 200
    refused = await clerk.post(f"/issues/{issue['id']}/submission")
    assert refused.json()["evidence_missing"] == 1
    await make.evidence_file(inspection_id=issue["inspection_id"], issue_id=issue["id"], measure_id=measure["id"])
    assert (await clerk.post(f"/issues/{issue['id']}/submission")).status_code == 200


async def test_a_reopened_issue_counts_its_recurrence(clerk: Any, make: Any) -> None:
    issue = await make.issue_in("closed")
    answer = await clerk.post(f"/issues/{issue['id']}/reopening", {"cause": "整改后又出现"})
    assert answer.json()["status"] == "in_progress"
    assert answer.json()["recurrences"] == 1


async def test_a_state_cannot_be_patched(clerk: Any, make: Any) -> None:
    issue = await make.issue()
    answer = await clerk.patch(f"/issues/{issue['id']}", {"status": "closed"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "/status", "code": "extra_forbidden", "message": "没有这个字段"}]


async def test_an_edit_needs_the_version_that_was_read(clerk: Any, make: Any) -> None:
    issue = await make.issue()
    path = f"/issues/{issue['id']}"
    assert (await clerk.patch(path, {"target": "改好"}, if_match=None)).status_code == 428
    edited = await clerk.patch(path, {"target": "改好"})
    assert edited.status_code == 200
    assert edited.headers["etag"] == '"2"'
    assert (await clerk.patch(path, {"target": "再改"}, if_match='"1"')).status_code == 412


async def test_an_issue_whose_work_has_started_cannot_be_withdrawn(clerk: Any, make: Any) -> None:
    issue = await make.issue_in("claimed")
    assert (await clerk.delete(f"/issues/{issue['id']}", if_match='"2"')).status_code == 409


async def test_a_withdrawn_issue_leaves_lists_but_not_the_record(clerk: Any, make: Any, acts_on: Any) -> None:
    issue = await make.issue()
    assert (await clerk.delete(f"/issues/{issue['id']}", reason="重复登记")).status_code == 204
    query = {"inspection_id": issue["inspection_id"]}
    assert (await clerk.get("/issues", params=query)).json()["items"] == []
    withdrawn = (await clerk.get("/issues", params=query | {"withdrawn": "true"})).json()["items"]
    assert [row["withdrawal_reason"] for row in withdrawn] == ["重复登记"]
    assert (await clerk.get(f"/issues/{issue['id']}")).json()["allowed_actions"] == []
    assert await acts_on(issue["id"]) == ["issue.created", "issue.withdrawn"]


async def test_children_come_along_when_asked_for(clerk: Any, make: Any, queries: Any) -> None:
    issue = await make.issue()
    await make.measure(issue_id=issue["id"], text="先做这件")
    await make.evidence_file(inspection_id=issue["inspection_id"], issue_id=issue["id"])
    queries.clear()
    answer = await clerk.get(
        "/issues", params={"inspection_id": issue["inspection_id"], "include": "measures,evidence"}
    )
    (row,) = answer.json()["items"]
    assert [measure["text"] for measure in row["measures"]] == ["先做这件"]
    assert [file["title"] for file in row["evidence"]] == ["示例佐证"]
    assert len(queries) == 4


async def test_a_row_costs_two_queries_and_so_does_a_list(clerk: Any, make: Any, queries: Any) -> None:
    issue = await make.issue()
    for path in (f"/issues/{issue['id']}", "/issues?with_total=true&limit=5"):
        queries.clear()
        assert (await clerk.get(path)).status_code == 200
        assert len(queries) == 2, queries.seen


async def test_an_unchanged_issue_answers_304_without_a_body(clerk: Any, make: Any) -> None:
    issue = await make.issue()
    answer = await clerk.get(f"/issues/{issue['id']}", headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_another_organisations_issue_is_not_there(make: Any, caller: Any) -> None:
    mine, theirs = await make.issue(), await make.issue()
    scoped = await caller(Role.ledger_clerk, organisation_id=mine["organisation_id"])
    assert (await scoped.get(f"/issues/{mine['id']}")).status_code == 200
    assert (await scoped.get(f"/issues/{theirs['id']}")).status_code == 404
    assert (await scoped.post(f"/issues/{theirs['id']}/claim", {"responsible_leader": "王某"})).status_code == 404
    seen = (await scoped.get("/issues", params={"limit": 200})).json()["items"]
    assert {row["organisation_id"] for row in seen} == {mine["organisation_id"]}
