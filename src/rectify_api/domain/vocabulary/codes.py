"""A closed list of codes with both labels."""

from enum import StrEnum


class Vocabulary(StrEnum):
    """A closed list of codes; each member is its code and carries both labels."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str = "", en: str = "") -> "Vocabulary":
        member = str.__new__(cls, code)
        member._value_, member.zh, member.en = code, zh, en
        return member
