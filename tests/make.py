"""Valid rows with one line; a test states only what matters to it."""

from typing import Any
from uuid import uuid4


class Make:
    """Makes rows over HTTP, as its caller may."""

    def __init__(self, api: Any) -> None:
        self.api = api

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

    async def evidence_file(
        self, content: bytes = b"evidence", name: str = "佐证.txt", **fields: Any
    ) -> dict[str, Any]:
        data = {"title": "示例佐证"} | await self._inside(fields)
        answer = await self.api.request("POST", "/evidence-files", data=data, files={"file": (name, content)})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def issue_in(self, state: str, **fields: Any) -> dict[str, Any]:
        """An issue brought to `state` by the acts of the procedure."""
        issue = await self.issue(**({"result": "已整改"} | fields))
        acts = {
            "registered": (),
            "claimed": ("claim",),
            "in_progress": ("claim", "start"),
            "submitted": ("claim", "start", "submission"),
            "returned": ("claim", "start", "submission", "return"),
            "verified": ("claim", "start", "submission", "verification"),
            "closed": ("claim", "start", "submission", "verification", "closure"),
        }[state]
        bodies = {"claim": {"responsible_leader": "李某"}, "return": {"reason": "佐证不足"}}
        for act in acts:
            answer = await self.api.post(f"/issues/{issue['id']}/{act}", bodies.get(act))
            assert answer.status_code == 200, answer.text
            issue = answer.json()
        return issue
