"""What every answer has: a request id, a log line, and problems as RFC 9457 objects."""

import logging
import time
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .clock import new_id
from .messages import sentence
from .problems import (
    Changed,
    Conflict,
    Invalid,
    MethodNotAllowed,
    NotFound,
    Problem,
    Text,
    TooLarge,
    UnsupportedMediaType,
)

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("rectify_api.http")

# Constraint name → the sentence for a clerk. Features add theirs beside their tables.
CONSTRAINTS: dict[str, Text] = {}

_BY_STATUS: dict[int, type[Problem]] = {
    400: Invalid,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMediaType,
}


def language_of(headers: Headers) -> str:
    """`en` when the caller prefers English to Chinese, else `zh`."""
    wanted: list[tuple[float, str]] = []
    for part in headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        if tag[:2].lower() in {"zh", "en"}:
            wanted.append((-weight, tag[:2].lower()))
    return min(wanted, default=(0, "zh"))[1]


def problem_answer(problem: Problem, request: Request) -> Response:
    body = problem.body(instance=request.url.path, language=language_of(request.headers))
    return Response(to_json(body, inf_nan_mode="null"), problem.status, problem.headers, media_type=MEDIA_TYPE)


def field_errors(errors: Iterable[Any], language: str) -> list[dict[str, str]]:
    """Pydantic's findings as `{pointer, code, message}`; the pointer begins at the body, or names the parameter."""
    found = []
    for error in errors:
        place, *path = error["loc"] or ("body",)
        if error["type"] == "json_invalid":
            path = []
        steps = path if place == "body" else [place, *path]
        pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
        code = error["type"]
        found.append(
            {"pointer": pointer, "code": code, "message": sentence(code, error.get("ctx") or {}).in_(language)}
        )
    return found


def install(app: FastAPI) -> None:
    """Every way a request can fail, each as problem+json."""
    # A slash too many is an unknown path, not a redirect to whatever Host the caller sent.
    app.router.redirect_slashes = False

    @app.exception_handler(Problem)
    async def _(request: Request, error: Problem) -> Response:
        return problem_answer(error, request)

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> Response:
        return problem_answer(Invalid(errors=field_errors(error.errors(), language_of(request.headers))), request)

    @app.exception_handler(IntegrityError)
    async def _(request: Request, error: IntegrityError) -> Response:
        name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None) or ""
        known = CONSTRAINTS.get(
            name, Text("已存在，或仍被其他内容引用", "It exists already, or something still points to it")
        )
        return problem_answer(Conflict(known.zh, known.en, constraint=name), request)

    @app.exception_handler(StaleDataError)
    async def _(request: Request, error: StaleDataError) -> Response:
        return problem_answer(Changed(), request)

    @app.exception_handler(DBAPIError)
    async def _(request: Request, error: DBAPIError) -> Response:
        state = getattr(error.orig, "sqlstate", "") or ""
        if state in {"55P03", "40P01", "40001"}:
            return problem_answer(Conflict("他人正在修改，请重试", "Someone else is changing it; try again"), request)
        raise error

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        problem = _BY_STATUS.get(error.status_code, Problem)()
        if isinstance(problem, Invalid):
            unreadable = {"loc": ["body"], "type": "body_unreadable"}
            problem.extension["errors"] = field_errors([unreadable], language_of(request.headers))
        answer = problem_answer(problem, request)
        for name, value in (error.headers or {}).items():
            answer.headers[name] = value
        if error.status_code == 405:
            answer.headers["Allow"] = ", ".join(_methods_at(app, request.scope))
        return answer


def _methods_at(app: FastAPI, scope: Scope) -> list[str]:
    """Every method this path takes; a router alone knows only those of the first route that matched."""
    return [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in app.router.routes)
    ]


class RequestId:
    """Plain ASGI: gives each request an id, answers what nobody caught with a bare 500, logs one line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        id = str(new_id())
        scope.setdefault("state", {})["request_id"] = id
        begun, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            log.exception("request %s failed: %s %s", id, scope["method"], scope["path"])
            if status:
                raise
            request = Request(scope)
            text = Text(f"请求号 {id}", f"request id {id}")
            await problem_answer(Problem(text.zh, text.en, request_id=id), request)(scope, receive, send_with_id)
        finally:
            log.info("%s %s %s %d %.1f ms", id, scope["method"], scope["path"], status, _ms(begun))


def _ms(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def openapi_problem_schema() -> dict[str, Any]:
    """The schema every problem answer refers to."""
    error = {
        "type": "object",
        "required": ["pointer", "code", "message"],
        "properties": {name: {"type": "string"} for name in ("pointer", "code", "message")},
    }
    return {
        "type": "object",
        "required": ["type", "title", "status", "instance"],
        "properties": {
            "type": {"type": "string", "pattern": "^urn:rectify:problem:"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "errors": {"type": "array", "items": error},
        },
    }
