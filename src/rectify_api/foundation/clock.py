"""Now and new ids: the two facts every table needs and no caller may invent."""

import os
import threading
import time
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Asia/Shanghai, where every deadline of the ledger ends at 24:00."""
    return now().astimezone(SHANGHAI).date()


_last = 0
_turn = threading.Lock()


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562), each greater than the last of this process: rows sort in the order they were made."""
    global _last  # noqa: PLW0603  # the one number that must outlive a call
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    with _turn:
        _last = value = max(value, _last + 1)
    return UUID(int=value)
