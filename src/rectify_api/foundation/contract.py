"""What clients send and what they are shown: strict in, complete out."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any, cast, get_args
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationInfo, create_model, field_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Field, SQLModel

# White space as the `\\s` of JSON Schema's patterns (ECMA-262) has it, so that "not blank" means the same to clients.
_BLANK = "\t\n\v\f\r \xa0\ufeff\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def clean(value: Any) -> Any:
    """Text as it is stored: NFC, trimmed; refuses NUL and lone surrogates, which no database keeps."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise PydanticCustomError("unusable_characters", "Text must not hold NUL or lone surrogates")
        return unicodedata.normalize("NFC", value).strip(_BLANK)
    if isinstance(value, list):
        return [clean(part) for part in value]
    if isinstance(value, dict):
        return {clean(key): clean(part) for key, part in value.items()}
    return value


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Not the first and last years, of which other time zones reach beyond what a datetime holds.
_INSTANT = re.compile(r"(?!000[01]|9999)\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")

_WRITTEN = (
    (datetime, _INSTANT, "datetime_parsing"),
    (AwareDatetime, _INSTANT, "datetime_parsing"),
    (date, _DAY, "date_parsing"),
)


def as_sent(model: type[BaseModel], name: str | None, value: Any) -> Any:
    """`value` cleaned; Pydantic would also take a number or a bare `0` for a day or an instant, we do not."""
    value = clean(value)
    kinds = kinds_of(model.model_fields[name].annotation) if name else ()
    for kind, pattern, code in _WRITTEN:
        if kind in kinds and value is not None and not (isinstance(value, str) and pattern.fullmatch(value)):
            raise PydanticCustomError(code, "A date is YYYY-MM-DD, an instant is RFC 3339 with its time zone")
    if isinstance(value, bool) and int in kinds:
        raise PydanticCustomError("int_type", "A whole number is expected")
    if isinstance(value, int | float) and not isinstance(value, bool) and bool in kinds:
        raise PydanticCustomError("bool_type", "true or false is expected")
    return value


def kinds_of(annotation: Any) -> tuple[Any, ...]:
    """The classes an annotation names: (date, NoneType) for `date | None`."""
    return tuple(part for arg in get_args(annotation) for part in kinds_of(arg)) or (annotation,)


class Sent(SQLModel):
    """A body: unknown fields are refused, text is cleaned before its limits are checked."""

    model_config = ConfigDict(extra="forbid")  # type: ignore[assignment]  # SQLModel types its own config

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: Any, info: ValidationInfo) -> Any:
        return as_sent(cls, info.field_name, value)


class Shown(SQLModel):
    """A row as it is read: no field is ever left out, so each is required in OpenAPI and may be null."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)  # type: ignore[assignment]

    id: UUID
    version: int = Field(description="counts changes; the ETag")
    created_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


def patch_of(name: str, fields: type[SQLModel], *, fixed: frozenset[str] = frozenset()) -> type[Sent]:
    """The PATCH body for `fields`: each may be left out, and be null only where the row may. `fixed` never changes."""
    changeable: dict[str, Any] = {}
    for key, info in fields.model_fields.items():
        if key not in fixed:
            optional = info._copy() if hasattr(info, "_copy") else info
            optional.default, optional.default_factory = None, None
            changeable[key] = (info.annotation, optional)
    return cast(type[Sent], create_model(name, __base__=Sent, **changeable))
