"""Recoveries, accountability, evidence files: what only they do."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from rectify_api.domain.recoveries import Recovery
from rectify_api.domain.vocabulary import Role
from rectify_api.foundation.audit import Actor
from rectify_api.foundation.database import fetch


async def test_payments_reduce_what_is_outstanding_and_cannot_exceed_it(clerk: Any, make: Any) -> None:
    recovery = await make.recovery(identified="14825.00")
    path = f"/recoveries/{recovery['id']}"
    paid = await clerk.post(f"{path}/payments", {"amount": "13700", "paid_on": "2026-01-31", "payer_class": "在职人员"})
    assert paid.status_code == 200, paid.text
    assert (paid.json()["received"], paid.json()["outstanding"]) == ("13700.00", "1125.00")
    too_much = await clerk.post(f"{path}/payments", {"amount": "1125.01", "paid_on": "2026-02-01"})
    assert (too_much.status_code, too_much.json()["outstanding"]) == (409, "1125.00")
    assert (await clerk.patch(path, {"identified": "100.00"}, if_match='"2"')).status_code == 409
    assert (await clerk.delete(path, if_match='"2"')).status_code == 409
    seen = (
        await clerk.get("/recoveries", params={"inspection_id": recovery["inspection_id"], "include": "payments"})
    ).json()
    assert [payment["amount"] for payment in seen["items"][0]["payments"]] == ["13700.00"]
    assert (await clerk.get(path)).json() == paid.json() | {"updated_at": (await clerk.get(path)).json()["updated_at"]}


async def test_received_money_is_passed_on_and_a_wrong_movement_is_reversed(
    clerk: Any, make: Any, acts_on: Any, queries: Any
) -> None:
    recovery = await make.recovery(identified="14825.00", outstanding_class="departed")
    path = f"/recoveries/{recovery['id']}"
    payment = {"amount": "13700.00", "paid_on": "2026-01-31", "payer_class_code": "serving"}
    await clerk.post(f"{path}/payments", payment)
    out = {"action": "paid_to_treasury", "amount": "13000.00", "paid_on": "2026-02-01", "voucher_no": "0012345"}
    passed_on = (await clerk.post(f"{path}/disbursements", out)).json()
    assert (passed_on["received"], passed_on["disbursed"], passed_on["held"]) == ("13700.00", "13000.00", "700.00")
    refund = {"action": "refunded_to_citizens", "amount": "700.01", "paid_on": "2026-02-02"}
    too_much = await clerk.post(f"{path}/disbursements", refund | {"recipient_class": "citizen"})
    assert (too_much.status_code, too_much.json()["held"]) == (409, "700.00")
    assert "700.00 元" in too_much.json()["detail"]
    figures = (await clerk.get(f"/inspections/{recovery['inspection_id']}/figures")).json()
    assert (figures["disbursed_total"], figures["money"][0]["disbursed"]) == ("13000.00", "13000.00")
    queries.clear()
    asked = {"inspection_id": recovery["inspection_id"], "include": "payments,disbursements"}
    (seen,) = (await clerk.get("/recoveries", params=asked)).json()["items"]
    assert len(queries) == 4, queries.seen
    (paid,), (spent,) = seen["payments"], seen["disbursements"]
    assert (paid["payer_class_code"], spent["voucher_no"], seen["outstanding_class"]) == (
        "serving",
        "0012345",
        "departed",
    )
    wrong = {"payment_id": paid["id"], "reason": "重复登记"}
    held_back = await clerk.post(f"{path}/reversals", wrong)
    assert (held_back.status_code, held_back.json()["held"]) == (409, "700.00")
    undone = await clerk.post(f"{path}/reversals", {"disbursement_id": spent["id"], "reason": "退票"})
    assert (undone.status_code, undone.json()["held"]) == (200, "13700.00")
    reversed_ = (await clerk.post(f"{path}/reversals", wrong)).json()
    assert (reversed_["received"], reversed_["outstanding"]) == ("0.00", "14825.00")
    assert (await clerk.post(f"{path}/reversals", wrong)).status_code == 409
    (seen,) = (await clerk.get("/recoveries", params=asked)).json()["items"]
    assert seen["payments"][0]["reversal_reason"] == "重复登记"
    assert await acts_on(paid["id"]) == ["recovery_payment.created", "recovery_payment.reversed"]
    acts = ["created", "payment_received", "disbursed", "disbursement_reversed", "payment_reversed"]
    assert await acts_on(recovery["id"]) == [f"recovery.{act}" for act in acts]


async def test_a_reversal_names_one_movement_of_this_recovery(clerk: Any, make: Any) -> None:
    paid, other = await make.recovery(), await make.recovery()
    for recovery in (paid, other):
        await clerk.post(f"/recoveries/{recovery['id']}/payments", {"amount": "1.00", "paid_on": "2026-01-31"})
    asked = {"inspection_id": paid["inspection_id"], "include": "payments"}
    (seen,) = (await clerk.get("/recoveries", params=asked)).json()["items"]
    wrong = {"payment_id": seen["payments"][0]["id"], "reason": "错"}
    path = f"/recoveries/{other['id']}/reversals"
    assert (await clerk.post(path, wrong)).status_code == 409
    assert (await clerk.post(path, {"reason": "错"})).status_code == 409
    assert (await clerk.post(path, wrong | {"disbursement_id": wrong["payment_id"]})).status_code == 409
    assert (await clerk.post(path, {"payment_id": paid["id"], "reason": "错"})).status_code == 404


async def test_the_database_itself_refuses_to_disburse_what_was_not_received(make: Any, database: Any) -> None:
    recovery = await make.recovery()

    async def disburse_unchecked() -> None:
        async with database.transaction(Actor(name="test")) as db:
            row = await fetch(db, Recovery, UUID(recovery["id"]), lock=True)
            row.disbursed = Decimal("0.01")

    with pytest.raises(IntegrityError, match="ck_recovery_disbursed_within_received"):
        await disburse_unchecked()


async def test_an_abolished_rule_is_named_and_a_change_carries_its_file(clerk: Any, make: Any) -> None:
    inspection_id = (await make.inspection())["id"]
    body = {"inspection_id": inspection_id, "kind": "abolished"}
    unnamed = await clerk.post("/rule-changes", body)
    assert (unnamed.status_code, unnamed.json()["missing"]) == (409, "title")
    assert (await clerk.post("/rule-changes", body | {"count": 3})).status_code == 201
    one, other = [await make.issue(inspection_id=inspection_id, ordinal=n) for n in (1, 2)]
    file = await make.evidence_file(inspection_id=inspection_id)
    change = await make.rule_change(
        inspection_id=inspection_id,
        kind="revised",
        document_no="某局发〔2026〕3号",
        issued_on="2026-01-20",
        effective_date="2026-02-01",
        replaces="旧财务制度",
        evidence_file_id=file["id"],
        issue_id=one["id"],
        also_issue_ids=[other["id"]],
    )
    for issue in (one, other):
        found = (await clerk.get("/rule-changes", params={"issue_id": issue["id"]})).json()["items"]
        assert [row["id"] for row in found] == [change["id"]]
    for asked in ({"q": "旧财务"}, {"issued_from": "2026-01-20", "issued_to": "2026-01-20"}):
        found = (await clerk.get("/rule-changes", params={"inspection_id": inspection_id} | asked)).json()["items"]
        assert [row["id"] for row in found] == [change["id"]]
    theirs = await make.evidence_file()
    refused = await clerk.patch(f"/rule-changes/{change['id']}", {"evidence_file_id": theirs["id"]})
    assert refused.status_code == 409


@pytest.mark.parametrize("amount", ["0", "-1", "1.005", "1e3", "NaN", 13700, 13700.5, "9999999999999"])
async def test_money_is_a_decimal_string_of_yuan(clerk: Any, make: Any, amount: Any) -> None:
    recovery = await make.recovery()
    answer = await clerk.post(f"/recoveries/{recovery['id']}/payments", {"amount": amount, "paid_on": "2026-01-31"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/amount"


async def test_the_effect_of_a_sanction_is_computed(clerk: Any, make: Any) -> None:
    action = await make.accountability_action(
        code="GOV_DEMERIT", decision_date="2025-02-28", decision_no="某纪[2025] 12 号"
    )
    assert (action["effective_from"], action["effective_to"], action["form"]) == ("2025-02-28", "2026-02-28", 2)
    assert action["decision_no"] == "某纪〔2025〕12号"
    path = f"/accountability-actions/{action['id']}"
    assert (await clerk.patch(path, {"decision_no": "无文号"})).status_code == 422


async def test_names_are_masked_and_reading_them_in_clear_is_recorded(
    clerk: Any, make: Any, caller: Any, acts_on: Any, database: Any
) -> None:
    action = await make.accountability_action(subject_name="欧阳示例", subject_id_no="11010519491231002X")
    path = f"/accountability-actions/{action['id']}"
    assert action["subject_name"].startswith("欧")
    assert "示例" not in action["subject_name"]
    assert "19491231" not in action["subject_id_no"]
    assert await acts_on(action["id"]) == ["accountability_action.created"]
    commission = await caller(Role.discipline_commission)
    assert (await commission.get(path)).json()["subject_name"] == "欧阳示例"
    listed = await commission.get("/accountability-actions", params={"inspection_id": action["inspection_id"]})
    assert listed.json()["items"][0]["subject_id_no"] == "11010519491231002X"
    assert (await acts_on(action["id"]))[1:] == ["accountability_action.personal_read"] * 2
    record = await database.rows(
        "SELECT changes::text AS kept FROM audit_entry WHERE subject_type = 'accountability_action'"
    )
    assert not [row for row in record if "欧阳示例" in row["kept"] or "19491231" in row["kept"]]


async def test_a_file_goes_up_by_digest_and_down_by_range(clerk: Any, make: Any) -> None:
    file = await make.evidence_file(b"0123456789", "../../照片\u202e.jpg")
    assert (file["size"], file["file_name"]) == (10, "照片.jpg")
    path = f"/evidence-files/{file['id']}/content"
    whole = await clerk.get(path)
    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert "filename*=UTF-8''%E7%85%A7%E7%89%87.jpg" in whole.headers["content-disposition"]
    ranges = {"bytes=0-3": b"0123", "bytes=-3": b"789", "bytes=7-": b"789", "bytes=8-99": b"89"}
    for asked, part in ranges.items():
        answer = await clerk.get(path, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (206, part), asked
    assert (await clerk.get(path, headers={"Range": "bytes=10-"})).status_code == 416
    assert (await clerk.get(path, headers={"Range": "lines=1-2"})).content == b"0123456789"
    assert (await clerk.get(path, headers={"If-None-Match": whole.headers["etag"]})).status_code == 304
    stale = await clerk.get(path, headers={"Range": "bytes=0-3", "If-Range": '"other"'})
    assert stale.status_code == 200


async def test_a_file_with_another_digest_an_empty_one_and_none_are_refused(clerk: Any, make: Any) -> None:
    form = {"inspection_id": (await make.inspection())["id"], "title": "示例"}
    wrong = {"file": ("a.txt", b"abc")}
    answer = await clerk.request("POST", "/evidence-files", data=form | {"sha256": "0" * 64}, files=wrong)
    assert answer.status_code == 422
    empty = await clerk.request("POST", "/evidence-files", data=form, files={"file": ("a.txt", b"")})
    assert empty.json()["detail"] == "文件是空的"
    assert (await clerk.request("POST", "/evidence-files", data=form)).status_code in {415, 422}


async def test_another_organisations_file_is_not_there(make: Any, caller: Any) -> None:
    file = await make.evidence_file()
    elsewhere = await caller(Role.responsible_unit, organisation_id=(await make.organisation())["id"])
    assert (await elsewhere.get(f"/evidence-files/{file['id']}/content")).status_code == 404


async def test_ids_must_belong_together(clerk: Any, make: Any) -> None:
    inspection, category = await make.inspection(), await make.category()
    body = {"inspection_id": inspection["id"], "category_id": category["id"], "ordinal": 1, "title": "项"}
    assert (await clerk.post("/items", body)).status_code == 409


async def test_an_organisation_cannot_stand_below_itself(clerk: Any, make: Any) -> None:
    top = await make.organisation()
    below = await make.organisation(parent_id=top["id"])
    assert (await clerk.patch(f"/organisations/{top['id']}", {"parent_id": below["id"]})).status_code == 409


async def test_an_inspection_ends_after_it_starts(clerk: Any, make: Any) -> None:
    body = {"title": "倒置", "organisation_id": (await make.organisation())["id"]}
    answer = await clerk.post("/inspections", body | {"inspection_start": "2026-05-01", "inspection_end": "2026-04-01"})
    assert answer.status_code == 409
    assert answer.json()["detail"] == "巡察开始日期晚于结束日期"


async def test_a_measure_is_started_done_kept_up_and_reopened(clerk: Any, make: Any) -> None:
    measure = await make.measure()
    path = f"/measures/{measure['id']}"
    assert (await clerk.post(f"{path}/start")).json()["status"] == "in_progress"
    assert (await clerk.post(f"{path}/completion", {"result": "已改"})).json()["completed_on"] is not None
    assert (await clerk.post(f"{path}/start")).status_code == 409
    assert (await clerk.post(f"{path}/reopening")).json()["completed_on"] is None
    assert (await clerk.post(f"{path}/continuation", {"result": "每月巡查"})).json()["status"] == "long_term"
