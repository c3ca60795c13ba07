"""Organisations: the tree of bodies that are inspected, that act and that see."""

import re
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import Index, text
from sqlmodel import AutoString, Field, SQLModel

from ..foundation.audit import Recorded
from ..foundation.problems import RuleBroken
from .vocabulary import OrganisationKind

_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_credit_code(code: str) -> bool:
    """Whether `code` is a unified social credit code: 18 signs, the last a check digit (GB 32100-2015)."""
    if not re.fullmatch(f"[{_CREDIT_SIGNS}]{{18}}", code):
        return False
    total = sum(_CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _CREDIT_SIGNS[(31 - total % 31) % 31] == code[17]


def _checked(code: str) -> str:
    if not is_credit_code(code):
        raise ValueError("统一社会信用代码校验不符", "The check digit of the credit code does not fit")
    return code


# In the annotation, not a field_validator of the model: so PATCH bodies, which take over the fields, check it too.
CreditCode = Annotated[
    str,
    AfterValidator(_checked),
    WithJsonSchema({"type": "string", "format": "credit-code", "minLength": 18, "maxLength": 18}),
]


class OrganisationFields(SQLModel):
    name: str = Field(min_length=1, max_length=200, description="全称 full name")
    short_name: str | None = Field(default=None, min_length=1, max_length=100, description="简称 short name")
    kind: OrganisationKind = Field(default=OrganisationKind.other, sa_type=AutoString)
    code: str | None = Field(
        default=None, min_length=1, max_length=50, description="本地编码 code used locally, unique"
    )
    credit_code: CreditCode | None = Field(default=None, max_length=18, description="统一社会信用代码 GB 32100-2015")
    area_code: str | None = Field(
        default=None, schema_extra={"pattern": "^[0-9]{6}$"}, description="行政区划代码 GB/T 2260"
    )
    parent_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True, description="上级单位")


class Organisation(Recorded, OrganisationFields, table=True):
    __table_args__ = (
        Index("uq_organisation_code", "code", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        Index("ix_organisation_name_id", "name", "id"),
    )

    def stand_below(self, above: Sequence[UUID]) -> None:
        """Refuse a place in the tree where the organisation would stand below itself. `above`: parents upward."""
        if self.id in above:
            raise RuleBroken("单位不能归属于自己或自己的下级", "An organisation cannot stand below itself")
