"""Callers, roles and keys; the audit record; vocabularies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio.to_thread

from conftest import Client, client_of
from rectify_api.bootstrap import database_for, first_keys
from rectify_api.domain.vocabulary import Role
from rectify_api.foundation.settings import Settings


async def test_two_administrators_let_a_caller_in(app: Any, caller: Any) -> None:
    system, security = await caller(Role.system_admin), await caller(Role.security_admin)
    made = (await system.post("/callers", {"name": "示例热线"})).json()
    assert made["roles"] == []
    assert (await system.request("PUT", f"/callers/{made['id']}/roles", json={"roles": ["hotline"]})).status_code == 403
    given = await security.request("PUT", f"/callers/{made['id']}/roles", json={"roles": ["hotline"]})
    assert given.json()["roles"] == ["hotline"]
    mixed = await security.request("PUT", f"/callers/{made['id']}/roles", json={"roles": ["auditor", "system_admin"]})
    assert mixed.status_code == 409
    issued = (await system.post(f"/callers/{made['id']}/keys", {})).json()
    async with client_of(app, issued["key"]) as http:
        assert (await http.get("/v1/vocabularies")).status_code == 200
        assert (await http.get("/v1/issues")).status_code == 403
        rotated = (
            await system.post(f"/callers/{made['id']}/keys/{issued['id']}/rotation", {"overlap_hours": 1})
        ).json()
        assert (await http.get("/v1/vocabularies")).status_code == 200
        revoked = await system.request("DELETE", f"/callers/{made['id']}/keys/{rotated['id']}")
        assert revoked.status_code == 204
    async with client_of(app, rotated["key"]) as http:
        assert (await http.get("/v1/vocabularies")).status_code == 401
    await app.state.key_uses.write_down()
    listed = (await system.get(f"/callers/{made['id']}/keys")).json()["items"]
    assert [key["last_used_at"] is not None for key in listed] == [True, False]
    assert not [key for key in listed if "key" in key or "digest" in key]


async def test_a_key_can_be_narrowed_and_expires(app: Any, caller: Any) -> None:
    system, clerk = await caller(Role.system_admin), await caller(Role.ledger_clerk)
    path = f"/callers/{clerk.caller_id}/keys"
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert (await system.post(path, {"expires_at": past})).status_code == 409
    narrow = (await system.post(path, {"permissions": ["issues:read"]})).json()["key"]
    async with client_of(app, narrow) as http:
        assert (await http.get("/v1/issues")).status_code == 200
        assert (await http.get("/v1/measures")).status_code == 403


async def test_a_withdrawn_callers_key_stops(caller: Any) -> None:
    system, clerk = await caller(Role.system_admin), await caller(Role.ledger_clerk)
    assert (await clerk.get("/issues")).status_code == 200
    version = (await system.get(f"/callers/{clerk.caller_id}")).headers["etag"]
    assert (await system.delete(f"/callers/{clerk.caller_id}", if_match=version)).status_code == 204
    assert (await clerk.get("/issues")).status_code == 401


async def test_an_organisations_caller_sees_it_and_all_below(make: Any, caller: Any) -> None:
    top = await make.organisation()
    middle = await make.organisation(parent_id=top["id"])
    bottom = await make.organisation(parent_id=middle["id"])
    seen = await (await caller(Role.ledger_clerk, organisation_id=middle["id"])).get("/organisations?limit=200")
    assert {row["id"] for row in seen.json()["items"]} == {middle["id"], bottom["id"]}


async def test_only_the_auditor_reads_the_record(make: Any, clerk: Client, caller: Any) -> None:
    issue = await make.issue()
    assert (await clerk.get("/audit-entries")).status_code == 403
    auditor = await caller(Role.auditor)
    found = await auditor.get("/audit-entries", params={"subject_id": issue["id"], "with_total": True})
    (entry,) = found.json()["items"]
    assert (entry["act"], entry["changes"]["text"]) == ("issue.created", [None, "示例问题"])
    assert entry["caller_id"] == str(clerk.caller_id)
    assert (await auditor.get(f"/audit-entries/{entry['id']}")).json() == entry


async def test_every_code_has_both_labels(clerk: Client) -> None:
    listed = (await clerk.get("/vocabularies")).json()["items"]
    assert "sanction" in [vocabulary["name"] for vocabulary in listed]
    assert all(term["zh"] and term["en"] for vocabulary in listed for term in vocabulary["terms"])
    assert (await clerk.get("/vocabularies/role")).json() in listed
    assert (await clerk.get("/vocabularies/nonsense")).status_code == 404


async def test_the_first_keys_are_made_once(new_database: Any, tmp_path: Any) -> None:
    url = await anyio.to_thread.run_sync(new_database, "first_keys")
    settings = Settings(database_url=url, data_dir=tmp_path)
    async with database_for(settings) as database:
        assert list(await first_keys(database, settings)) == ["admin"]
        assert await first_keys(database, settings) == {}
