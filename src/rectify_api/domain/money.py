"""Money: a decimal string in yuan with two digits, never a float."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError
from sqlalchemy import Numeric

YUAN = Numeric(14, 2)

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


def _is_amount(value: Any) -> Any:
    if isinstance(value, Decimal) or (isinstance(value, str) and _AMOUNT.fullmatch(value)):
        return value
    raise PydanticCustomError("decimal_parsing", 'Money is a decimal string such as "13700.00"')


def _to_the_cent(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


Yuan = Annotated[
    Decimal,
    BeforeValidator(_is_amount),
    AfterValidator(_to_the_cent),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$", "examples": ["13700.00"]}),
]


def _refuse_zero(value: Decimal) -> Decimal:
    if value <= 0:
        raise PydanticCustomError("greater_than", "It must be more than 0", {"gt": 0})
    return value


PositiveYuan = Annotated[
    Yuan,
    AfterValidator(_refuse_zero),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(?!0+(\.0{1,2})?$)[0-9]{1,12}(\.[0-9]{1,2})?$",
            "examples": ["13700.00"],
        }
    ),
]
