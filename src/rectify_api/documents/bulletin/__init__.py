"""PLACEHOLDER until the reader is there."""

from typing import Any

Bulletin = Any


def read_bulletin(data: bytes, filename: str = "") -> Any:
    raise NotImplementedError
