"""One bulletin from bytes to facts: parts, tree, figures, and warnings where they do not agree."""

from collections import Counter

from ...domain.vocabulary import MoneyAction, RectificationStatus, Sanction, StatusBasis
from . import money, opening, sanctions
from .decode import lines_of
from .issues import read_tree
from .numbers import quantities_in, yuan
from .outline import Answered, Outline, parts_of, sections_of
from .refusal import NotABulletin
from .status import promises_only, stated_status, statuses
from .text import Span, paragraphs_of
from .totals import declared_in, rules_in
from .tree import (
    Bulletin,
    CategoryRead,
    Counted,
    Declared,
    DeclaredFigure,
    IssueFields,
    IssueRead,
    ItemRead,
    MoneyEntry,
    Place,
)
from .warn import Findings, warn


def read_bulletin(data: bytes, filename: str = "") -> Bulletin:
    """Read the bytes of a .txt, .html or .docx bulletin. Raises NotABulletin and nothing else."""
    paragraphs = paragraphs_of(lines_of(data, filename))
    outline, body = parts_of(paragraphs)
    region, headed = sections_of(body, outline)
    read_tree(region, outline, headed=headed)
    _refuse_look_alikes(outline)
    return _facts(outline)


def _refuse_look_alikes(outline: Outline) -> None:
    answers = sum(bool(issue.results) for issue in outline.issues)
    themes = sum(node.result is not None for node in outline.categories)
    if not opening.is_announced(outline, answers=answers):
        raise NotABulletin(
            "没有找到整改情况的公布：标题或开头应写明现将整改情况予以公布",
            "Nothing here announces a rectification: title or opening should say that its state is made public",
        )
    if not (answers or themes or outline.issues or len(outline.summary) > 2):
        raise NotABulletin("没有找到任何问题的整改情况", "No issue and no answer was found in it")


def _facts(outline: Outline) -> Bulletin:
    heads = opening.heads_of(outline)
    ending = [paragraph.span() for paragraph in outline.ending]
    summary = ([outline.opening.span()] if outline.opening else []) + outline.summary
    themes = [node.result for node in outline.categories if node.result]
    declared_all = declared_in(summary, items_counted=len(outline.items), issues_counted=len(outline.issues))
    issues = _issues(outline, declared_all)
    entries, controls = _money(outline, [*summary, *themes])
    declared_all += [
        DeclaredFigure(
            name="recovered",
            value=yuan(one.value),
            text=one.span.printed(one.start, one.end),
            at=one.span.at(one.start, one.end),
        )
        for one in controls
    ]
    by_issue = [
        one for issue in _own(outline) for span in issue.results for one in sanctions.imposed_in(span, issue.ordinal)
    ]
    by_summary = [one for span in [*summary, *themes] for one in sanctions.imposed_in(span)]
    declared_all += [
        DeclaredFigure(
            name="persons",
            value=one.count,
            text=one.span.printed(one.start, one.end),
            at=one.span.at(one.start, one.end),
        )
        for one in [*by_summary, *by_issue]
        if one.code is Sanction.PERSONS_TOTAL
    ]
    imposed, gaps = sanctions.settle(by_issue, by_summary)
    rules = rules_in([*summary, *themes])
    if not rules.model_dump(exclude_none=True):
        rules = rules_in(span for issue in _own(outline) for span in issue.results)
    publisher, published_on = opening.signature_of(outline)
    recovered, outstanding = (
        money.total(entries, money.RECOVERED),
        money.total(entries, frozenset({MoneyAction.outstanding})),
    )
    title = opening.title_of(outline)
    bulletin = Bulletin(
        title=title.printed() if title else None,
        kind=opening.kind_of(heads),
        inspection_type=opening.type_of(heads),
        inspected_organisation=opening.inspected_of(heads),
        inspection_group=opening.group_of(heads),
        publisher=publisher,
        published_on=published_on,
        dates=opening.dates_of(heads),
        categories=[
            CategoryRead(
                ordinal=node.ordinal,
                number=node.number,
                title=node.title.printed(),
                result=node.result.printed() if node.result else None,
                at=node.title.at(),
            )
            for node in outline.categories
        ],
        items=[
            ItemRead(
                ordinal=node.ordinal,
                number=node.number,
                category=node.parent,
                title=node.title.printed(),
                at=node.title.at(),
            )
            for node in outline.items
        ],
        issues=issues,
        declared=_declared(declared_all),
        declared_all=declared_all,
        counted=Counted(
            categories=len(outline.categories),
            items=len(outline.items),
            issues=len(issues),
            by_status=dict(Counter(str(issue.status) for issue in issues)),
        ),
        money=entries,
        recovered_total=yuan(recovered),
        outstanding_total=yuan(outstanding),
        identified_total=yuan(recovered + outstanding),
        sanctions=[one.read() for one in imposed],
        rule_changes=rules,
        contact=opening.contact_of(
            [*ending, *(span for span in [*summary, *outline.later] if opening.REACH.search(span.plain))]
        ),
        warnings=[],
    )
    found = Findings(summary=summary, gaps=[*gaps, *sanctions.breakdown_gaps([*by_summary, *by_issue])])
    bulletin.warnings = warn(bulletin, outline, found)
    return bulletin


def _own(outline: Outline) -> list[Answered]:
    """Issues whose figures are counted here; a shared answer counts once, at the last issue above it."""
    return [issue for issue in outline.issues if not any(other > issue.ordinal for other in issue.shares)]


def _issues(outline: Outline, declared: list[DeclaredFigure]) -> list[IssueRead]:
    own = {issue.ordinal for issue in _own(outline)}
    states = statuses([stated_status(issue) for issue in outline.issues], declared)
    return [
        _issue(issue, status, basis, owner=issue.ordinal in own)
        for issue, (status, basis) in zip(outline.issues, states, strict=True)
    ]


def _issue(issue: Answered, status: RectificationStatus, basis: StatusBasis, *, owner: bool) -> IssueRead:
    quantities = [quantity for span in issue.texts for quantity in quantities_in(span, "text")]
    quantities += [quantity for span in issue.results if owner for quantity in quantities_in(span, "result")]
    flags = ["promise_only"] if issue.results and promises_only(issue) else []
    return IssueRead(
        ordinal=issue.ordinal,
        number=issue.number,
        category=issue.category,
        item=issue.item,
        text="\n".join(span.printed() for span in issue.texts),
        result="\n".join(span.printed() for span in issue.results) or None,
        status=status,
        status_basis=basis,
        shares_result_with=issue.shares,
        quantities=quantities,
        flags=flags,
        fields=IssueFields(**{name: span.printed() for name, span in issue.fields.items()}) if issue.fields else None,
        at=_whole(issue),
    )


def _whole(issue: Answered) -> Place:
    spans = [*issue.texts, *issue.results]
    if not spans:
        return {"line": 1}
    first, last = spans[0].at(), spans[-1].at()
    return {"line": first["line"], "end_line": last.get("end_line", last["line"])}


def _money(outline: Outline, summary: list[Span]) -> tuple[list[MoneyEntry], list[money.Amount]]:
    by_issue = []
    for issue in _own(outline):
        amounts = [amount for span in issue.results for amount in money.amounts_in(span)]
        settled = any(money.SETTLED.search(span.plain) for span in issue.results)
        by_issue.append((issue.ordinal, amounts, settled))
    return money.settle(by_issue, [amount for span in summary for amount in money.amounts_in(span)])


def _declared(figures: list[DeclaredFigure]) -> Declared:
    first: dict[str, int | str] = {}
    for figure in figures:
        first.setdefault(figure.name, figure.value)
    known = {name: first.get(name) for name in Declared.model_fields}
    known["completed"] = first.get("completed", first.get("completed_measures"))
    return Declared.model_validate(known)
