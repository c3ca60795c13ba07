"""Now and new ids: the two facts every table needs and no caller may invent."""

import os
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


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by time of birth, so it also breaks ties in keyset pages."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)
