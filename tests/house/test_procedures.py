"""The printed procedures are those of the code, and each act of them is one route."""

import importlib
import pkgutil
import re

import pytest
from test_openapi_document import OPERATIONS
from typer.testing import CliRunner

import rectify_api.__main__ as command_line
from conftest import ROOT
from rectify_api import domain
from rectify_api.domain.procedures import PROCEDURES, printed
from rectify_api.foundation.procedure import Procedure

PAGE = ROOT / "docs" / "procedure.md"
# Sets columns of other rows, whatever the state of this one leads to.
NO_ACTS = [("plans", "measures")]


def test_the_page_is_what_the_code_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == printed(), "run `make docs`"


def test_the_command_prints_the_page() -> None:
    said = CliRunner().invoke(command_line.app, ["procedures"])
    assert (said.exit_code, said.output) == (0, printed())


def test_every_procedure_of_the_domain_is_printed() -> None:
    modules = [
        importlib.import_module(f"{domain.__name__}.{found.name}") for found in pkgutil.iter_modules(domain.__path__)
    ]
    there = {id(value) for module in modules for value in vars(module).values() if isinstance(value, Procedure)}
    assert there == {id(procedure) for procedure in PROCEDURES.values()}


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_act_has_one_route_with_its_permission_and_every_such_route_is_an_act(name: str) -> None:
    procedure = PROCEDURES[name]
    mounted = {
        match[1]: operation["x-permission"]
        for route, operation in OPERATIONS.items()
        if (match := re.fullmatch(rf"POST /v1/{name}/\{{id\}}/([a-z-]+)", route)) and (name, match[1]) not in NO_ACTS
    }
    assert mounted == {noun: procedure[noun].permission for noun in procedure}


@pytest.mark.parametrize(("name", "noun"), NO_ACTS)
def test_what_is_no_act_is_a_route_all_the_same(name: str, noun: str) -> None:
    assert f"POST /v1/{name}/{{id}}/{noun}" in OPERATIONS


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_state_is_drawn_once_and_every_act_stands_in_the_table_once(name: str) -> None:
    procedure = PROCEDURES[name]
    section = printed().partition(f"`POST /v1/{name}/{{id}}/…`")[2].partition("\n## ")[0]
    states = re.findall(r'state "(.+)" as (\w+)', section)
    first = procedure[next(iter(procedure))].states[0]
    assert states == [(state.zh, state.value) for state in type(first)]
    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.M) == list(procedure)


def test_an_arrow_is_drawn_for_what_an_act_leads_to_and_none_where_the_state_stays() -> None:
    page = printed()
    assert "    verified --> closed: 销号\n" in page
    assert "    submitted --> long_term: 验收\n" in page
    assert ": 移交\n" not in page
