"""What an answer says of its own state, and answers that promise without having done anything."""

import re
from collections.abc import Sequence

from ...domain.vocabulary import RectificationStatus, StatusBasis
from .outline import Answered
from .tree import DeclaredFigure

_WORDS: list[tuple[str, RectificationStatus]] = [
    (r"申请延期(?:整改)?|延期整改", RectificationStatus.extension_requested),
    (r"基本(?:完成(?:整改)?|整改到位|整改完成)", RectificationStatus.basically_completed),
    (r"(?:尚|还|仍|暂)?未(?:完成|整改)(?:整改|到位)?|未销号", RectificationStatus.not_completed),
    (r"(?:需|需要)?(?:长期(?:坚持|整改|任务|推进)|持续(?:整改|坚持))(?:事项|问题)?", RectificationStatus.long_term),
    (
        r"(?:正在|尚在|正|持续|分阶段|有序)(?:积极|稳步)?(?:整改|推进|办理|进行)(?:中|之中|整改)?|整改中|推进中",
        RectificationStatus.in_progress,
    ),
    (
        r"(?:已|已经|均已|全部)?(?:全部|按期)?(?:完成整改|整改完成|整改到位|完成销号|对账销号|销号|办结|完成|整改完毕)|已整改",
        RectificationStatus.completed,
    ),
]
_CODES = [(re.compile(words), status) for words, status in _WORDS]
_ANY = "(?:" + "|".join(f"(?:{words})" for words, _ in _WORDS) + ")"
_WHEN = r"(?:目前|截至目前|截止目前|现|现在|截至\d{4}年\d{1,2}月(?:\d{1,2}日|底)?)?,?"
_BRACKETED = re.compile(rf"[(【\[](?:整改状态:|状态:|整改情况:)?(?P<words>{_ANY})[)】\]][。;]?$")
_OWN_SENTENCE = re.compile(
    rf"(?:^|[。;]){_WHEN}(?:(?:该|此|本|上述|以上|这一|两个)(?:项|些)?(?:问题|任务|事项)(?:目前)?|整改工作|整改任务)?,?"
    rf"(?P<words>{_ANY})(?:并(?:长期坚持|持续(?:整改|巩固|推进)|销号))?(?:[。;]|$|(?<=未完成整改)(?=,))"
)
_SUBJECT = re.compile(rf"(?:该|此|本|上述|以上|这一)(?:项|些)?(?:问题|任务|事项)(?:目前|现)?,?(?P<words>{_ANY})")
_CELL = re.compile(rf"{_WHEN}(?P<words>{_ANY})[。;]?$")
_CONTESTED = re.compile(r"(?:^|。)经(?:查|核查|核实),[^。]*(?:。|$)")
_FUTURE = re.compile(
    r"今后|下一步|下步|坚决杜绝|将(?:进一步|继续|深刻|严格|切实|持续|加强|不断|认真|坚持|全面)|将(?=[^其来,。;]{0,20}(?:加强|开展|落实|整改))"
)
_PROMISED = re.compile(
    r"(?:今后|下一步|下步|将(?:进一步|继续|深刻|严格|切实|持续|加强|不断|认真|坚持|全面))[^。]*(?:。|$)"
)
_DONE = re.compile(
    r"已|了(?!解)|印发|下发|制定《|修订|召开|组织|开展|成立|建成|建立|完成|清退|收回|追缴|退还|登记|健全|约谈|\d(?:余)?[个家次人名份条项起座场期处]"
)


def stated_status(issue: Answered) -> RectificationStatus | None:
    """The state the answer gives to the issue as a whole; words about one part of it do not count."""
    if issue.status is not None and (found := _BRACKETED.search(issue.status.plain) or _CELL.match(issue.status.plain)):
        return _coded(found["words"])
    if (
        issue.fields
        and issue.results
        and (found := _CELL.match(re.split("[,;。]", issue.results[-1].plain.rstrip("。;"))[-1]))
    ):
        return _coded(found["words"])
    for span in reversed(issue.results):
        text = span.plain
        found = _BRACKETED.search(text[-40:]) or _last(_OWN_SENTENCE, text) or _last(_SUBJECT, text)
        if found:
            return _coded(found["words"])
    if issue.results and len(issue.results[0].plain) < 30 and (found := _CELL.match(issue.results[0].plain)):
        return _coded(found["words"])
    for span in issue.texts[-1:]:
        if found := _BRACKETED.search(span.plain[-40:]):
            return _coded(found["words"])
    return None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda found: found.start(), default=None)


def _coded(words: str) -> RectificationStatus:
    return next(status for pattern, status in _CODES if pattern.fullmatch(words))


def statuses(
    stated: Sequence[RectificationStatus | None], declared: Sequence[DeclaredFigure]
) -> list[tuple[RectificationStatus, StatusBasis]]:
    """The status of each issue: stated, or completed where the totals leave nothing else, or unknown."""
    silent = sum(status is None for status in stated)
    finished = sum(status is RectificationStatus.completed for status in stated)
    done = {one.value for one in declared if one.name == "completed"}
    all_said = any(one.name == "all_completed" for one in declared)
    # Every silent issue is done only if the total counts exactly the silent ones and those said to be done.
    by_total = bool(silent) and (
        silent + finished in done or (all_said and not done and silent + finished == len(stated))
    )
    total = (RectificationStatus.completed, StatusBasis.document_total)
    unknown = (RectificationStatus.unknown, StatusBasis.none)
    silence = total if by_total else unknown
    return [(status, StatusBasis.explicit) if status else silence for status in stated]


def promises_only(issue: Answered) -> bool:
    """Whether the answer speaks of the future alone: without its promises no act is left in it.

    A sentence that contests the finding (经查,…) is no act of rectification either.
    """
    text = "".join(span.plain for span in issue.results)
    rest = _PROMISED.sub("", _CONTESTED.sub("。", text))
    return bool(_FUTURE.search(text)) and not _DONE.search(rest)
