"""Statistics are what a plain recount of the rows gives, of what the caller may see."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from conftest import Client
from random_ledger import Ledger, Rows
from recount import RECOUNT, count, flags_of, is_issue, joined, key_of, same_as, there
from rectify_api.domain.vocabulary import QualityFlag, Role, Sanction
from rectify_api.features.statistics import statement
from rectify_api.features.statistics.routes import STATISTICS

BY_CODE = {statistic.code: statistic for statistic in STATISTICS}
EVERY = [(statistic.code, by) for statistic in STATISTICS for by in (None, *statistic.by) if by != "flag"]


@pytest.fixture(scope="module", params=[20260731, 7])
async def ledger(request: Any, app: Any) -> Ledger:
    made = Ledger(request.param)
    await made.save(app.state.database)
    return made


@pytest.fixture
async def reader(caller: Any, ledger: Ledger) -> Client:
    """Sees the organisations of the random ledger, and no other."""
    found: Client = await caller(Role.ledger_clerk, organisation_id=ledger.root.id)
    return found


async def asked(api: Any, code: str, **params: Any) -> dict[str, Any]:
    answer = await api.get(f"/statistics/{code}", params={k: v for k, v in params.items() if v is not None})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def numbers(part: dict[str, Any]) -> tuple[Any, ...]:
    return part["numerator"], part["denominator"], part["value"]


@pytest.mark.parametrize(("code", "by"), EVERY)
async def test_every_figure_is_what_a_recount_of_the_rows_gives(
    reader: Client, ledger: Ledger, code: str, by: str | None
) -> None:
    rows, recount = joined(ledger, code), RECOUNT[code]
    found = await asked(reader, code, by=by)
    assert len(rows) > 10
    assert {figure["code"]: numbers(figure["total"]) for figure in found["figures"]} == recount(rows)
    counted = [row for row in rows if code != "quality" or row.kind == "issue"]
    keys = {key_of(ledger, row, by) for row in counted} if by else set()
    assert found["groups_left_out"] == 0
    for figure in found["figures"]:
        shown = {group["key"]: numbers(group) for group in figure["groups"]}
        assert len(shown) == len(figure["groups"])
        assert shown == {
            key: recount([row for row in counted if key_of(ledger, row, by) == key])[figure["code"]]  # type: ignore[arg-type]
            for key in keys
        }


async def test_each_flag_lists_the_issues_that_show_it(reader: Client, ledger: Ledger) -> None:
    rows = [row for row in joined(ledger, "quality") if is_issue(row)]
    found = await asked(reader, "quality", by="flag")
    assert {figure["code"] for figure in found["figures"]} == set(QualityFlag)
    for figure in found["figures"]:
        assert figure["issue_ids"] == sorted(str(row.id) for row in rows if figure["code"] in flags_of(row))
        assert figure["issue_ids"], figure["code"]
        (group,) = figure["groups"]
        assert (group["key"], numbers(group)) == (figure["code"], numbers(figure["total"]))


async def test_an_inspection_shows_the_flags_of_each_issue(reader: Client, ledger: Ledger) -> None:
    for inspection in there(ledger.inspections):
        rows = [r for r in joined(ledger, "quality") if is_issue(r) and r.inspection_id == inspection.id]
        found = (await reader.get(f"/inspections/{inspection.id}/quality")).json()
        assert found["issues"] == len(rows)
        assert {flag["flag"]: flag["issues"] for flag in found["flags"]} == {
            flag.value: count(rows, lambda row, flag=flag: flag in flags_of(row)) for flag in QualityFlag
        }
        assert {issue["issue_id"]: set(issue["flags"]) for issue in found["flagged"]} == {
            str(row.id): flags_of(row) for row in rows if flags_of(row)
        }
        by_id = {str(row.id): row for row in rows}
        for issue in found["flagged"]:
            row, start = by_id[issue["issue_id"]], inspection.inspection_start
            assert set(issue["same_text_as"]) == {str(id) for id in same_as(row)}
            older = {str(f.id) for f in row.files if start and f.fact_date and f.fact_date < start}
            assert set(issue["older_evidence"]) == older


@pytest.mark.parametrize("code", BY_CODE)
async def test_filters_leave_what_a_recount_leaves(reader: Client, ledger: Ledger, code: str) -> None:
    rows, recount = joined(ledger, code), RECOUNT[code]
    second, nested = ledger.organisations[1].id, ledger.organisations[3].id
    some = [ledger.inspections[0].id, ledger.inspections[2].id]
    wanted: list[tuple[dict[str, Any], Callable[[Any], Any]]] = [
        ({"inspection_id": [str(id) for id in some]}, lambda r: r.inspection_id in some),
        ({"organisation_id": str(second)}, lambda r: r.organisation_id in {second, nested}),
        ({"period_from": "2024-03-10"}, lambda r: str(r.inspection.feedback_date or "") >= "2024-03-10"),
        ({"period_to": "2024-03-10"}, lambda r: "" < str(r.inspection.feedback_date or "") <= "2024-03-10"),
    ]
    wanted += [
        ({"area_code": start}, lambda r, start=start: (key_of(ledger, r, "area") or "").startswith(start))
        for start in ("61", "6101", "610112")
    ]
    for params, where in wanted:
        found = await asked(reader, code, **params)
        left = [row for row in rows if where(row)]
        if code == "quality":
            left = _beside_each_other(left)
        assert {figure["code"]: numbers(figure["total"]) for figure in found["figures"]} == recount(left), params
        assert 0 < len(left) < len(rows), params


def _beside_each_other(rows: Rows) -> Rows:
    return [row for row in rows if row.beside]


async def test_a_caller_sees_the_numbers_of_its_organisation_only(caller: Any, ledger: Ledger) -> None:
    first, below = ledger.organisations[1].id, ledger.organisations[3].id
    narrow = await caller(Role.responsible_unit, organisation_id=first)
    for code, recount in RECOUNT.items():
        rows = [row for row in joined(ledger, code) if row.organisation_id in {first, below}]
        found = await asked(narrow, code, by="organisation")
        assert {figure["code"]: numbers(figure["total"]) for figure in found["figures"]} == recount(rows)
        assert {group["key"] for figure in found["figures"] for group in figure["groups"]} <= {str(first), str(below)}
        elsewhere = await asked(narrow, code, organisation_id=str(ledger.organisations[2].id))
        assert not any(Decimal(figure["total"]["numerator"]) for figure in elsewhere["figures"])
    hidden = next(i for i in ledger.inspections if i.organisation_id not in {first, below})
    assert (await narrow.get(f"/inspections/{hidden.id}/quality")).status_code == 404


@pytest.mark.parametrize("code", BY_CODE)
async def test_nothing_to_divide_by_gives_null(reader: Client, ledger: Ledger, code: str) -> None:
    found = await asked(reader, code, by="inspection", period_from="2099-01-01")
    for figure in found["figures"]:
        total = figure["total"]
        assert Decimal(total["numerator"]) == 0
        assert figure["groups"] == []
        if total["denominator"] is None:
            assert Decimal(total["value"]) == 0
        else:
            assert (Decimal(total["denominator"]), total["value"]) == (0, None)


@pytest.mark.parametrize("code", BY_CODE)
async def test_what_is_not_known_is_refused(clerk: Client, code: str) -> None:
    for wrong in (
        {"by": "colour"},
        {"by": "flag" if code != "quality" else "code"},
        {"group": "month"},
        {"area_code": "61011"},
        {"period_from": "2024-13-01"},
        {"organisation_id": "7"},
    ):
        answer = await clerk.get(f"/statistics/{code}", params=wrong)
        assert answer.status_code == 422, wrong
        (error,) = answer.json()["errors"]
        assert error["pointer"] == f"/query/{next(iter(wrong))}"


@pytest.mark.parametrize("code", BY_CODE)
async def test_a_statistic_costs_one_query(reader: Client, ledger: Ledger, queries: Any, code: str) -> None:
    await asked(reader, code)
    for by in BY_CODE[code].by:
        queries.clear()
        await asked(reader, code, by=by)
        counting = [sql for sql in queries.seen if "FROM counted" in sql]
        assert len(counting) == 1
        assert len(queries) <= 3


async def test_the_answer_says_what_was_asked_and_how_it_is_counted(reader: Client, ledger: Ledger) -> None:
    inspection = ledger.inspections[0]
    found = await asked(
        reader, "completion", by="inspection", inspection_id=str(inspection.id), period_from="2024-01-01"
    )
    assert found["scope"] == {"inspection_id": [str(inspection.id)], "organisation_id": None, "area_code": None}
    assert found["period"] == {
        "of": {"zh": "所属巡察的反馈日期", "en": "feedback date of the inspection"},
        "period_from": "2024-01-01",
        "period_to": None,
    }
    (group,) = found["figures"][0]["groups"]
    assert group["label"] == {"zh": inspection.title, "en": inspection.title}
    for figure in found["figures"]:
        for language in ("zh", "en"):
            assert figure["numerator_is"][language] in figure["definition"][language]
            assert figure["denominator_is"][language] in figure["definition"][language]


async def test_groups_by_a_code_carry_its_label_in_the_order_of_the_taxonomy(reader: Client, ledger: Ledger) -> None:
    found = await asked(reader, "accountability", by="code")
    groups = found["figures"][0]["groups"]
    codes = [Sanction(group["key"]) for group in groups]
    assert codes == [code for code in Sanction if code in codes]
    assert [group["label"] for group in groups] == [{"zh": code.zh, "en": code.en} for code in codes]
    forms = (await asked(reader, "accountability", by="form"))["figures"][0]["groups"]
    keys = [group["key"] for group in forms]
    assert keys == [*sorted(keys[:-1]), None]
    assert forms[0]["label"] == {"zh": "第一种形态", "en": "form 1"}
    assert forms[-1]["label"] == {"zh": "未填写", "en": "not given"}


async def test_an_action_that_answers_several_issues_counts_once(make: Any, clerk: Client, ledger: Ledger) -> None:
    inspection = await make.inspection()
    first, second = [await make.issue(inspection_id=inspection["id"], ordinal=n) for n in (1, 2)]
    await make.accountability_action(
        inspection_id=inspection["id"], issue_id=first["id"], also_issue_ids=[second["id"]], code="PARTY_WARNING"
    )
    found = await asked(clerk, "accountability", inspection_id=inspection["id"])
    assert {figure["code"]: figure["total"]["value"] for figure in found["figures"]}["person_times"] == 1


async def test_more_groups_than_one_answer_holds_are_said_to_be_left_out(
    reader: Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await asked(reader, "completion", by="category")
    monkeypatch.setattr(statement, "MOST", 3)
    cut = await asked(reader, "completion", by="category")
    assert [len(figure["groups"]) for figure in cut["figures"]] == [3] * len(cut["figures"])
    assert cut["groups_left_out"] == len(whole["figures"][0]["groups"]) - 3 > 0
    assert [figure["total"] for figure in cut["figures"]] == [figure["total"] for figure in whole["figures"]]


async def test_only_readers_of_the_ledger_read_statistics(caller: Any, anonymous: Client) -> None:
    for code in BY_CODE:
        assert (await anonymous.get(f"/statistics/{code}")).status_code == 401
    for role in Role:
        api = await caller(role)
        reads = role in {
            Role.ledger_clerk,
            Role.responsible_unit,
            Role.inspection_office,
            Role.discipline_commission,
            Role.organization_department,
        }
        assert (await api.get("/statistics/completion")).status_code == (200 if reads else 403), role
