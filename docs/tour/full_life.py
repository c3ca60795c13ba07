"""The full life of an inspection's rectification over HTTP: from its bulletin to closure, as five callers.

    python docs/tour/full_life.py BULLETIN [--measures N]

LEDGER is the address; CLERK, UNIT, OFFICE, COMMISSION and DEPARTMENT are the keys of a ledger clerk, a responsible
unit, the inspection office, the discipline commission and the organisation department. Prints a line per step.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx

LEADERS = ["周某", "吴某", "郑某"]
TODAY = date.today()  # noqa: DTZ011  # deadlines of a tour


class Caller:
    """One of the five, with its own key. A refusal ends the tour and says what was refused."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60)

    def get(self, path: str, **query: Any) -> Any:
        return self._answer(self._http.get(path, params=query))

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self._answer(self._http.post(path, json=body, **options))

    def patch(self, row: dict[str, Any], resource: str, **changes: Any) -> Any:
        headers = {"If-Match": f'"{row["version"]}"'}
        return self._answer(self._http.patch(f"/{resource}/{row['id']}", json=changes, headers=headers))

    def upload(self, path: str, file: tuple[str, bytes], **fields: str) -> Any:
        return self._answer(self._http.post(path, data=fields, files={"file": file}))

    def refused(self, path: str, body: Any = None) -> str:
        answer = self._http.post(path, json=body)
        assert answer.status_code == 409, answer.text
        return str(answer.json()["detail"])

    def all(self, resource: str, **query: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = self.get(f"/{resource}", limit=200, **query, **({"after": after} if after else {}))
            rows += page["items"]
            if (after := page["next"]) is None:
                return rows

    @staticmethod
    def _answer(answer: httpx.Response) -> Any:
        if answer.status_code >= 400:
            sys.exit(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        return answer.json()


def tell(step: str, *facts: Any) -> None:
    print(step, *facts, flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("bulletin", type=Path)
    arguments.add_argument("--measures", type=int, default=0, help="how many measures to spread over the issues")
    asked = arguments.parse_args()
    names = ("CLERK", "UNIT", "OFFICE", "COMMISSION", "DEPARTMENT")
    clerk, unit, office, commission, department = (Caller(os.environ["LEDGER"], os.environ[name]) for name in names)
    bodies = (office, commission, department)

    inspection = entered(clerk, asked.bulletin)
    issues = clerk.all("issues", inspection_id=inspection)
    tell("导入 imported:", len(issues), "问题 issues")

    due = str(TODAY + timedelta(days=90))
    issues = [clerk.patch(issue, "issues", due_date=due) for issue in issues]
    plans = approved_plans(clerk, bodies, inspection)
    measures = spread(clerk, issues, asked.measures or 2 * len(issues) + 1, plans[0])
    shared = clerk.patch(measures[0], "measures", also_issue_ids=[issues[1]["id"]])
    tell(
        "措施 measures:", len(measures), "；一条同时回应 one answers", 1 + len(shared["also_issue_ids"]), "问题 issues"
    )

    by_leader = zip(cycle(LEADERS), issues, strict=False)
    claims = [{"id": issue["id"], "responsible_leader": leader} for leader, issue in by_leader]
    tell("认领 claimed:", unit.post("/issues/-/claims", {"rows": claims})["done"])
    tell("不能越级 out of order:", unit.refused(f"/issues/{issues[0]['id']}/submission"))
    for issue in issues:
        unit.post(f"/issues/{issue['id']}/start")

    late = issues[-1]
    until = str(date.fromisoformat(late["due_date"]) + timedelta(days=30))
    unit.post(f"/issues/{late['id']}/extension", {"until": until, "reason": "雨季无法施工"})
    extended = office.post(f"/issues/{late['id']}/extension-decision", {"granted": True, "comment": "同意延期一个月"})
    tell("延期 extended:", late["due_date"], "→", extended["due_date"])
    change = {"from_leader": LEADERS[0], "to_leader": "王某"}
    tell("移交 handed over:", clerk.post(f"/inspections/{inspection}/handover", change)["issues"], "问题 issues")

    for measure in measures:
        finish(unit, measure)
    tell("完成 completed with evidence:", len(measures))
    for issue in issues:
        unit.post(f"/issues/{issue['id']}/submission")
    close(bodies, issues)
    for state in ("closed", "long_term"):
        tell(state, len(office.all("issues", inspection_id=inspection, status=state)))

    again = issues[2]
    office.post(f"/issues/{again['id']}/reopening", {"cause": "回访发现问题又出现"})
    reopened = clerk.post(f"/measures/{measures[2]['id']}/reopening")
    finish(unit, reopened)
    unit.post(f"/issues/{again['id']}/submission")
    close(bodies, [again])
    tell("反弹后再销号 closed again after its recurrence:", clerk.get(f"/issues/{again['id']}")["recurrences"])

    for kind, title in (("progress_report", "整改进展情况报告"), ("leader_report", "主要负责人组织落实整改情况报告")):
        leader = {"leader": LEADERS[1]} if kind == "leader_report" else {}
        report = {"inspection_id": inspection, "kind": kind, "title": title, "text": "报告正文"} | leader
        tell("报告 report:", title, approve(clerk, bodies, clerk.post("/plans", report))["status"])

    figures = clerk.get(f"/inspections/{inspection}/figures")
    counted = figures["counted"]
    tell("数字 figures:", counted["issues"], counted["by_state"], counted["measures"], counted["measures_by_status"])
    tell("金额 money:", figures["identified_total"], figures["recovered_total"], figures["outstanding_total"])
    closed, *_ = clerk.get("/statistics/completion", inspection_id=inspection)["figures"]
    total = closed["total"]
    tell(f"{closed['label']['zh']} {closed['label']['en']}:", f"{total['numerator']}/{total['denominator']}")


def entered(clerk: Caller, bulletin: Path) -> str:
    """Import the bulletin; returns the id of its inspection."""
    batch = clerk.upload("/imports", (bulletin.name, bulletin.read_bytes()))
    batch = until_true(
        lambda: clerk.get(f"/imports/{batch['id']}"), lambda row: row["state"] in {"succeeded", "failed"}
    )
    assert batch["state"] == "succeeded", batch
    return str(batch["inspection_id"])


def until_true(read: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    for _ in range(300):
        if good(row := read()):
            return row
        time.sleep(0.1)
    sys.exit("waited 30 seconds in vain")


def approved_plans(clerk: Caller, bodies: tuple[Caller, ...], inspection: str) -> list[dict[str, Any]]:
    """1+N: the overall plan, sent back once, and a topical one for each category."""
    plan = {"inspection_id": inspection, "text": "目标、措施、责任、时限"}
    overall = clerk.post("/plans", plan | {"kind": "overall_plan", "title": "总体整改方案"})
    clerk.post(f"/plans/{overall['id']}/submission")
    returned = bodies[0].post(f"/plans/{overall['id']}/return", {"comment": "时限不够具体"})
    overall = clerk.patch(returned, "plans", text="目标、措施、责任，时限具体到日")
    plans = [approve(clerk, bodies, overall)]
    for category in clerk.all("categories", inspection_id=inspection):
        topical = plan | {"kind": "topical_plan", "topic": category["title"][:100], "title": "专项整改方案"}
        plans.append(approve(clerk, bodies, clerk.post("/plans", topical)))
    tell("方案 plans:", len(plans), "；总体方案退回一次 the overall one was returned once")
    return plans


def approve(clerk: Caller, bodies: Iterable[Caller], plan: dict[str, Any]) -> dict[str, Any]:
    clerk.post(f"/plans/{plan['id']}/submission")
    for body in bodies:
        plan = body.post(f"/plans/{plan['id']}/review", {"comment": "同意"})
    return plan


def spread(clerk: Caller, issues: list[dict[str, Any]], count: int, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """`count` measures, in turn over the issues, each with its leader and deadline and bound to the approved plan."""
    made = []
    in_turn = zip(islice(cycle(issues), count), cycle(LEADERS), strict=False)
    for number, (issue, leader) in enumerate(in_turn):
        due = str(TODAY + timedelta(days=60 + number % 30))
        fields = {"text": f"措施之{number + 1}", "due_date": due, "responsible_leader": leader, "plan_id": plan["id"]}
        made.append(clerk.post("/measures", {"issue_id": issue["id"], "ordinal": number + 1} | fields))
    return made


def finish(unit: Caller, measure: dict[str, Any]) -> None:
    """Complete the measure and prove it with a file."""
    unit.post(f"/measures/{measure['id']}/completion", {"result": "已按要求完成"})
    proof = {"inspection_id": measure["inspection_id"], "measure_id": measure["id"], "title": "现场照片"}
    unit.upload("/evidence-files", ("佐证.txt", measure["id"].encode()), **proof)


def close(bodies: tuple[Caller, Caller, Caller], issues: list[dict[str, Any]]) -> None:
    """The three sign; the office closes what is verified. What has to be kept up (长期坚持) stays open."""
    for body in bodies:
        signed = body.post("/issues/-/verifications", {"rows": [{"id": issue["id"]} for issue in issues]})
    verified = [{"id": result["id"]} for result in signed["results"] if result["row"]["status"] == "verified"]
    bodies[0].post("/issues/-/closures", {"rows": verified})


if __name__ == "__main__":
    main()
