"""What clients send and what they are shown: strict in, complete out."""

import unicodedata
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from pydantic import ConfigDict, create_model, field_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Field, SQLModel


def clean(value: Any) -> Any:
    """Text as it is stored: NFC, trimmed; refuses NUL and lone surrogates, which no database keeps."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise PydanticCustomError("unusable_characters", "Text must not hold NUL or lone surrogates")
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, list):
        return [clean(part) for part in value]
    if isinstance(value, dict):
        return {clean(key): clean(part) for key, part in value.items()}
    return value


class Sent(SQLModel):
    """A body: unknown fields are refused, text is cleaned before its limits are checked."""

    model_config = ConfigDict(extra="forbid")  # type: ignore[assignment]  # SQLModel types its own config

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        return clean(value)


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
