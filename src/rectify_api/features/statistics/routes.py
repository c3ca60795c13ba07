"""GET /v1/statistics/…: one route for each declared statistic."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import create_model

from ...foundation.audit import Actor
from ...foundation.routes import LedgerRoute, may
from .accountability import accountability
from .contract import StatisticsQuery
from .declared import Statistic
from .issues import completion, overdue, recurrence, time_to_close
from .money import money
from .quality import quality
from .statement import answer

STATISTICS: tuple[Statistic, ...] = (completion, time_to_close, overdue, recurrence, money, accountability, quality)
router = APIRouter(prefix="/statistics", tags=["statistics"], route_class=LedgerRoute)


def _mount(statistic: Statistic) -> None:
    async def read_statistic(request: Request, actor: Annotated[Actor, may("statistics:read")], asked: Any) -> Any:
        return await answer(request.app.state.database, actor, statistic, asked)

    by = StatisticsQuery.model_fields["by"]
    choice: Any = Literal[tuple(statistic.by)] | None
    asked = create_model(f"{statistic.code}-query", __base__=StatisticsQuery, by=(choice, by))
    read_statistic.__annotations__["asked"] = Annotated[asked, Query()]
    router.get(
        f"/{statistic.code}",
        response_model=statistic.answer,
        summary=f"{statistic.zh} · {statistic.en}",
        operation_id=f"statistics.{statistic.code}",
    )(read_statistic)


for statistic in STATISTICS:
    _mount(statistic)
