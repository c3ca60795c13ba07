"""Title, opening and ending: who inspected whom, when, who publishes, and where the public may write."""

import re

from ...domain.vocabulary import InspectionType, SupervisionKind
from .numbers import Day, days_in
from .outline import SIGNATURE, Outline
from .text import Paragraph, Span
from .tree import Contact, Dates

ANNOUNCED = re.compile(r"现将[^。]{0,80}?整改[^。]{0,60}?(?:公布|公开|报告|通报|公示|公告|函告|如下|汇报|函复)")
TITLED = re.compile(
    r"关于.{0,80}整改(?:落实|工作|集中|任务|推进|完成|阶段性)*(?:进展|情况|成效|结果).{0,12}(?:通报|报告|公示|公告|的函|情况|说明)"
    r"|整改(?:落实|工作|进展|完成)*情况(?:的)?(?:通报|公示|公告|报告)"
)
_GENERAL = re.compile(r"现将(?:有关|相关|具体)?情况.{0,12}(?:公布|公开|公示|公告|通报|报告|如下)")
_GROUP = re.compile(
    r"(?:由|经)?(?P<group>[^,。;:、()“”0-9于对向由]{2,30}?巡[察视]组)|(?P<audit>[^,。;:、()“”0-9于对向由]{1,30}?审计[厅局署办]组?)"
)
_UNIT = (
    re.compile(
        r"(?:组|[局厅署办日起月,])(?:依法)?对(?P<unit>[^。;]{2,90}?)(?:等)?(?:开展|进行|实施)(?:了)?[^。;,]{0,24}?(?:巡[察视]|审计|检查|督导|“?回头看)"
    ),
    re.compile(r"对(?P<unit>[^。;,]{2,60}?)(?:的)?(?:巡[察视]|审计)(?:工作)?"),
    re.compile(r"向(?P<unit>[^。;,]{2,60}?)(?:党员干部|领导班子)?(?:集中)?(?:反馈|通报|送达|下达|出具)"),
)
_SHORT_NAME = re.compile(r"\((?:以下)?(?:统一)?(?:简称|下称).{0,30}?\)")
_TITLE_UNIT = re.compile(r"(?!根据|按照|依据|为)(?P<unit>[^,。]{2,60}?)关于")
_TYPES = {
    InspectionType.look_back: r"回头看",
    InspectionType.special: r"专项.{0,2}巡[察视]|专项巡",
    InspectionType.mobile: r"机动.{0,2}巡[察视]",
    InspectionType.joint: r"联动.{0,2}巡[察视]|交叉巡[察视]",
    InspectionType.elevated: r"提级.{0,2}巡[察视]",
    InspectionType.routine: r"常规.{0,2}巡[察视]",
}
_UNTIL = re.compile(r"至|到|[-—–~]{1,2}")
_PHONE = re.compile(
    r"(?<!\d)(?:(?P<area>0\d{2,3})[-—–)_]{1,2}?)?(?P<number>\d{7,8}|1[3-9]\d{9}|(?:400|800)-?\d{3}-?\d{4}|12\d{3})(?!\d)"
)
_WHOLE_PHONE = re.compile(r"(?<!\d)(?P<area>0(?:10|2\d|[3-9]\d{2}))(?P<number>\d{7,8})(?!\d)")
_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,60}@[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,30}){1,4}")
_ADDRESS = re.compile(
    r"(?:邮政信箱|邮[寄政]?地址|通[讯信]地址|联系地址|来[信访]地址|地址|邮政信箱地址)(?:为)?:(?P<address>[^;。,]{4,80})"
)
_POSTCODE = re.compile(r"(?:邮编|邮政编码)(?:为)?:?(?P<code>\d{6})(?!\d)")
REACH = re.compile(r"联系(?:方式|电话)|(?:监督|举报)电话[:：]|电子邮[箱件]|邮政信箱|通[讯信]地址")
_PHONE_WORD = re.compile(r"电话|联系方式|热线|传真|手机|拨打")
_PUBLISHER = re.compile(
    r"(?:发布机构|发布单位|信息来源|来源|发文机关|责任主体|公布单位)[:](?P<name>[^,。;:0-9]{3,40}?)(?:发布|时间|日期|字|浏览|$)"
)
_META = re.compile(r"(?:发布|公布|成文|公开|信息)?(?:机构|单位|日期|时间|来源|机关|主体|索引|文号|体裁|类别)[:]")


def is_announced(outline: Outline, *, answers: int) -> bool:
    """Whether title or opening say that rectification is reported here (a feedback or a mobilisation is not)."""
    title = title_of(outline)
    heads = [paragraph.plain for paragraph in outline.title] + ([outline.opening.plain] if outline.opening else [])
    if (
        title
        and re.search(r"反馈(?:意见|情况|会)(?:的)?(?:通报|公告)?$|动员|部署会|推进会|进驻", title.plain)
        and "整改" not in title.plain
    ):
        return False
    return (
        bool(title and TITLED.search(title.plain))
        or any(ANNOUNCED.search(head) for head in heads)
        or (answers > 0 and any(_GENERAL.search(head) for head in heads))
    )


def title_of(outline: Outline) -> Span | None:
    """The printed title, one span even where it was broken over lines; none where the text has none."""
    lines = [paragraph for paragraph in outline.title if not _META.match(paragraph.plain)]
    for at in range(len(lines)):
        for size in (1, 2, 3):
            part = lines[at : at + size]
            words = "".join(paragraph.plain for paragraph in part)
            if len(words) > 160 or "。" in words or len(part) < size:
                break
            if named := re.match(r"(?:文件名称|标题|名称|题目):", words):
                return _one(part).span(named.end())
            if re.search(r"关于.*(?:通报|报告|公示|公告|函|情况)(?:\(.{0,20}\))?$", words):
                return _one(part).span()
    return None


def _one(lines: list[Paragraph]) -> Paragraph:
    if len(lines) == 1:
        return lines[0]
    return Paragraph.of([(paragraph.pieces[0][1], paragraph.printed) for paragraph in lines])


def heads_of(outline: Outline) -> list[Span]:
    """Where the inspection is described: the opening, then the sentences right after it, then the title."""
    spans = [outline.opening.span()] if outline.opening else []
    spans += [span for span in outline.summary[:3] if re.search("巡[察视]组|审计[厅局署]", span.plain)]
    title = title_of(outline)
    return [*spans, title] if title else spans


def kind_of(heads: list[Span]) -> SupervisionKind:
    text = "".join(span.plain for span in heads)
    if "审计" in text and not re.search("巡[察视]", text):
        return SupervisionKind.audit
    if "主题教育" in text and not re.search("巡[察视]", text):
        return SupervisionKind.theme_education
    strict = (
        text.replace("巡察(巡视)", "巡察").replace("《巡视工作条例》", "").replace("《中国共产党巡视工作条例》", "")
    )
    return SupervisionKind.xunshi if strict.count("巡视") > strict.count("巡察") else SupervisionKind.xuncha


def type_of(heads: list[Span]) -> InspectionType | None:
    text = "".join(span.plain for span in heads)
    return next((code for code, words in _TYPES.items() if re.search(words, text)), None)


def group_of(heads: list[Span]) -> str | None:
    for span in sorted(heads, key=lambda span: "组" not in span.plain):
        for found in _GROUP.finditer(span.plain):
            start = found.start("group" if found["group"] else "audit")
            head = re.match(
                r"(?:根据|按照|经)?.*?(?:统一部署|统一安排|派出|授权|随后|年|日|月)", span.plain[start : found.end()]
            )
            cut = start + (head.end() if head else 0)
            if found.end() - cut > 3:
                return span.printed(cut, found.end())
    return None


def inspected_of(heads: list[Span]) -> str | None:
    for pattern in _UNIT:
        for span in heads:
            if (found := pattern.search(span.plain)) and not re.search(
                "巡[察视]组$|年度|收支|资金|项目", found["unit"]
            ):
                return _without_short_name(span.part(found.start("unit"), found.end("unit")))
    for span in heads:
        if found := _TITLE_UNIT.match(span.plain):
            return span.printed(found.start("unit"), found.end("unit"))
    return None


def _without_short_name(span: Span) -> str:
    if found := _SHORT_NAME.search(span.plain):
        return (span.printed(0, found.start()) + span.printed(found.end())).strip()
    return span.printed()


def dates_of(heads: list[Span]) -> Dates:
    """Start and end of the inspection and the day of feedback; a missing year is taken from the day before."""
    dates = Dates()
    end: Day | None = None
    for span in heads:
        days = days_in(span.plain)
        for at, day in enumerate(days):
            following = days[at + 1] if at + 1 < len(days) else None
            between = span.plain[day.end : following.start if following else None]
            if dates.inspection_start is None and following and _UNTIL.fullmatch(between):
                start = day if day.year else Day(following.year, day.month, day.day, day.start, day.end)
                end = following if following.year else Day(start.after(following), following.month, following.day, 0, 0)
                dates.inspection_start, dates.inspection_end = start.iso(), end.iso()
            elif dates.feedback is None and re.match(r"[^。]{0,60}?(?:反馈|送达|出具|下达)", between):
                dates.feedback = day.iso(end)
    return dates


def signature_of(outline: Outline) -> tuple[str | None, str | None]:
    """(publisher, ISO date) from the end, else from the lines at the top."""
    ending = outline.ending
    for at in range(len(ending) - 1, -1, -1):
        days = days_in(ending[at].plain)
        if days and days[-1].year and days[-1].end >= len(ending[at].plain) - 1 and len(ending[at].plain) < 90:
            return _signer(ending, at, days[-1]), days[-1].iso()
    publisher, published = _top(outline)
    name = next((p for p in reversed(ending) if SIGNATURE.fullmatch(p.plain)), None)
    return (_name(name.span()) if name else publisher), published


def _signer(ending: list[Paragraph], at: int, day: Day) -> str | None:
    if day.start > 3:
        return _name(ending[at].span(0, day.start))
    above = ending[at - 1] if at else None
    if above is None or re.search("[。;:]", above.plain) or len(above.plain) > 62:
        return None
    return _name(above.span())


def _name(span: Span) -> str | None:
    stamp = re.search(r"\((?:盖章|印章|公章|章)\)$", span.plain)
    return span.printed(0, stamp.start() if stamp else None) or None


def _top(outline: Outline) -> tuple[str | None, str | None]:
    publisher = published = None
    for paragraph in outline.title:
        if found := _PUBLISHER.search(paragraph.plain):
            publisher = publisher or paragraph.span().printed(found.start("name"), found.end("name"))
        elif SIGNATURE.fullmatch(paragraph.plain) and "关于" not in paragraph.plain:
            publisher = publisher or paragraph.span().printed()
        days = days_in(paragraph.plain)
        if days and days[-1].year and "关于" not in paragraph.plain:
            published = published or days[-1].iso()
    return publisher, published


def contact_of(spans: list[Span]) -> Contact:
    """Phones with their area code (said once for several numbers), mail, street address and postcode."""
    contact = Contact()
    for span in spans:
        text = span.plain
        contact.emails += [found[0] for found in _MAIL.finditer(text) if found[0] not in contact.emails]
        if contact.address is None and (found := _ADDRESS.search(text)):
            end = re.search(r"(?:邮编|邮政编码|电话|联系|电子)", found["address"])
            stop = found.start("address") + end.start() if end else found.end("address")
            contact.address = span.printed(found.start("address"), stop).rstrip("(（") or None
        if contact.postcode is None and (found := _POSTCODE.search(text)):
            contact.postcode = found["code"]
        if _PHONE_WORD.search(text):
            contact.phones += [phone for phone in _phones(text) if phone not in contact.phones]
    return contact


def _phones(text: str) -> list[str]:
    area, phones = "", []
    text = _WHOLE_PHONE.sub(r"\g<area>-\g<number>", _MAIL.sub(" ", _POSTCODE.sub(" ", text)))
    for found in _PHONE.finditer(text):
        number = found["number"]
        area = found["area"] or area
        fixed = len(number) in (7, 8) and number.isdecimal()
        if number.startswith("12") and len(number) == 5:
            continue
        phones.append(f"{area}-{number}" if fixed and area else number)
    return phones
