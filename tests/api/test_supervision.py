"""Checks and notices over HTTP: who supervises, who answers, and what the record says of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from rectify_api.domain.vocabulary import Role
from rectify_api.foundation.clock import today

NUMBER = "某巡督〔2026〕3号"


def in_days(days: int) -> str:
    return str(today() + timedelta(days=days))


@pytest.fixture
async def office(bodies: Any) -> Any:
    return bodies[0]


@pytest.fixture
async def unit(caller: Any) -> Any:
    return await caller(Role.responsible_unit)


async def issued(make: Any, office: Any, **fields: Any) -> str:
    """The path of a notice that waits for its answer."""
    notice = await make.supervision_notice(**({"number": NUMBER, "answer_due": in_days(14)} | fields))
    path = f"/supervision-notices/{notice['id']}"
    assert (await office.post(f"{path}/issuance", {})).status_code == 200
    return path


async def test_a_notice_is_issued_answered_returned_answered_again_and_accepted(
    make: Any, office: Any, unit: Any, acts_on: Any
) -> None:
    notice = await make.supervision_notice(answer_due=in_days(14))
    path = f"/supervision-notices/{notice['id']}"
    assert (await office.get(path)).json()["allowed_actions"] == ["issuance"]
    refused = await office.post(f"{path}/issuance", {})
    assert (refused.status_code, refused.json()["missing"]) == (409, "number")
    out = (await office.post(f"{path}/issuance", {"number": "某巡督[2026] 3 号"})).json()
    assert (out["status"], out["number"], out["issued_on"], out["light"]) == ("issued", NUMBER, in_days(0), "green")
    assert (await unit.get(path)).json()["allowed_actions"] == ["answer"]
    answered = (await unit.post(f"{path}/answer", {"text": "正在整改"})).json()
    assert (answered["status"], answered["light"], answered["allowed_actions"]) == ("answered", None, [])
    back = await office.post(f"{path}/return", {"reason": "未附佐证", "answer_due": in_days(3)})
    assert (back.json()["status"], back.json()["light"]) == ("returned", "amber")
    assert (await unit.post(f"{path}/answer", {"text": "已整改，附照片"})).status_code == 200
    done = await office.post(f"{path}/acceptance")
    assert (done.json()["status"], done.json()["allowed_actions"]) == ("accepted", [])
    read = (await office.get(path)).json()
    assert read | {"updated_at": 0} == done.json() | {"updated_at": 0}
    assert [(each["text"], each["return_reason"], each["late"]) for each in read["answers"]] == [
        ("正在整改", "未附佐证", False),
        ("已整改，附照片", None, False),
    ]
    assert await acts_on(notice["id"]) == [
        f"supervision_notice.{verb}" for verb in ("created", "issued", "answered", "returned", "answered", "accepted")
    ]


async def test_an_answer_after_its_deadline_is_kept_as_late(make: Any, office: Any, unit: Any) -> None:
    notice = await make.supervision_notice(number=NUMBER, answer_due=in_days(-1))
    path = f"/supervision-notices/{notice['id']}"
    assert (await office.post(f"{path}/issuance", {})).status_code == 409
    out = await office.post(f"{path}/issuance", {"issued_on": in_days(-10)})
    assert out.json()["light"] == "red"
    here = {"inspection_id": notice["inspection_id"]}
    red = (await office.get("/supervision-notices", params=here | {"light": "red"})).json()["items"]
    assert [row["id"] for row in red] == [notice["id"]]
    late = (await unit.post(f"{path}/answer", {"text": "已整改"})).json()
    assert (late["late"], late["answers"][0]["late"]) == (True, True)
    for asked, found in (
        ({"late": "true"}, 1),
        ({"late": "false"}, 0),
        ({"light": "red"}, 0),
        ({"status": "answered"}, 1),
    ):
        items = (await office.get("/supervision-notices", params=here | asked)).json()["items"]
        assert len(items) == found, asked


async def test_an_issued_notice_stands_as_it_is_and_can_be_cancelled(make: Any, office: Any, acts_on: Any) -> None:
    path = await issued(make, office)
    assert (await office.patch(path, {"text": "另一要求"}, if_match='"2"')).status_code == 409
    assert (await office.delete(path, if_match='"2"')).status_code == 409
    assert (await office.post(f"{path}/cancellation", {"reason": " "})).status_code == 422
    gone = await office.post(f"{path}/cancellation", {"reason": "发错单位"})
    assert (gone.json()["status"], gone.json()["cancellation_reason"]) == ("cancelled", "发错单位")
    assert (await office.post(f"{path}/cancellation", {"reason": "发错单位"})).json()["state"] == "cancelled"
    assert (await acts_on(path.rpartition("/")[2]))[-1] == "supervision_notice.cancelled"


async def test_the_inspected_side_answers_and_does_nothing_else(make: Any, office: Any, unit: Any) -> None:
    path = await issued(make, office)
    new = {"inspection_id": str(uuid4()), "type": "warn", "addressed_to": "示例局", "text": "限期整改"}
    assert (await unit.post("/supervision-notices", new)).status_code == 403
    assert (await unit.post("/supervision-checks", {})).status_code == 403
    for noun in ("issuance", "acceptance", "return", "cancellation"):
        assert (await unit.post(f"{path}/{noun}", {"reason": "无"})).status_code == 403, noun
    assert (await office.post(f"{path}/answer", {"text": "已整改"})).status_code == 403
    assert (await unit.post(f"{path}/answer", {"text": "已整改"})).status_code == 200


async def test_each_of_the_three_bodies_supervises(make: Any, bodies: Any, unit: Any) -> None:
    inspection = await make.inspection()
    for body in bodies:
        new = {"type": "interview", "addressed_to": "王某", "text": "就整改不力约谈", "answer_due": in_days(5)}
        made = await body.post("/supervision-notices", new | {"inspection_id": inspection["id"]})
        assert made.status_code == 201, made.text
        path = f"/supervision-notices/{made.json()['id']}"
        assert (await body.post(f"{path}/issuance", {"number": NUMBER})).status_code == 200
        assert (await unit.post(f"{path}/answer", {"text": "照办"})).status_code == 200
        assert (await body.post(f"{path}/acceptance")).status_code == 200


async def test_a_notice_of_another_organisation_is_not_there_to_answer(make: Any, office: Any, caller: Any) -> None:
    path = await issued(make, office)
    elsewhere = await caller(Role.responsible_unit, organisation_id=(await make.organisation())["id"])
    assert (await elsewhere.get(path)).status_code == 404
    assert (await elsewhere.post(f"{path}/answer", {"text": "已整改"})).status_code == 404


async def test_a_notice_follows_from_a_check_of_its_own_inspection(make: Any, office: Any) -> None:
    check = await make.supervision_check()
    new = {"type": "remind", "addressed_to": "示例局", "text": "限期整改", "check_id": check["id"]}
    made = await office.post("/supervision-notices", new | {"inspection_id": check["inspection_id"]})
    assert made.status_code == 201, made.text
    listed = (await office.get("/supervision-notices", params={"check_id": check["id"]})).json()["items"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    elsewhere = await office.post("/supervision-notices", new | {"inspection_id": (await make.inspection())["id"]})
    assert elsewhere.status_code == 409


async def test_a_check_holds_its_demands_and_its_recheck(make: Any, office: Any) -> None:
    check = await make.supervision_check(demands="拆除围挡", demands_due="2026-02-15")
    path = f"/supervision-checks/{check['id']}"
    assert check["light"] == "red"
    half = await office.patch(path, {"recheck_result": "已拆除"})
    assert (half.status_code, half.json()["missing"]) == (409, "rechecked_on")
    whole = await office.patch(path, {"recheck_result": "已拆除", "rechecked_on": "2026-02-16"})
    assert (whole.status_code, whole.json()["light"]) == (200, None)


async def test_checks_are_counted_per_inspection(make: Any, office: Any) -> None:
    first = await make.supervision_check()
    here = {"inspection_id": first["inspection_id"]}
    await make.supervision_check(method="unannounced_visit", **here)
    await make.supervision_check()
    counted = await office.get("/supervision-checks", params=here | {"with_total": "true", "limit": "1"})
    assert (counted.json()["total"], len(counted.json()["items"])) == (2, 1)
    secret = await office.get("/supervision-checks", params=here | {"method": "unannounced_visit", "q": "发现"})
    assert len(secret.json()["items"]) == 1


@pytest.mark.parametrize("name", ["supervision-checks", "supervision-notices"])
async def test_a_list_of_several_costs_two_queries(name: str, make: Any, office: Any, queries: Any) -> None:
    inspection = await make.inspection()
    for _ in range(3):
        await make.supervision_check(inspection_id=inspection["id"])
        await make.supervision_notice(inspection_id=inspection["id"])
    queries.clear()
    listed = await office.get(f"/{name}", params={"inspection_id": inspection["id"]})
    assert len(listed.json()["items"]) == 3
    assert len(queries) == 2, queries.seen
