"""The contract as OpenAPI 3.1: problems, permissions and examples come from the routes and models themselves."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from .foundation.http import openapi_problem_schema

DESCRIPTION = """
巡察整改台账：问题、措施、佐证、问责、清退与通报数字，皆可查询，皆有记录。

The rectification ledger: issues, measures, evidence, accountability and recoveries, every figure a query, every
change on the record. Send `Authorization: Bearer <key>`. Each operation names its permission in `x-permission`.
Errors are `application/problem+json` (RFC 9457), Chinese by default and English with `Accept-Language: en`.
"""


def install(app: FastAPI) -> None:
    """Make `app.openapi()` the whole contract."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(
                    title=app.title, version=app.version, description=app.description.strip(), routes=app.routes
                )
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the schema


def _complete(schema: dict[str, Any]) -> dict[str, Any]:
    schemas = schema["components"]["schemas"]
    schemas["Problem"] = openapi_problem_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for operations in schema["paths"].values():
        for operation in operations.values():
            _use_problem_for_422(operation)
            for parameter in operation.get("parameters", []):
                _say_that_it_is_text(parameter)
            form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema", {})
            if form:
                _say_what_a_form_takes(schemas[form["$ref"].rpartition("/")[2]])
    _say_that_blank_is_refused(schema)
    return schema


def _use_problem_for_422(operation: dict[str, Any]) -> None:
    if invalid := operation.get("responses", {}).get("422"):
        invalid["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _say_that_it_is_text(parameter: dict[str, Any]) -> None:
    """A parameter is left out or has a value; only a body can say null. If-Match is refused when it is left out."""
    _cannot_be_null(parameter["schema"])
    if parameter["name"] == "if-match":
        parameter["required"] = True


def _say_what_a_form_takes(form: dict[str, Any]) -> None:
    """A form field is text and never null; one that is empty counts as left out; a file must not be empty."""
    for name, field in form["properties"].items():
        _cannot_be_null(field)
        if "contentMediaType" in field:
            field["minLength"] = 1
        elif name not in form.get("required", []):
            kind = {key: field.pop(key) for key in list(field) if key not in {"title", "description", "default"}}
            field["anyOf"] = [kind, {"type": "string", "maxLength": 0}]


def _cannot_be_null(schema: dict[str, Any]) -> None:
    for kind in schema.pop("anyOf", []):
        if kind.get("type") != "null":
            schema.update(kind)
    if "default" in schema and schema["default"] is None:
        del schema["default"]


def _say_that_blank_is_refused(node: Any) -> None:
    """Text is trimmed before its minimum length is checked, which JSON Schema can only say with a pattern."""
    if isinstance(node, dict):
        if node.get("type") == "string" and node.get("minLength") and not node.keys() & {"pattern", "format", "enum"}:
            node["pattern"] = r"\S"
        for part in node.values():
            _say_that_blank_is_refused(part)
    elif isinstance(node, list):
        for part in node:
            _say_that_blank_is_refused(part)
