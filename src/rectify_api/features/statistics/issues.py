"""What became of the issues: completion, time to close, what is overdue, what came back."""

from ...domain.issues import FINISHED
from ...domain.vocabulary import FigureUnit, IssueState
from ...foundation.problems import Text
from .contract import CountStatistic
from .declared import Count, Figure, Statistic, listed, number_of
from .groupings import ISSUES, OF_ISSUE

S = IssueState
ROWS = Text(
    "问题（kind=issue），意见建议另计；一个问题一行",
    "Issues (kind=issue), opinions are counted apart; one row for each issue",
)
COLUMNS = """i.*, s.feedback_date,
       (i.claimed_at AT TIME ZONE 'Asia/Shanghai')::date AS claimed_on,
       CASE WHEN i.status = 'closed' THEN (i.closed_at AT TIME ZONE 'Asia/Shanghai')::date END AS closed_on"""

_ISSUE = "kind = 'issue'"
_OWN = f"{_ISSUE} AND status <> 'set_aside'"
_CLOSED = f"{_ISSUE} AND status = 'closed'"
_OPEN = f"{_ISSUE} AND status NOT IN {listed(FINISHED)}"
_EVER_CLOSED = f"{_ISSUE} AND (status = 'closed' OR recurrences > 0)"
_TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"

issues = number_of("问题数（不含不由本单位整改的）", "issues (without those set aside)", _OWN)
closed = number_of("已销号的问题数", "closed issues", _CLOSED)
still_open = number_of("未办结的问题数", "unfinished issues", _OPEN)
ever_closed = number_of(
    "曾销号的问题数（现已销号或曾反弹）", "issues ever closed (closed now, or came back)", _EVER_CLOSED
)


def _share(code: str, zh: str, en: str, where: str, states: str) -> Figure:
    above = number_of(f"{states}的问题数", f"issues {en}", f"{_OWN} AND {where}")
    return Figure(code, zh, en, FigureUnit.percent, above, issues)


completion = Statistic(
    "completion",
    "整改完成情况",
    "completion",
    ROWS,
    COLUMNS,
    ISSUES,
    OF_ISSUE,
    (
        Figure("closed", "销号率", "closed", FigureUnit.percent, closed, issues),
        _share("verified", "已验收待销号占比", "verified and not yet closed", "status = 'verified'", "已验收尚未销号"),
        _share("long_term", "长期坚持占比", "kept up for the long term", "status = 'long_term'", "转入长期坚持"),
        _share(
            "submitted", "已提交验收占比", "submitted and not yet verified", "status = 'submitted'", "已提交尚未验收"
        ),
        _share(
            "working",
            "整改中占比",
            "registered, claimed, in progress or returned",
            f"status IN {listed((S.registered, S.claimed, S.in_progress, S.returned))}",
            "已登记、已认领、整改中或被退回",
        ),
        _share(
            "completed",
            "自报完成率",
            "said to be completed",
            "rectification_status = 'completed'",
            "整改情况写明已完成",
        ),
        Figure(
            "set_aside",
            "不由本单位整改占比",
            "set aside",
            FigureUnit.percent,
            number_of(
                "异议成立、不由本单位整改的问题数",
                "issues set aside after an objection",
                f"{_ISSUE} AND status = 'set_aside'",
            ),
            number_of("全部问题数", "all issues", _ISSUE),
        ),
        Figure(
            "opinions_closed",
            "意见建议销号率",
            "closed opinions",
            FigureUnit.percent,
            number_of("已销号的意见建议数", "closed opinions", "kind = 'opinion' AND status = 'closed'"),
            number_of(
                "意见建议数（不含不由本单位整改的）",
                "opinions (without those set aside)",
                "kind = 'opinion' AND status <> 'set_aside'",
            ),
        ),
    ),
    CountStatistic,
)


def _days(code: str, zh: str, en: str, fraction: str, start: str, from_zh: str, from_en: str) -> Figure:
    there = f"{_CLOSED} AND closed_on IS NOT NULL AND {start} IS NOT NULL"
    spread = f"percentile_cont({fraction}) WITHIN GROUP (ORDER BY greatest(0, closed_on - {start}))"
    return Figure(
        code,
        f"{from_zh}至销号天数{zh}",
        f"days from {from_en} to closure, {en}",
        FigureUnit.days,
        number_of(
            f"{from_zh}和销号日期都有的已销号问题数", f"closed issues with the days of {from_en} and closure", there
        ),
        closed,
        Count(
            f"按上海日历日计的天数（销号更早的计 0）的{zh}",
            f"{en} of the days by the calendar of Shanghai (0 when closed before)",
            f"round(({spread} FILTER (WHERE {there}))::numeric, 1)",
        ),
    )


time_to_close = Statistic(
    "time-to-close",
    "销号用时",
    "time to close",
    ROWS,
    COLUMNS,
    ISSUES,
    OF_ISSUE,
    tuple(
        _days(f"{code}_from_{name}", zh, en, fraction, start, from_zh, from_en)
        for name, start, from_zh, from_en in (
            ("claim", "claimed_on", "认领", "the claim"),
            ("feedback", "feedback_date", "反馈", "the feedback"),
        )
        for code, zh, en, fraction in (
            ("median", "中位数", "median", "0.5"),
            ("p90", "第 90 百分位数", "90th percentile", "0.9"),
        )
    ),
    CountStatistic,
)

overdue = Statistic(
    "overdue",
    "超期情况",
    "overdue",
    ROWS,
    COLUMNS,
    ISSUES,
    OF_ISSUE,
    (
        Figure(
            "overdue_open",
            "未办结超期率",
            "unfinished and overdue",
            FigureUnit.percent,
            number_of(
                "未办结且已过现时限的问题数（上海日期）",
                "unfinished issues past the deadline that holds (day in Shanghai)",
                f"{_OPEN} AND due_date < {_TODAY}",
            ),
            number_of(
                "未办结且有时限的问题数", "unfinished issues with a deadline", f"{_OPEN} AND due_date IS NOT NULL"
            ),
        ),
        Figure(
            "closed_late",
            "超原时限销号率",
            "closed after the first deadline",
            FigureUnit.percent,
            number_of(
                "销号日期晚于最初时限的问题数",
                "issues closed after their first deadline",
                f"{_CLOSED} AND closed_on > coalesce(original_due_date, due_date)",
            ),
            number_of(
                "已销号且有时限的问题数",
                "closed issues with a deadline",
                f"{_CLOSED} AND closed_on IS NOT NULL AND coalesce(original_due_date, due_date) IS NOT NULL",
            ),
        ),
        Figure(
            "extended",
            "延期率",
            "extended",
            FigureUnit.percent,
            number_of("获批延期的问题数", "issues with an extension granted", f"{_OWN} AND extensions > 0"),
            issues,
        ),
        Figure(
            "extensions",
            "延期次数",
            "extensions",
            FigureUnit.number,
            Count("获批延期的总次数", "extensions granted", f"coalesce(sum(extensions) FILTER (WHERE {_OWN}), 0)"),
        ),
        Figure(
            "without_deadline",
            "无时限占比",
            "without a deadline",
            FigureUnit.percent,
            number_of(
                "未办结且没有时限的问题数", "unfinished issues without a deadline", f"{_OPEN} AND due_date IS NULL"
            ),
            still_open,
        ),
    ),
    CountStatistic,
)

recurrence = Statistic(
    "recurrence",
    "反弹情况",
    "recurrence",
    ROWS,
    COLUMNS,
    ISSUES,
    OF_ISSUE,
    (
        Figure(
            "recurred",
            "反弹率",
            "came back",
            FigureUnit.percent,
            number_of("至少反弹一次的问题数", "issues that came back at least once", f"{_ISSUE} AND recurrences > 0"),
            ever_closed,
        ),
        Figure(
            "times",
            "反弹次数",
            "times they came back",
            FigureUnit.number,
            Count(
                "反弹的总次数", "times that issues came back", f"coalesce(sum(recurrences) FILTER (WHERE {_ISSUE}), 0)"
            ),
        ),
    ),
    CountStatistic,
)
