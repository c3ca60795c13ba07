"""Whatever is sent, the answer is a problem+json of the 4xx kind, in the caller's language, never a 500."""

import json
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rectify_api.domain.vocabulary import Role
from rectify_api.foundation import http

JSON = {"Content-Type": "application/json"}


def check_is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:rectify:problem:")
    assert body["instance"] == answer.request.url.path
    return body


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/nothing", "/v2/issues", "/v1/issues/x/y/z", "/v1/issues/", "/healthz/", "/%00", "/文"]
)
async def test_an_unknown_path_is_a_problem(anonymous: Any, path: str) -> None:
    body = check_is_problem(await anonymous.http.get(path), 404)
    assert body["type"] == "urn:rectify:problem:not-found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/issues", {"GET", "POST"}),
        ("DELETE", "/v1/issues", {"GET", "POST"}),
        ("POST", "/healthz", {"GET"}),
        ("PUT", "/v1/issues/01890000-0000-7000-8000-000000000000", {"GET", "PATCH", "DELETE"}),
        ("TRACE", "/v1/vocabularies", {"GET"}),
    ],
)
async def test_a_wrong_method_says_which_are_right(clerk: Any, method: str, path: str, allowed: set[str]) -> None:
    answer = await clerk.http.request(method, path)
    check_is_problem(answer, 405)
    assert set(answer.headers["allow"].replace(" ", "").split(",")) >= allowed


async def test_a_body_over_the_limit_is_a_problem(clerk: Any) -> None:
    body = json.dumps({"name": "x" * (1024 * 1024)}).encode()
    check_is_problem(await clerk.http.post("/v1/organisations", content=body, headers=JSON), 413)


async def test_an_upload_may_be_larger_than_a_json_body(clerk: Any, make: Any) -> None:
    file = await make.evidence_file(content=b"x" * (3 * 1024 * 1024))
    assert file["size"] == 3 * 1024 * 1024


async def test_a_body_over_the_limit_without_a_length_is_a_problem(clerk: Any) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b" " * 65536

    check_is_problem(await clerk.http.post("/v1/organisations", content=endless(), headers=JSON), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "", "nonsense"])
async def test_another_media_type_is_a_problem(clerk: Any, kind: str) -> None:
    answer = await clerk.http.post("/v1/organisations", content=b'{"name":"x"}', headers={"Content-Type": kind})
    check_is_problem(answer, 415)


BROKEN = {
    "nothing": b"",
    "not json": b"{",
    "half a string": b'{"name": "',
    "wrong utf-8": b'{"name": "\xff\xfe"}',
    "gb18030": '{"name": "示例"}'.encode("gb18030"),
    "utf-16": '{"name": "示例"}'.encode("utf-16"),
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "nul": rb'{"name": "a\u0000b"}',
    "raw nul": b'{"name": "a\x00b"}',
    "lone surrogate": rb'{"name": "\ud800"}',
    "lone surrogate as key": rb'{"\ud800": "x"}',
    "nul as key": rb'{"\u0000": "x"}',
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": 1e999}',
    "a number of 5000 digits": b'{"name": ' + b"9" * 5000 + b"}",
    "deep nesting": b'{"name": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep nesting of objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "unknown field": b'{"name": "x", "surprise": 1}',
    "too long": json.dumps({"name": "x" * 10_000}).encode(),
    "blank": b'{"name": "   "}',
    "null for text": b'{"name": null}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_broken_body_is_a_problem(clerk: Any, content: bytes, language: str) -> None:
    answer = await clerk.http.post("/v1/organisations", content=content, headers=JSON | {"Accept-Language": language})
    body = check_is_problem(answer, 422)
    assert body["errors"]
    for error in body["errors"]:
        assert set(error) == {"pointer", "code", "message"}
        assert error["message"]


@pytest.mark.parametrize(
    "number", ["9" * 5000, "1e999", "-1", "1.5", "true", '"x"', "2147483648", "1e400", '"1e5"', "[]"]
)
@pytest.mark.parametrize("path", ["issues", "recoveries"])
async def test_a_number_out_of_range_is_a_problem(clerk: Any, make: Any, path: str, number: str) -> None:
    inspection = await make.inspection()
    field = {"issues": "ordinal", "recoveries": "identified"}[path]
    rest = {"issues": {"text": "x"}, "recoveries": {"what": "x"}}[path] | {"inspection_id": inspection["id"]}
    content = json.dumps(rest)[:-1] + f', "{field}": {number}}}'
    answer = await clerk.http.post(f"/v1/{path}", content=content.encode(), headers=JSON)
    body = check_is_problem(answer, 422)
    assert [error["pointer"] for error in body["errors"]] in ([f"/{field}"], [""])


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff%fe",
        "q=%ed%a0%80",
        "limit=" + "9" * 5000,
        "limit=1e999",
        "limit=1&limit=2",
        "sort=ordinal&sort=-ordinal",
        "inspection_id=" + "x" * 10_000,
        "status=" + "&status=".join(["closed"] * 2000),
        "due_from=9999999-01-01",
        "due_from=-1",
        "after=%00",
        "with_total=maybe",
        "[]=1",
        "=",
        "&&&",
        "limit",
        "q=" + "文" * 3000,
    ],
)
async def test_a_strange_query_never_fails_the_service(clerk: Any, query: str) -> None:
    answer = await clerk.http.get(f"/v1/issues?{query}")
    assert answer.status_code in {200, 422}, answer.text
    if answer.status_code == 422:
        check_is_problem(answer, 422)


@pytest.mark.parametrize(
    "instant",
    [
        "2026-01-01T00:00:00",
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-14:00",
        "99999999999999",
        "1e999",
        "-1",
        "x",
    ],
)
async def test_a_strange_instant_never_fails_the_service(caller: Any, instant: str) -> None:
    auditor = await caller(Role.auditor)
    for name in ("at_from", "at_to"):
        answer = await auditor.http.get(f"/v1/audit-entries?{name}={instant}")
        assert answer.status_code in {200, 422}, answer.text


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01", 7])
async def test_a_strange_instant_in_a_body_is_a_problem(caller: Any, instant: Any) -> None:
    admin = await caller(Role.system_admin)
    answer = await admin.post(f"/callers/{admin.caller_id}/keys", {"expires_at": instant})
    check_is_problem(answer, 422)


@pytest.mark.parametrize("id", ["x", "00000000-0000-0000-0000-00000000000g", "%00", "%ff", "1" * 5000, "文", "..%2f"])
async def test_an_id_that_is_none_is_a_problem(clerk: Any, id: str) -> None:
    answer = await clerk.http.get(f"/v1/issues/{id}")
    assert answer.status_code in {404, 422}, answer.text
    check_is_problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer \xff"},
        {"Accept-Language": ",;q=,en;q=x,zh;q=9e999," + "a" * 5000},
        {"If-None-Match": "\x00" * 0 + '"' * 3000},
        {"Content-Length": "1"},
        {"Host": "[::1"},
        {"Range": "bytes=99999999999999999999-"},
    ],
    ids=["key", "language", "tag", "length", "host", "range"],
)
async def test_a_strange_header_never_fails_the_service(clerk: Any, headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await clerk.http.get("/v1/issues?limit=1", headers=raw)
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("if_match", ["", "x", '"x"', '"' + "9" * 5000 + '"', "W/", '"1", "2"'])
async def test_a_strange_version_is_a_problem(clerk: Any, make: Any, if_match: str) -> None:
    issue = await make.issue()
    headers = JSON | {"If-Match": if_match}
    answer = await clerk.http.patch(f"/v1/issues/{issue['id']}", content=b'{"target":"x"}', headers=headers)
    assert answer.status_code in {412, 422, 428}, answer.text
    check_is_problem(answer, answer.status_code)


async def test_pointers_lead_to_the_place_in_the_body(clerk: Any) -> None:
    answer = await clerk.post("/issues", {"ordinal": 0, "text": 7, "a/b~c": 1})
    found = {(error["pointer"], error["code"]) for error in check_is_problem(answer, 422)["errors"]}
    assert found == {
        ("/inspection_id", "missing"),
        ("/ordinal", "greater_than_equal"),
        ("/text", "string_type"),
        ("/a~1b~0c", "extra_forbidden"),
    }


async def test_pointers_lead_into_a_list_in_the_body(caller: Any) -> None:
    security = await caller(Role.security_admin)
    answer = await security.request("PUT", f"/callers/{security.caller_id}/roles", json={"roles": ["auditor", "king"]})
    assert [error["pointer"] for error in check_is_problem(answer, 422)["errors"]] == ["/roles/1"]


async def test_pointers_name_the_parameter(clerk: Any) -> None:
    for path, pointer in (("/issues?limit=0", "/query/limit"), ("/issues/x", "/path/id"), ("/issues?a=1", "/query/a")):
        (error,) = check_is_problem(await clerk.get(path), 422)["errors"]
        assert error["pointer"] == pointer
    (error,) = check_is_problem(await clerk.get("/issues?status=closed&status=x"), 422)["errors"]
    assert error["pointer"] == "/query/status/1"


async def test_english_is_spoken_on_request_with_the_same_codes(clerk: Any) -> None:
    def codes(answer: httpx.Response) -> Any:
        body = answer.json()
        return body["type"], body["status"], [(e["pointer"], e["code"]) for e in body.get("errors", [])]

    def words(answer: httpx.Response) -> str:
        body = answer.json()
        return body["title"] + body.get("detail", "") + "".join(e["message"] for e in body.get("errors", []))

    for path, body in (("/organisations", {"name": "", "kind": "x"}), ("/issues", {}), ("/nothing", {})):
        chinese = await clerk.post(path, body, headers={"Accept-Language": "fr, zh-CN;q=0.9, en;q=0.1"})
        english = await clerk.post(path, body, headers={"Accept-Language": "zh;q=0.1, en-GB"})
        unsaid = await clerk.post(path, body)
        assert codes(chinese) == codes(english) == codes(unsaid)
        assert words(unsaid) == words(chinese) != words(english)
        assert words(english).isascii()
        assert not words(chinese).isascii()


async def test_every_answer_carries_its_own_request_id(clerk: Any, anonymous: Any) -> None:
    answers = [
        await clerk.get("/issues"),
        await clerk.get("/nothing"),
        await clerk.post("/issues", {}),
        await anonymous.get("/issues"),
        await anonymous.http.get("/healthz"),
        await anonymous.http.put("/healthz"),
        await anonymous.http.get("/openapi.json"),
    ]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == len(answers)


async def test_an_unexpected_failure_tells_its_request_id_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()
    http.install(app)
    app.add_middleware(http.RequestId)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("password=secret")

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ledger") as client:
        answer = await client.get("/broken", headers={"Accept-Language": "en"})
    body = check_is_problem(answer, 500)
    assert body["type"] == "urn:rectify:problem:internal"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert "Runtime" not in answer.text
    assert body["request_id"] in caplog.text
    assert "password=secret" in caplog.text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "name",
    "kind",
    "parent_id",
    "short_name",
    "code",
    "area_code",
    "title",
    "organisation_id",
    "feedback_date",
    "x",
]


async def test_no_json_fails_the_service(clerk: Any) -> None:
    bodies: list[tuple[str, Any]] = []

    # Hypothesis runs plain functions; the bodies it thinks of are sent below, in the loop of the service.
    @settings(max_examples=150, database=None, suppress_health_check=list(HealthCheck), deadline=None, derandomize=True)
    @given(
        st.sampled_from(["organisations", "inspections"]),
        JSON_VALUES | st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=6),
    )
    def think(path: str, body: Any) -> None:
        bodies.append((path, body))

    think()
    for path, body in bodies:
        content = json.dumps(body).encode()
        answer = await clerk.http.post(f"/v1/{path}", content=content, headers=JSON)
        assert answer.status_code < 500, (path, body, answer.text)
        if answer.status_code >= 400:
            check_is_problem(answer, answer.status_code)


def test_a_problem_refuses_members_that_rfc_9457_defines() -> None:
    names: Annotated[list[str], "RFC 9457, 3.1"] = ["type", "title", "status", "detail", "instance"]
    for name in names:
        with pytest.raises(TypeError, match=name):
            http.Problem("一", "one", **{name: 1})
