"""Money to be recovered: identified, received, outstanding, in yuan."""

from ...domain.recoveries import RECOVERING
from ...domain.vocabulary import FigureUnit, MoneyAction
from ...foundation.problems import Text
from .contract import AmountStatistic
from .declared import Count, Figure, Statistic, listed
from .groupings import OF_ISSUE


def _sum(zh: str, en: str, what: str, where: str = "true") -> Count:
    return Count(zh, en, f"coalesce(sum({what}) FILTER (WHERE {where}), 0)")


identified = _sum("应清退数（元）", "yuan identified", "identified")
received = _sum("已到账数（元）", "yuan received", "received")

# The same rows as the totals of the figures of an inspection: what a bulletin only calls outstanding is a row too.
money = Statistic(
    "money",
    "清退资金",
    "money",
    Text(
        f"清退款项，一笔一行，限于{'、'.join(action.zh for action in MoneyAction if action in RECOVERING)}和未收回，"
        "其他款项不是清退；按问题分组时取款项所属的问题",
        "Recoveries, one row for each sum, only those that recover"
        f" ({', '.join(action.en for action in MoneyAction if action in RECOVERING)}) or are outstanding, no other"
        " money; groups by issue take the issue that the sum belongs to",
    ),
    "r.identified, r.received, r.outstanding, r.approximate",
    f"""
FROM recovery r JOIN seen s ON s.id = r.inspection_id
LEFT JOIN issue i ON i.id = r.issue_id AND i.withdrawn_at IS NULL
LEFT JOIN category c ON c.id = i.category_id AND c.withdrawn_at IS NULL
LEFT JOIN item t ON t.id = i.item_id AND t.withdrawn_at IS NULL
WHERE r.withdrawn_at IS NULL AND r.action IN {listed({*RECOVERING, MoneyAction.outstanding})}
  AND ($1::uuid[] IS NULL OR r.organisation_id = ANY($1))
""",
    OF_ISSUE,
    (
        Figure("identified", "应清退", "identified", FigureUnit.yuan, identified),
        Figure("received", "已收回", "received", FigureUnit.yuan, received),
        Figure(
            "outstanding",
            "未收回",
            "outstanding",
            FigureUnit.yuan,
            _sum("应清退数减已到账数（元）", "yuan identified and not received", "outstanding"),
        ),
        Figure("recovery_rate", "收回率", "recovery rate", FigureUnit.percent, received, identified),
        Figure(
            "approximate",
            "约数占比",
            "approximate",
            FigureUnit.percent,
            _sum("应清退数中的约数（元）", "yuan identified that are approximate", "identified", "approximate"),
            identified,
        ),
    ),
    AmountStatistic,
)
