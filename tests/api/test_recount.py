"""Whatever is done to an inspection, its rows and its figures can be told from the record alone."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic_core import to_jsonable_python

from rectify_api.domain.accountability import AccountabilityAction
from rectify_api.domain.vocabulary import Role
from walk import READERS

Row = dict[str, Any]
RULING = {"reason": "定性不准", "deciding_body": "县纪委常委会", "decision_no": "某纪复〔2026〕3号"}
IN_TOTALS = {"recovered", "returned", "outstanding"}
# Not told of in an entry: the count of entries, the time of the last one, and what Postgres computes.
UNTOLD = {"version", "updated_at", "outstanding"}


def leader(number: int) -> Row:
    return {"responsible_leader": "李赵钱"[number % 3] + "副局长"}


def later(row: Row, number: int) -> Row:
    due = date.fromisoformat(row["due_date"] or "2030-01-31")
    return {"until": str(due + timedelta(days=number % 90)), "reason": "汛期不能施工"}


def ruling(row: Row, number: int) -> Row:
    outcome = ("upheld", "changed", "revoked")[number % 3]
    return RULING | {"outcome": outcome} | ({"code": "PARTY_SERIOUS_WARNING"} if outcome == "changed" else {})


BODIES: dict[tuple[str, str], Callable[[Row, int], Row]] = {
    ("issues", "claim"): lambda row, number: leader(number),
    ("issues", "objection"): lambda row, number: {"kind": "not_so", "reason": "已按期召开"},
    ("issues", "objection-decision"): lambda row, number: {"upheld": number % 2 == 0, "comment": "已核实"},
    ("issues", "return"): lambda row, number: {"reason": "佐证不足"},
    ("issues", "verification"): lambda row, number: {"comment": "现场已核"},
    ("issues", "reopening"): lambda row, number: {"cause": "占道经营反弹"},
    ("measures", "completion"): lambda row, number: {"result": f"已更换 {number} 盏"},
    ("measures", "continuation"): lambda row, number: {"result": "每月巡查一次"},
    **{(of, "extension"): later for of in ("issues", "measures")},
    **{(of, "extension-decision"): lambda row, number: {"granted": number % 2 == 0} for of in ("issues", "measures")},
    **{(of, "handover"): lambda row, number: leader(number) for of in ("issues", "measures")},
    **{("accountability-actions", noun): lambda row, number: {} for noun in ("delivery", "archiving", "appeal")},
    ("accountability-actions", "appeal-decision"): ruling,
    ("accountability-actions", "revocation"): lambda row, number: RULING,
}
Move = Callable[[int], Any]


class Inspected:
    """A small inspection, and what callers of several roles may do in it now."""

    def __init__(self, make: Any, callers: dict[Role, Any]) -> None:
        self.make, self.callers = make, callers
        self.here: dict[str, str] = {}
        self.organisation_id = ""

    async def begin(self) -> None:
        make = self.make
        inspection = await make.inspection()
        self.organisation_id, self.here = inspection["organisation_id"], {"inspection_id": inspection["id"]}
        issues = [
            await make.issue_in(state, ordinal=number, due_date="2030-01-31", **self.here)
            for number, state in enumerate(("registered", "in_progress", "submitted", "verified", "closed"), start=1)
        ]
        one, other = issues[0]["id"], issues[2]["id"]
        await make.measure(issue_id=one, also_issue_ids=[other], due_date="2030-01-31")
        await make.measure(issue_id=one, ordinal=2)
        await make.evidence_file(issue_id=issues[1]["id"], **self.here)
        for action in ("recovered", "loss_avoided"):
            await make.recovery(issue_id=one, action=action, **self.here)
        await make.accountability_action(issue_id=one, persons=3, **self.here)

    async def rows(self, caller: Any, resource: str, **query: str) -> list[Row]:
        answer = await caller.get(f"/{resource}", params=self.here | {"limit": "200"} | query)
        assert answer.status_code == 200, answer.text
        found: list[Row] = answer.json()["items"]
        return found

    async def moves(self, role: Role) -> list[tuple[str, Move]]:
        """What is offered to a caller of the role, and beside it the edits that need no state."""
        caller = self.callers[role]
        rows = {name: await self.rows(caller, name) for name in ("issues", "measures", "accountability-actions")}
        offered = [
            (f"{resource} {noun}", self._act(caller, resource, row, noun))
            for resource in rows
            for row in rows[resource]
            for noun in row["allowed_actions"]
        ]
        return offered + (await self._edits(caller, rows) if role is Role.ledger_clerk else [])

    def _act(self, caller: Any, resource: str, row: Row, noun: str) -> Move:
        body = BODIES.get((resource, noun), lambda row, number: None)
        return lambda number: caller.post(f"/{resource}/{row['id']}/{noun}", body(row, number))

    async def _edits(self, clerk: Any, rows: dict[str, list[Row]]) -> list[tuple[str, Move]]:
        issues, measures, actions = rows["issues"], rows["measures"], rows["accountability-actions"]
        files = await self.rows(clerk, "evidence-files")
        recoveries = await self.rows(clerk, "recoveries", include="payments")
        payments = [payment for recovery in recoveries for payment in recovery["payments"]]
        statuses = ("completed", "basically_completed", "long_term", "not_completed")

        def patch(resource: str, row: Row, **changes: Any) -> Any:
            return clerk.patch(f"/{resource}/{row['id']}", changes, if_match=f'"{row["version"]}"')

        def withdraw(resource: str, row: Row) -> Any:
            return clerk.delete(f"/{resource}/{row['id']}", if_match=f'"{row["version"]}"')

        def pick(of: list[Row], number: int) -> Row:
            return of[number % len(of)]

        def proof(number: int) -> Any:
            data = self.here | {"title": "佐证"}
            data |= {"measure_id": pick(measures, number)["id"]} if number % 3 and measures else {}
            data |= {} if "measure_id" in data else {"issue_id": pick(issues, number)["id"]}
            files = {"file": ("佐证.txt", f"{number}".encode())}
            return clerk.request("POST", "/evidence-files", data=data, files=files)

        moves: list[tuple[str, list[Row], Move]] = [
            (
                "issue registered",
                issues,
                lambda n: clerk.post("/issues", self.here | {"ordinal": 9, "text": f"问题 {n}"}),
            ),
            ("issue result", issues, lambda n: patch("issues", pick(issues, n), result=f"已修复 {n} 处")),
            (
                "issue status",
                issues,
                lambda n: patch("issues", pick(issues, n), rectification_status=statuses[n % len(statuses)]),
            ),
            ("issue withdrawn", issues, lambda n: withdraw("issues", pick(issues, n))),
            (
                "measure added",
                issues,
                lambda n: clerk.post(
                    "/measures", {"issue_id": pick(issues, n)["id"], "ordinal": 1 + n % 9, "text": f"措施 {n}"}
                ),
            ),
            (
                "measure shared",
                measures,
                lambda n: patch("measures", pick(measures, n), also_issue_ids=[pick(issues, n // 7)["id"]]),
            ),
            ("measure withdrawn", measures, lambda n: withdraw("measures", pick(measures, n))),
            ("proof added", issues, proof),
            ("proof withdrawn", files, lambda n: withdraw("evidence-files", pick(files, n))),
            (
                "proof moved",
                files,
                lambda n: patch("evidence-files", pick(files, n), issue_id=pick(issues, n // 5)["id"]),
            ),
            (
                "money received",
                recoveries,
                lambda n: clerk.post(
                    f"/recoveries/{pick(recoveries, n)['id']}/payments",
                    {"amount": f"{1 + n % 400}.{n % 100:02}", "paid_on": "2026-01-31"},
                ),
            ),
            (
                "money reversed",
                payments,
                lambda n: clerk.post(
                    f"/recoveries/{pick(payments, n)['recovery_id']}/reversals",
                    {"payment_id": pick(payments, n)["id"], "reason": "重复登记"},
                ),
            ),
            (
                "money identified",
                recoveries,
                lambda n: patch("recoveries", pick(recoveries, n), identified=f"{1 + n}.50"),
            ),
            (
                "action entered",
                issues,
                lambda n: clerk.post(
                    "/accountability-actions",
                    self.here | {"code": ("PARTY_WARNING", "GOV_DEMERIT", "PARTY_TOTAL")[n % 3], "persons": 1 + n % 4},
                ),
            ),
            ("action edited", actions, lambda n: patch("accountability-actions", pick(actions, n), persons=1 + n % 5)),
            ("action withdrawn", actions, lambda n: withdraw("accountability-actions", pick(actions, n))),
        ]
        return [(name, move) for name, needed, move in moves if needed]

    async def turn(self, role: Role, choice: int, number: int) -> None:
        """A caller makes one of the moves that he has, if there is one; `number` decides the rest of it."""
        if moves := await self.moves(role):
            name, move = moves[choice % len(moves)]
            answer = await move(number)
            assert answer.status_code in {200, 201, 204, 409}, (name, answer.text)
            if answer.status_code != 409:
                event(name)


Ledger = dict[str, dict[str, Row]]


async def retold(database: Any, organisation_id: str) -> tuple[Ledger, Counter[str]]:
    """The rows of every table, made from nothing but what the record says of them, and how often it speaks of each."""
    entries = await database.rows(
        "SELECT subject_type, subject_id::text, act, changes FROM audit_entry WHERE organisation_id = $1 ORDER BY id",
        UUID(organisation_id),
    )
    ledger: Ledger = {}
    spoken: Counter[str] = Counter()
    for entry in entries:
        table = ledger.setdefault(entry["subject_type"], {})
        assert (entry["subject_id"] not in table) == entry["act"].endswith(".created")
        row = table.setdefault(entry["subject_id"], {})
        for column, change in entry["changes"].items():
            if change != "changed":
                before, after = change
                assert row.get(column) == before, (entry["act"], column)
                row[column] = after
        spoken[entry["subject_id"]] += 1
    return ledger, spoken


async def kept(database: Any, table: str, organisation_id: str) -> dict[str, Row]:
    whose = "id" if table == "organisation" else "organisation_id"
    rows = await database.rows(f"SELECT * FROM {table} WHERE {whose} = $1", UUID(organisation_id))
    return {str(row["id"]): to_jsonable_python(dict(row)) for row in rows}


def recounted(ledger: Ledger) -> Row:
    """The figures, counted in Python from rows that are not withdrawn."""
    there = {table: [row for row in rows.values() if not row["withdrawn_at"]] for table, rows in ledger.items()}
    issues, measures = there.get("issue", []), there.get("measure", [])
    money = [row for row in there.get("recovery", []) if row["action"] in IN_TOTALS]
    identified, received = (
        sum((Decimal(row[name]) for row in money), Decimal("0.00")) for name in ("identified", "received")
    )
    sanctions: Counter[str] = Counter()
    for action in there.get("accountability_action", []):
        if action["status"] != "revoked":
            sanctions[action["code"]] += action["persons"]
    return {
        "issues": sum(row["kind"] == "issue" for row in issues),
        "opinions": sum(row["kind"] == "opinion" for row in issues),
        "answered": sum(row["result"] is not None for row in issues),
        "by_state": dict(Counter(row["status"] for row in issues)),
        "by_status": dict(Counter(row["rectification_status"] for row in issues)),
        "measures": len(measures),
        "measures_by_status": dict(Counter(row["status"] for row in measures)),
        "evidence_files": len(there.get("evidence_file", [])),
        "identified_total": str(identified),
        "recovered_total": str(received),
        "outstanding_total": str(identified - received),
        "sanctions": dict(sanctions),
    }


def answered(figures: Row) -> Row:
    counted, totals = figures["counted"], ("identified_total", "recovered_total", "outstanding_total")
    names = recounted({}).keys() & counted.keys()
    return (
        {name: counted[name] for name in names}
        | {name: figures[name] for name in totals}
        | {"sanctions": {each["code"]: each["count"] for each in figures["sanctions"]}}
    )


TURN = st.tuples(st.sampled_from(sorted(READERS)), st.integers(0, 500), st.integers(0, 10_000))


# The callers are the same in every example; each makes an inspection, and an organisation, of its own.
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(TURN, min_size=20, max_size=40, unique=True))
async def test_rows_and_figures_are_what_the_record_says_after_any_allowed_acts(
    turns: list[tuple[Role, int, int]], make: Any, each_role: Any, database: Any
) -> None:
    inspected = Inspected(make, each_role)
    await inspected.begin()
    for turn in turns:
        await inspected.turn(*turn)
    ledger, spoken = await retold(database, inspected.organisation_id)
    masked = AccountabilityAction.mask
    for table in ledger.keys() | {"verification", "recovery_payment"}:
        rows = await kept(database, table, inspected.organisation_id)
        assert rows.keys() == ledger.get(table, {}).keys()
        for id, row in rows.items():
            told = ledger[table][id]
            untold = UNTOLD | (masked if table == "accountability_action" else set())
            assert {name: told.get(name) for name in row.keys() - untold} == {
                name: row[name] for name in row.keys() - untold
            }
            assert row["version"] == spoken[id]
    for id, recovery in ledger["recovery"].items():
        payments = [
            row
            for row in ledger.get("recovery_payment", {}).values()
            if row["recovery_id"] == id and row["reversed_on"] is None
        ]
        assert Decimal(recovery["received"]) == sum(Decimal(row["amount"]) for row in payments)
    figures = (await make.api.get(f"/inspections/{inspected.here['inspection_id']}/figures")).json()
    assert answered(figures) == recounted(ledger)
