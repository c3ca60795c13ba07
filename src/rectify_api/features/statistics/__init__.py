"""Statistics (统计): completion, time to close, overdue, recurrence, money, accountability and quality flags."""

from .quality import router as inspection_quality
from .routes import router as statistics

__all__ = ["inspection_quality", "statistics"]
