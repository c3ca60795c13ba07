"""Default deny: each route names a permission that somebody holds, and nobody holds one that opens nothing."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from test_openapi_document import OPERATIONS

from rectify_api.domain.permissions import PERMISSIONS
from rectify_api.domain.vocabulary import Role, VerifyingBody
from rectify_api.foundation.routes import LedgerRoute

HELD = frozenset().union(*PERMISSIONS.values())
NAMED = {operation["x-permission"] for operation in OPERATIONS.values()}
# No key to a route, but to what a row shows, to one field, and to the name in which a body signs.
NOT_A_ROUTE = {"accountability:read-personal", "inspections:set-bodies"} | {
    f"verifications:{body}" for body in VerifyingBody
}


def test_every_permission_that_a_route_names_is_in_the_table() -> None:
    assert not NAMED - HELD


def test_every_permission_of_the_table_opens_a_route() -> None:
    assert not HELD - NAMED - NOT_A_ROUTE


@pytest.mark.parametrize("name", OPERATIONS)
async def test_nobody_enters_without_a_key(name: str, anonymous: Any) -> None:
    method, path = name.split(" ")
    address = re.sub(r"\{\w+\}", "01890000-0000-7000-8000-000000000000", path)
    answer = await anonymous.http.request(method, address)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_no_role_enters_where_the_table_does_not_let_it(caller: Any) -> None:
    for role in Role:
        api = await caller(role)
        for name, operation in OPERATIONS.items():
            if operation["x-permission"] in PERMISSIONS[role]:
                continue
            method, path = name.split(" ")
            address = re.sub(r"\{\w+\}", "01890000-0000-7000-8000-000000000000", path)
            answer = await api.http.request(method, address)
            assert answer.status_code == 403, (role, name)


def api_routes(routes: Iterable[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from api_routes(inner.routes)


def test_every_route_of_the_ledger_asks_for_its_permission_and_is_in_the_document(app: Any) -> None:
    routes = list(api_routes(app.routes))
    asking = [route for route in routes if isinstance(route, LedgerRoute)]
    assert {route.path for route in routes if route not in asking} <= {"/healthz", "/readyz", "/metrics"}
    assert sum(len(route.methods or ()) for route in asking) == len(OPERATIONS)
