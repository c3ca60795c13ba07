"""Read a published rectification bulletin (text, Word, HTML) into a typed tree with warnings."""

from .decode import NotABulletin
from .read import read_bulletin
from .tree import Bulletin

__all__ = ["Bulletin", "NotABulletin", "read_bulletin"]
