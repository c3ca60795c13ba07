"""Read a published rectification bulletin (text, Word, HTML) into a typed tree with warnings."""

from .read import read_bulletin
from .refusal import NotABulletin
from .tree import Bulletin

__all__ = ["Bulletin", "NotABulletin", "read_bulletin"]
