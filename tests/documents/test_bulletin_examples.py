"""One invented bulletin for each structure the genre has, each with the tree a person reads in it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rectify_api.documents.bulletin import NotABulletin, read_bulletin

EXAMPLES = Path(__file__).parent / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("[01][0-9]-*.json"))
LOOK_ALIKES: dict[str, str] = json.loads((EXAMPLES / "look-alikes.json").read_text("utf-8"))


def stated(found: Any, expected: Any) -> Any:
    """The part of `found` that `expected` speaks of: its keys, in lists of any length."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return (
            {key: stated(found.get(key), value) for key, value in expected.items()}
            if "by_status" not in expected
            else found
        )
    if isinstance(expected, list) and isinstance(found, list):
        pairs = zip(found, expected, strict=False)
        return [stated(one, wanted) for one, wanted in pairs] + found[len(expected) :]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_bulletin_is_read_as_a_person_reads_it(name: str) -> None:
    source = next(path for path in EXAMPLES.glob(f"{name}.*") if path.suffix != ".json")
    expected = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    found = read_bulletin(source.read_bytes(), source.name).model_dump(mode="json")
    assert stated(found, expected) == expected


def test_there_is_one_example_for_each_structure() -> None:
    assert [name[:2] for name in NAMES] == [f"{number:02d}" for number in range(1, 11)]


def test_the_tour_bulletin_has_no_contradiction() -> None:
    tour = read_bulletin((EXAMPLES / "tour.txt").read_bytes(), "tour.txt")
    assert tour.counted.model_dump() == {
        "categories": 2,
        "items": 3,
        "issues": 6,
        "by_status": {"completed": 5, "long_term": 1},
    }
    assert (tour.recovered_total, tour.outstanding_total, tour.identified_total) == ("26300.00", "1800.00", "28100.00")
    assert [(one.code, one.count, one.also_in_summary) for one in tour.sanctions] == [
        ("PARTY_WARNING", 1, True),
        ("EDU_ADMONISHMENT", 2, True),
        ("EDU_CRITICISM_EDUCATION", 1, True),
    ]
    assert tour.declared.persons == 4
    assert tour.warnings == []


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_a_look_alike_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(NotABulletin) as refusal:
        read_bulletin(LOOK_ALIKES[name].encode())
    assert refusal.value.kind == "not-a-bulletin"
    assert all(refusal.value.detail)


def test_a_printed_total_that_contradicts_the_list_is_reported_and_not_corrected() -> None:
    text = (EXAMPLES / "tour.txt").read_text("utf-8")
    changed = (
        text.replace("3项突出问题", "4项突出问题")
        .replace("具体问题6个", "具体问题8个")
        .replace("完成整改5个", "完成整改3个")
    )
    bulletin = read_bulletin(changed.replace("清退违规资金26300元", "清退违规资金27000元").encode())
    assert (bulletin.declared.items, bulletin.declared.issues, bulletin.counted.issues) == (4, 8, 6)
    assert {"ITEM_COUNT_MISMATCH", "ISSUE_COUNT_MISMATCH", "STATUS_COUNT_MISMATCH", "MONEY_TOTAL_MISMATCH"} <= {
        warning.code for warning in bulletin.warnings
    }


def test_a_group_total_is_checked_against_its_parts() -> None:
    text = (EXAMPLES / "tour.txt").read_text("utf-8")
    for parts, complaints in (
        ("党内警告1人、严重警告2人", []),
        ("党内警告1人、严重警告1人", ["ACCOUNTABILITY_SUM_MISMATCH"]),
    ):
        words = f"给予党纪处分3人({parts})，责令检查、谈话提醒9人，政务处分0人"
        bulletin = read_bulletin(
            text.replace("给予党内警告1人、诫勉谈话2人", words).replace("其中党内警告1人、", "其中").encode()
        )
        codes = {str(one.code): one.count for one in bulletin.sanctions}
        assert (codes["PARTY_TOTAL"], codes["MIXED_EDUCATION"], codes["GOV_TOTAL"]) == (3, 9, 0)
        assert [one.code for one in bulletin.warnings if one.code.startswith("ACC")] == complaints


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("建立完善制度45项", {"new_and_revised": 45}),
        ("制定及修改完善制度12项", {"new_and_revised": 12}),
        ("完善和新建制度589项", {"new_and_revised": 589}),
        ("新制定管理办法6个，修订完善8个，废止制度2项", {"new": 6, "revised": 8, "abolished": 2}),
        ("制定整改措施30条", {}),
    ],
)
def test_rules_are_counted_by_what_the_words_tell_apart(sentence: str, counts: dict[str, int]) -> None:
    text = (EXAMPLES / "tour.txt").read_text("utf-8").replace("新建制度3项，修订制度5项", sentence)
    assert read_bulletin(text.encode()).rule_changes.model_dump(exclude_none=True) == counts


@pytest.mark.parametrize(
    ("sentence", "recovered"),
    [
        ("追缴违规所得7.132万元", "71320.00"),
        ("追回资金1.05亿元", "105000000.00"),
        ("收回借款24,978.12 万元", "249781200.00"),
        ("违规费用3000元，已全部退回", "3000.00"),
        ("收回资金5万元，上缴财政5万元", "50000.00"),
        ("对企业处罚9万元", "0.00"),
        ("投资120万元改造设施", "0.00"),
        ("调整账务处理8万元", "0.00"),
        ("挽回经济损失60万元", "0.00"),
        ("将追缴剩余款项4万元", "0.00"),
        ("清退借调人员15人", "0.00"),
    ],
)
def test_only_money_that_came_back_is_recovered(sentence: str, recovered: str) -> None:
    text = (EXAMPLES / "02-two-levels.txt").read_text("utf-8").replace("更换除湿机6台", sentence)
    assert read_bulletin(text.encode()).recovered_total == recovered


OPENING = (
    "中共甲县乙局党组关于巡察整改进展情况的通报\n根据县委统一部署，2021年3月1日至4月30日，县委第一巡察组对乙局党组开展了巡察。"
    "6月2日，县委第一巡察组向乙局党组反馈了意见。现将整改进展情况予以公布。\n"
)
SIGNATURE = "\n中共甲县乙局党组\n2021年12月1日"


ANSWERS = {
    "二、整改情况|（一）关于甲的问题|整改情况：|1.定计划。|2.学习6次。|（二）关于乙的问题|整改情况：|1.重建台账3本。": [
        "1.定计划。|2.学习6次。",
        "1.重建台账3本。",
    ],
    "二、整改落实情况|（一）作风方面|1.会议偏多。|整改情况：|一是减会。|二是并会。|2.文件偏多。|整改情况：|减文。": [
        "一是减会。|二是并会。",
        "减文。",
    ],
    "二、整改情况|1.会议偏多。|【整改进展】会议减少两成。|2.文件偏多。|整改措施及成效：文件减少30件。": [
        "会议减少两成。",
        "文件减少30件。",
    ],
    "二、整改情况|1.会议偏多。|整改情况|会议减少两成。|2.文件偏多。|整改情况|文件减少30件。": [
        "会议减少两成。",
        "文件减少30件。",
    ],
    "二、整改情况|问题1：学习少。|整改情况：学习5次。|问题2：管理松。|整改情况：约谈5人。|下一步，局党组将用力。": [
        "学习5次。",
        "约谈5人。",
    ],
}


@pytest.mark.parametrize("body", ANSWERS)
def test_answers_are_found_however_they_are_introduced(body: str) -> None:
    bulletin = read_bulletin((OPENING + body.replace("|", "\n") + SIGNATURE).encode())
    assert [issue.result for issue in bulletin.issues] == [answer.replace("|", "\n") for answer in ANSWERS[body]]


def test_a_page_in_traditional_characters_gives_the_same_figures() -> None:
    text = "\n".join(
        (
            "中共雲嶺區公園管理局委員會關於巡察整改進展情況的通報",
            "根據區委統一部署，2025年3月10日至5月16日，區委第二巡察組對區公園管理局黨委開展了巡察。現將整改進展情況予以公佈。",
            "二、整改落實情況",
            "1.關於“維修遲緩”的問題。",
            "整改情況：收回違規費用26300元，給予黨內警告1人。該問題已完成整改。",
        )
    )
    bulletin = read_bulletin(text.encode())
    assert (bulletin.recovered_total, bulletin.issues[0].status) == ("26300.00", "completed")
    assert [one.code for one in bulletin.sanctions] == ["PARTY_WARNING"]
    assert bulletin.issues[0].result == "收回違規費用26300元，給予黨內警告1人。該問題已完成整改。"


def word(document: WordDocument) -> bytes:
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_a_ledger_table_in_a_word_document_is_read_row_by_row() -> None:
    document = Document()
    for line in OPENING.splitlines():
        document.add_paragraph(line)
    rows = [
        ["序号", "反馈问题", "整改措施", "完成情况", "责任单位"],
        ["一、政治建设方面"],
        ["1", "学习不够", "加强学习", "学习5次，已完成", "办公室"],
        ["2", "调研不够", "加强调研", "调研3次，正在推进", "研究室"],
    ]
    table = document.add_table(rows=len(rows), cols=5)
    for row, cells in zip(table.rows, rows, strict=True):
        if len(cells) == 1:
            row.cells[0].merge(row.cells[4])
        for cell, text in zip(row.cells, cells, strict=False):
            cell.text = text
    bulletin = read_bulletin(word(document), "ledger.docx")
    assert [category.title for category in bulletin.categories] == ["政治建设方面"]
    assert [(one.number, one.text, one.result, one.status) for one in bulletin.issues] == [
        ("1", "学习不够", "学习5次，已完成", "completed"),
        ("2", "调研不够", "调研3次，正在推进", "in_progress"),
    ]


def test_numbers_that_word_prints_by_itself_are_counted() -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (shape, text) in enumerate([("chineseCountingThousand", "(%1)"), ("decimal", "%2.")])
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for line in OPENING.splitlines():
        document.add_paragraph(line)
    for depth, line in [
        (0, "政治建设方面"),
        (1, "学习不够。"),
        (1, "调研不够。"),
        (0, "作风建设方面"),
        (1, "会议偏多。"),
    ]:
        paragraph = document.add_paragraph(line)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')
        )
        if depth:
            document.add_paragraph("整改情况：已改。")
    bulletin = read_bulletin(word(document), "numbered.docx")
    assert [(one.number, one.title) for one in bulletin.categories] == [
        ("(一)", "政治建设方面"),
        ("(二)", "作风建设方面"),
    ]
    assert [(one.number, one.category) for one in bulletin.issues] == [("1.", 1), ("2.", 1), ("1.", 2)]
