"""The one error of reading a bulletin."""

from ...foundation.problems import Invalid, Text


class NotABulletin(Invalid):
    """The bytes hold no rectification bulletin; the sentence says why."""

    kind = "not-a-bulletin"
    title = Text("这不是整改情况通报", "This is no rectification bulletin")
