"""Issues (问题): what the inspection found wrong, and the acts that bring it to closure (销号)."""

from .acts import acts
from .contract import issues

__all__ = ["acts", "issues"]
