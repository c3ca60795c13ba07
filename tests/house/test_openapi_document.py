"""The contract as a document: valid, complete, with examples, and the committed one."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from rectify_api.app import create_app
from rectify_api.foundation.settings import Settings

COMMITTED = Path(__file__).parents[2] / "openapi" / "rectify.json"


def _document() -> dict[str, Any]:
    return create_app(Settings(), worker=False).openapi()


DOCUMENT = _document()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as a document of its own, for a validator."""
    return schema | {"components": DOCUMENT["components"], "$schema": "https://json-schema.org/draft/2020-12/schema"}


def good_media(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        yield f"body {kind}", media
    for status, answer in operation["responses"].items():
        if status in {"200", "201", "202"} and "application/json" in answer.get("content", {}):
            yield f"answer {status}", answer["content"]["application/json"]


def test_the_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_committed_document_is_this_one() -> None:
    assert COMMITTED.exists(), "run `make openapi`"
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == json.loads(json.dumps(DOCUMENT))


def test_the_document_does_not_depend_on_the_settings(tmp_path: Path) -> None:
    other = create_app(Settings(data_dir=tmp_path, port=9999, max_body_bytes=2048), worker=False).openapi()
    assert other == DOCUMENT


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_says_what_it_is_and_who_may(name: str) -> None:
    operation = OPERATIONS[name]
    assert re.search(r"[一-龥].* · [a-z]", operation["summary"])
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] == name.split("/")[2]
    assert re.fullmatch(r"[a-z-]+:[a-z-]+", operation["x-permission"])
    assert operation["security"] == [{"key": []}]
    assert re.fullmatch(r"[a-z-]+\.[a-z-]+", operation["operationId"])


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_documents_its_refusals_as_problems(name: str) -> None:
    operation = OPERATIONS[name]
    wanted = {"401", "403", "422", "503"}
    if "{" in name and "vocabularies" not in name:
        wanted.add("404")
    if "requestBody" in operation:
        wanted |= {"413", "415"}
    assert wanted <= operation["responses"].keys()
    for status, answer in operation["responses"].items():
        if status[0] in "45":
            assert list(answer["content"]) == ["application/problem+json"]
            assert answer["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert answer["description"]


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name.startswith("POST")])
def test_each_post_takes_an_idempotency_key(name: str) -> None:
    assert "Idempotency-Key" in {parameter["name"] for parameter in OPERATIONS[name]["parameters"]}


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name.startswith(("PATCH", "DELETE"))])
def test_each_edit_and_withdrawal_takes_the_version_read(name: str) -> None:
    if "/keys/" not in name:  # a key is revoked whatever its version
        parameters = {parameter["name"].lower(): parameter for parameter in OPERATIONS[name]["parameters"]}
        assert parameters["if-match"]["required"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_body_and_each_answer_has_an_example_that_fits(name: str) -> None:
    found = dict(good_media(OPERATIONS[name]))
    if not name.startswith("DELETE") and not name.endswith("/content"):
        assert any(place.startswith("answer") for place in found)
    for place, media in found.items():
        schema = resolved(media["schema"])
        errors = [
            f"{place} {error.json_path}: {error.message}"
            for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(media["example"])
        ]
        assert errors == []


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_what_is_shown_is_whole_and_what_is_sent_is_strict(name: str) -> None:
    schema = DOCUMENT["components"]["schemas"][name]
    if name.endswith("Read"):
        assert set(schema["required"]) == set(schema["properties"])
    if name.endswith(("Create", "Update", "Upload", "Sent")):
        assert schema["additionalProperties"] is False


def test_nothing_in_the_document_points_to_another_host() -> None:
    urls = re.findall(r"https?://[^\"\s]+", json.dumps(DOCUMENT))
    assert urls == []
