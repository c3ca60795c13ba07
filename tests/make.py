"""Valid rows with one line; a test states only what matters to it."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from rectify_api.features.evaluations import EXAMPLE


class Make:
    """Makes rows over HTTP, as its caller may; `bodies` are the three that sign a verification, the office first."""

    def __init__(self, api: Any, bodies: Sequence[Any] = ()) -> None:
        self.api, self.bodies = api, bodies

    async def _made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.api.post(path, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def organisation(self, **fields: Any) -> dict[str, Any]:
        return await self._made("/organisations", {"name": f"示例局 {uuid4().hex[:8]}"} | fields)

    async def inspection(self, **fields: Any) -> dict[str, Any]:
        organisation_id = fields.pop("organisation_id", None) or (await self.organisation())["id"]
        return await self._made("/inspections", {"title": "示例巡察", "organisation_id": organisation_id} | fields)

    async def _inside(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {"inspection_id": fields.pop("inspection_id", None) or (await self.inspection())["id"]} | fields

    async def category(self, **fields: Any) -> dict[str, Any]:
        return await self._made("/categories", {"ordinal": 1, "title": "示例方面"} | await self._inside(fields))

    async def item(self, **fields: Any) -> dict[str, Any]:
        return await self._made("/items", {"ordinal": 1, "title": "示例项"} | await self._inside(fields))

    async def issue(self, **fields: Any) -> dict[str, Any]:
        return await self._made("/issues", {"ordinal": 1, "text": "示例问题"} | await self._inside(fields))

    async def measure(self, **fields: Any) -> dict[str, Any]:
        issue_id = fields.pop("issue_id", None) or (await self.issue())["id"]
        return await self._made("/measures", {"ordinal": 1, "text": "示例措施", "issue_id": issue_id} | fields)

    async def plan(self, **fields: Any) -> dict[str, Any]:
        body = {"kind": "overall_plan", "title": "总体整改方案", "text": "目标、措施、责任、时限"}
        return await self._made("/plans", body | await self._inside(fields))

    async def progress_report(self, **fields: Any) -> dict[str, Any]:
        body = {"reported_on": "2026-01-31", "text": "示例进展"}
        return await self._made("/progress-reports", body | await self._inside(fields))

    async def accountability_action(self, **fields: Any) -> dict[str, Any]:
        return await self._made("/accountability-actions", {"code": "PARTY_WARNING"} | await self._inside(fields))

    async def recovery(self, **fields: Any) -> dict[str, Any]:
        body = {"what": "示例津补贴", "identified": "1000.00"}
        return await self._made("/recoveries", body | await self._inside(fields))

    async def rule_change(self, **fields: Any) -> dict[str, Any]:
        return await self._made("/rule-changes", {"kind": "new", "title": "示例制度"} | await self._inside(fields))

    async def supervision_check(self, **fields: Any) -> dict[str, Any]:
        body = {"method": "site_visit", "checked_on": "2026-01-31", "checked_by": "督导组", "findings": "示例发现"}
        return await self._made("/supervision-checks", body | await self._inside(fields))

    async def supervision_notice(self, **fields: Any) -> dict[str, Any]:
        body = {"type": "supervise", "addressed_to": "示例局", "text": "限期整改"}
        return await self._made("/supervision-notices", body | await self._inside(fields))

    async def evaluation_scheme(self, **fields: Any) -> dict[str, Any]:
        return await self._made("/evaluation-schemes", EXAMPLE | fields)

    async def evaluation(self, **fields: Any) -> dict[str, Any]:
        scheme_id = fields.pop("scheme_id", None) or (await self.evaluation_scheme())["id"]
        body = {"scheme_id": scheme_id, "evaluated_on": "2026-01-31", "evaluated_by": ["inspection_office"]}
        return await self._made("/evaluations", body | await self._inside(fields))

    async def evidence_file(
        self, content: bytes = b"evidence", name: str = "佐证.txt", **fields: Any
    ) -> dict[str, Any]:
        data = {"title": "示例佐证"} | await self._inside(fields)
        answer = await self.api.request("POST", "/evidence-files", data=data, files={"file": (name, content)})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def issue_in(self, state: str, **fields: Any) -> dict[str, Any]:
        """An issue brought to `state` by the acts of the procedure, each done by whoever may."""
        issue = await self.issue(**({"result": "已整改"} | fields))
        if state not in {"registered", "claimed", "in_progress"}:
            await self.evidence_file(inspection_id=issue["inspection_id"], issue_id=issue["id"])
        for act in WAY_TO[state]:
            issue = await self.act(issue["id"], act)
        return issue

    async def act(self, id: str, act: str) -> dict[str, Any]:
        """Do one act on an issue; verification is signed by each of the bodies it waits for."""
        office = self.bodies[0] if self.bodies else self.api
        by = {"verification": self.bodies, "return": [office], "closure": [office], "reopening": [office]}
        for api in by.get(act, [self.api]):
            answer = await api.post(f"/issues/{id}/{act}", BODY_OF.get(act))
            assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done


BODY_OF = {
    "claim": {"responsible_leader": "李某"},
    "verification": {},
    "return": {"reason": "佐证不足"},
    "reopening": {"cause": "整改后又出现"},
}
_SUBMITTED = ("claim", "start", "submission")
WAY_TO = {
    "registered": (),
    "claimed": ("claim",),
    "in_progress": ("claim", "start"),
    "submitted": _SUBMITTED,
    "returned": (*_SUBMITTED, "return"),
    "verified": (*_SUBMITTED, "verification"),
    "long_term": (*_SUBMITTED, "verification"),
    "closed": (*_SUBMITTED, "verification", "closure"),
}
