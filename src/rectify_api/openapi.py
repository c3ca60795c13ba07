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
                _cannot_be_null(parameter["schema"])  # it is left out or has a value; only a body can say null
                if parameter["name"].lower() == "if-match":
                    parameter["required"] = "428" in operation["responses"]
            form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema", {})
            if form:
                _say_what_a_form_takes(schemas[form["$ref"].rpartition("/")[2]])
    _say_that_blank_is_refused(schema)
    for operations in schema["paths"].values():
        for operation in operations.values():
            _show_examples(operation, schemas)
    return schema


# What a field of this name or format holds, where its schema gives no example of its own.
_WORDS = {
    "name": "示例县住房和城乡建设局",
    "title": "示例巡察反馈问题整改",
    "text": "公园健身器材破损，未及时修复",
    "what": "违规发放的津补贴",
    "reason": "佐证材料不足",
    "cause": "管护责任未落实，问题反弹",
    "result": "已修复器材并建立巡查制度",
    "responsible_leader": "李某",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "uuid": "01890a5d-ac96-774b-bcce-b302099a8057",
    "date": "2026-03-31",
    "date-time": "2026-03-31T08:00:00Z",
}


def _show_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give the body and the good answers of an operation an example that their schemas allow."""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        media["example"] = _example(media["schema"], schemas, whole=False)
    for status, answer in operation["responses"].items():
        media = answer.get("content", {}).get("application/json", {})
        if status.startswith("2") and "schema" in media:
            media["example"] = _example(media["schema"], schemas, whole=True)


def _example(schema: dict[str, Any], schemas: dict[str, Any], *, whole: bool, name: str = "") -> Any:
    """A value for `schema`: with `whole` every field of an object, else the required ones, or the first."""
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas, whole=whole, name=name)
    if given := schema.get("examples"):
        return given[0]
    if kinds := schema.get("anyOf"):
        return None if whole and {"type": "null"} in kinds else _example(kinds[0], schemas, whole=whole, name=name)
    if "enum" in schema or schema.get("default") is not None:
        return schema.get("default", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            shown = fields if whole else schema.get("required") or list(fields)[:1]
            return {field: _example(fields[field], schemas, whole=whole, name=field) for field in shown}
        case "array":
            return [_example(schema["items"], schemas, whole=whole, name=name)]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
        case "null":
            return None
    word = _WORDS.get(schema.get("format", ""), _WORDS.get(name, "示例"))
    return word[: schema.get("maxLength", len(word))]


def _use_problem_for_422(operation: dict[str, Any]) -> None:
    if invalid := operation.get("responses", {}).get("422"):
        invalid["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


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
