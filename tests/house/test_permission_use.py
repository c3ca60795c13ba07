"""Default deny: each route names a permission that somebody holds, and nobody holds one that opens nothing."""

import re
from typing import Any

import pytest
from test_openapi_document import OPERATIONS

from rectify_api.domain.permissions import PERMISSIONS
from rectify_api.domain.vocabulary import Role

HELD = frozenset().union(*PERMISSIONS.values())
NAMED = {operation["x-permission"] for operation in OPERATIONS.values()}
# Not the key to a route, but to what a row shows.
NOT_A_ROUTE = {"accountability:read-personal"}


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


def test_all_routes_of_the_ledger_are_in_the_document(app: Any) -> None:
    def paths(routes: Any, prefix: str = "") -> Any:
        for route in routes:
            if hasattr(route, "path") and getattr(route, "methods", None):
                yield from (f"{method} {prefix}{route.path}" for method in route.methods)

    served = {name for name in paths(app.routes) if name.split(" ")[1].startswith("/v1")}
    assert served <= OPERATIONS.keys()
