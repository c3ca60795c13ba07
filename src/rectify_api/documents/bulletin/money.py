"""Money that moved: which amounts were recovered or are outstanding, and which only look like it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from ...domain.vocabulary import MoneyAction
from .numbers import AMOUNT, is_approximate, value_of, yuan
from .text import Span
from .tree import MoneyEntry

RECOVERED = frozenset(
    {
        MoneyAction.recovered,
        MoneyAction.returned,
        MoneyAction.recovered_forcibly,
        MoneyAction.refunded_to_citizens,
        MoneyAction.paid_to_treasury,
        MoneyAction.restored_to_channel,
    }
)
_ONWARD = frozenset({MoneyAction.paid_to_treasury, MoneyAction.refunded_to_citizens, MoneyAction.restored_to_channel})
_VERBS = {
    MoneyAction.refunded_to_citizens: r"(?:退还|返还|退回|清退|退补)(?:给)?.{0,6}"
    r"(?:群众|村民|居民|企业|业主|农户|商户|患者|学生|家长)",
    MoneyAction.paid_to_treasury: r"(?:上缴|上交|缴入|缴回|缴纳至|收缴至)(?:至|到|入)?.{0,4}(?:国库|财政|专户)",
    MoneyAction.restored_to_channel: r"(?:归还|退回|恢复).{0,2}原.{0,4}渠道|原渠道(?:归还|退回)",
    MoneyAction.account_adjustment: r"调账|账务调整|调整账务|调整账目|冲销|冲减",
    MoneyAction.loss_avoided: r"挽回.{0,8}损失|避免.{0,8}损失",
    MoneyAction.recovered_forcibly: r"追缴|收缴",
    MoneyAction.returned: r"清退|退缴|退回|退还|退赔|返还",
    MoneyAction.recovered: r"收回|追回|追收|催收",
}
_ANY = "|".join(f"(?P<{action}>{words})" for action, words in _VERBS.items())
_VERB = re.compile(_ANY)
_PLAIN_VERB = r"(?:收回|追回|追缴|收缴|清退|退缴|退回|退还|上缴|退赔|到位)"
_NOT_DONE_AFTER = re.compile(rf"[^,。;、\d()]{{0,12}}?(?:未|没有)(?:能)?(?:全部|全额|完全)?{_PLAIN_VERB}")
_NOT_DONE_BEFORE = re.compile(rf"(?:未|没有)(?:能)?{_PLAIN_VERB}[^,。;、]{{0,24}}$")
_STILL = re.compile(
    rf"[^,。;、\d()]{{0,6}}?(?:正在|正|仍在|抓紧|继续)(?:积极|全力|依法)?(?:{_PLAIN_VERB}|催收|追讨|追收)"
)
_DONE_AFTER = re.compile(rf"[^,。;、\d()]{{0,14}}?(?:{_ANY})")
_SETTLED_AFTER = re.compile(
    rf"[,(](?:目前|现|现在|截至目前)?,?(?:已|均已|都已)(?:经)?(?:全部|全额|足额|按要求)?(?:{_ANY})"
)
SETTLED = re.compile(rf"(?:已|均已)(?:经)?(?:全部|全额|足额){_PLAIN_VERB}|(?:全部|全额){_PLAIN_VERB}到位")
_NOT_MOVED = re.compile(
    r"处罚|罚款|罚没|投资|投入|支付|涉及|增加|预算|节约|限额|(?:每人|人均|每月)|采购|合同|造价|拨付"
)
# A verb reaches over a comma to a bare 共3万元, not into a clause of its own subject or behind another count.
_ELSEWHERE = re.compile(r"\d[^,]*,|,[^,]{9,}$|\d[人名户][^,]{0,5}$|人员[^,]{0,4}$")
_NOT_YET = re.compile(r"(?:将|拟|应|要求|督促|计划|需|准备|待|即将|限期)$")
_SUM = re.compile(r"(?:共|累计|合计|总计|总额|总共)")
_SENTENCE = re.compile(r"[^。!?]+")


@dataclass
class Amount:
    """One amount as it stands in a span, with what the words around it say."""

    value: Decimal
    action: MoneyAction | None
    approximate: bool
    span: Span
    start: int
    end: int
    sum_word: bool = False
    breakdown: bool = False
    opens_list: bool = False

    def entry(self, issue: int | None, *, repeated: bool = False) -> MoneyEntry:
        left = max(self.span.plain.rfind(char, 0, self.start) for char in ",、。;(") + 1
        right = re.compile("[,、。;()]").search(self.span.plain, self.end)
        return MoneyEntry(
            action=self.action or MoneyAction.recovered,
            amount=yuan(self.value),
            approximate=self.approximate,
            issue=issue,
            also_in_summary=repeated,
            breakdown=self.breakdown,
            text=self.span.printed(left, right.start() if right else None),
            at=self.span.at(self.start, self.end),
        )


def amounts_in(span: Span) -> list[Amount]:
    """All amounts of money in a span in order; `action` is null when the words say no movement of it."""
    found: list[Amount] = []
    if "元" not in span.plain:
        return found
    for sentence in _SENTENCE.finditer(span.plain):
        matches = list(AMOUNT.finditer(span.plain, sentence.start(), sentence.end()))
        mine: list[Amount] = []
        for at, match in enumerate(matches):
            before = span.plain[matches[at - 1].end() if at else sentence.start() : match.start()]
            after = span.plain[match.end() : matches[at + 1].start() if at + 1 < len(matches) else sentence.end()]
            mine.append(_read(span, match, before, after, mine[-1] if mine else None, alone=len(matches) == 1))
        _mark_breakdown(mine, span)
        found += mine
    return found


def _read(span: Span, match: re.Match[str], before: str, after: str, previous: Amount | None, *, alone: bool) -> Amount:
    amount = Amount(value_of(match), None, is_approximate(match), span, match.start(), match.end())
    amount.sum_word = bool(_SUM.search(before[-40:]))
    clause = before[max(before.rfind(";"), -1) + 1 :][-60:]
    if _NOT_DONE_AFTER.match(after) or _STILL.match(after) or _NOT_DONE_BEFORE.search(clause):
        amount.action = MoneyAction.outstanding
    elif done := _DONE_AFTER.match(after):
        amount.action = _moved(done, after)
    elif verb := _last(clause):
        between = clause[verb.end() :]
        undone = re.search(r"(?:未|没有)(?:能)?$", clause[: verb.start()])
        if not _NOT_MOVED.search(between, 2) and not _ELSEWHERE.search(between):
            amount.action = MoneyAction.outstanding if undone else _moved(verb, clause)
    elif (
        previous
        and previous.action
        and re.match(r"[、和及]|以及|,(?:其中|包括)", before)
        and not _NOT_MOVED.search(before)
    ):
        amount.action = previous.action
    elif alone and (done := _SETTLED_AFTER.match(after)):
        amount.action = _moved(done, after)
    return amount


def _last(clause: str) -> re.Match[str] | None:
    return max(_VERB.finditer(clause), key=lambda verb: verb.start(), default=None)


def _moved(verb: re.Match[str], text: str) -> MoneyAction | None:
    if _NOT_YET.search(text[: verb.start(str(verb.lastgroup))]):
        return None
    return MoneyAction(str(verb.lastgroup))


def _mark_breakdown(amounts: list[Amount], span: Span) -> None:
    """After 其中 or in brackets an amount is part of the one before; so is money passed on in the same sentence."""
    whole: Amount | None = None
    for amount in amounts:
        if amount.action not in RECOVERED:
            continue
        if whole is None:
            whole = amount
            continue
        words = span.plain[whole.end : amount.start]
        listed = re.match(r"[,(:]?(?:其中|包括|包含|分别)", words) or (words[:1] == "(" and ")" not in words)
        onward = amount.action in _ONWARD and whole.action not in _ONWARD
        if (listed or onward) and amount.value <= whole.value:
            amount.breakdown, whole.opens_list = True, True
        else:
            whole = amount


def settle(
    by_issue: Sequence[tuple[int, list[Amount], bool]], summary: list[Amount]
) -> tuple[list[MoneyEntry], list[Amount]]:
    """One list without repeats, and the control totals of the summary.

    `by_issue` holds (ordinal, amounts of the answer, whether it says everything was recovered).
    """
    entries = [amount.entry(ordinal) for ordinal, amounts, _ in by_issue for amount in amounts if amount.action]
    controls: list[Amount] = []
    moved = [amount for amount in summary if amount.action]
    for amount in moved:
        if amount.action in RECOVERED and amount.sum_word and (amount.opens_list or not _listed(amount, moved)):
            controls.append(amount)
            for entry in _adding_up(entries, amount):
                entry.also_in_summary, entry.summary_at = True, amount.span.at(amount.start, amount.end)
        elif repeated := _adding_up(entries, amount):
            for entry in repeated:
                entry.also_in_summary, entry.summary_at = True, amount.span.at(amount.start, amount.end)
        else:
            owner = next((o for o, amounts, settled in by_issue if settled and _made_of(amounts, amount.value)), None)
            amount.breakdown = amount.breakdown and not any(amount.span is c.span for c in controls)
            entry = amount.entry(owner, repeated=owner is not None)
            entry.summary_at = entry.at if owner is not None else None
            entries.append(entry)
    return sorted(entries, key=lambda entry: (entry.issue is None, entry.issue or 0)), controls


def _listed(amount: Amount, moved: list[Amount]) -> bool:
    """Whether the words go on listing: 共收回甲款1元、乙款2元 states two amounts, not one sum."""
    following = next((other for other in moved if other.span is amount.span and other.start > amount.end), None)
    return bool(following and re.match("[、和及]|以及", amount.span.plain[amount.end : following.start]))


def _adding_up(entries: list[MoneyEntry], amount: Amount) -> list[MoneyEntry]:
    """The entries of the answers that this amount of the summary repeats: one of them, or all of its kind."""
    kind = [
        entry
        for entry in entries
        if entry.issue
        and not entry.breakdown
        and (entry.action == amount.action or (entry.action in RECOVERED and amount.action in RECOVERED))
    ]
    text = yuan(amount.value)
    for entry in kind:
        if entry.amount == text and not entry.also_in_summary:
            return [entry]
    same = [entry for entry in kind if entry.action == amount.action]
    for group in (same, kind):
        if len(group) > 1 and sum(Decimal(entry.amount) for entry in group) == amount.value:
            return group
    return []


def _made_of(amounts: list[Amount], value: Decimal) -> bool:
    loose = [amount.value for amount in amounts if not amount.action][:10]
    return any(sum(some) == value for size in range(1, len(loose) + 1) for some in combinations(loose, size))


def total(entries: list[MoneyEntry], actions: frozenset[MoneyAction]) -> Decimal:
    return sum((Decimal(one.amount) for one in entries if one.action in actions and not one.breakdown), Decimal(0))
