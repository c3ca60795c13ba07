"""The real source bulletin, fact by fact."""

import io
from pathlib import Path

import pytest
from docx import Document

from rectify_api.documents.bulletin import Bulletin, read_bulletin

SOURCE = Path(__file__).parents[2] / "../shared/data/source-bulletin.txt"
pytestmark = pytest.mark.skipif(
    not SOURCE.exists(), reason="the source bulletin ../shared/data/source-bulletin.txt is not beside the repository"
)


@pytest.fixture(scope="module")
def data() -> bytes:
    return SOURCE.read_bytes()


@pytest.fixture(scope="module")
def bulletin(data: bytes) -> Bulletin:
    return read_bulletin(data, SOURCE.name)


def quantities(bulletin: Bulletin, issue: int) -> set[str]:
    return {quantity.value + quantity.unit for quantity in bulletin.issues[issue - 1].quantities}


def test_the_opening_and_the_ending_say_who_and_when(bulletin: Bulletin) -> None:
    assert bulletin.title is None
    assert (bulletin.kind, bulletin.inspection_type) == ("xuncha", None)
    assert bulletin.inspected_organisation == "西安市高陵区城市管理和综合执法局党委"
    assert bulletin.inspection_group == "区委第三巡察组"
    assert bulletin.dates.model_dump() == {
        "inspection_start": "2020-04-26",
        "inspection_end": "2020-06-28",
        "feedback": "2020-09-02",
    }
    assert bulletin.publisher == "中共西安市高陵区城市管理和综合执法局委员会"
    assert bulletin.published_on == "2021-07-20"
    assert bulletin.contact.model_dump() == {
        "phones": ["029-86917221"],
        "emails": ["xaglcsglj@163.com"],
        "address": "西安市高陵区北广场路552号",
        "postcode": None,
    }


def test_the_tree_has_three_categories_fourteen_items_and_forty_answered_issues(bulletin: Bulletin) -> None:
    assert bulletin.counted.model_dump() == {"categories": 3, "items": 14, "issues": 40, "by_status": {"completed": 40}}
    assert [[item.category for item in bulletin.items].count(one) for one in (1, 2, 3)] == [4, 5, 5]
    assert [[issue.category for issue in bulletin.issues].count(one) for one in (1, 2, 3)] == [13, 16, 11]
    assert [issue.number for issue in bulletin.issues] == [f"({number})" for number in range(1, 41)]
    assert [item.number for item in bulletin.items] == [f"{n}." for n in (1, 2, 3, 4, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5)]
    assert all(issue.result and not issue.shares_result_with for issue in bulletin.issues)
    assert bulletin.issues[7].text == "渣土偷运乱倒。"
    assert (bulletin.issues[0].at, bulletin.issues[39].at) == (
        {"line": 13, "end_line": 14},
        {"line": 106, "end_line": 107},
    )


def test_every_issue_is_completed_by_the_total_only(bulletin: Bulletin) -> None:
    assert {(issue.status, issue.status_basis) for issue in bulletin.issues} == {("completed", "document_total")}


def test_the_original_characters_stay(bulletin: Bulletin) -> None:
    assert "“三会一课 ”" in bulletin.issues[31].text
    assert "头疼医头脚疼医脚 ”" in bulletin.issues[17].text
    assert "进步强化" in bulletin.categories[2].title


def test_declared_figures_stay_beside_each_other(bulletin: Bulletin) -> None:
    assert bulletin.declared.model_dump() == {
        "categories": 3,
        "items": 14,
        "issues": 40,
        "measures": 103,
        "completed": 40,
        "persons": None,
        "recovered": None,
    }
    assert [(one.value, one.at["line"]) for one in bulletin.declared_all if one.name == "measures"] == [
        (103, 5),
        (40, 10),
    ]
    assert [(one.code, one.at["line"]) for one in bulletin.warnings] == [
        ("RECOVERY_CONFLICT", 6),
        ("MEASURE_COUNT_CONFLICT", 10),
    ]


def test_recovered_money_is_counted_once_and_other_money_is_not_recovered(bulletin: Bulletin) -> None:
    assert [(one.action, one.amount, one.issue, one.also_in_summary) for one in bulletin.money] == [
        ("recovered", "13700.00", 24, True),
        ("outstanding", "1125.00", 24, True),
        ("recovered", "65640.00", 24, True),
        ("recovered", "40.00", 26, True),
    ]
    totals = (bulletin.recovered_total, bulletin.outstanding_total, bulletin.identified_total)
    assert totals == ("79380.00", "1125.00", "80505.00")


def test_sanctions_and_rules_are_the_printed_ones(bulletin: Bulletin) -> None:
    assert [(one.code, one.label, one.count, one.issue, one.at["line"]) for one in bulletin.sanctions] == [
        ("PARTY_EXPULSION", "开除党籍", 1, 40, 107),
        ("PARTY_WARNING", "党内警告", 1, 40, 107),
        ("GOV_DEMERIT", "行政记过", 2, 40, 107),
        ("HR_DISMISSAL", "辞退", 1, 40, 107),
        ("EDU_CIRCULATED_CRITICISM", "通报批评", 1, 40, 107),
    ]
    assert bulletin.rule_changes.model_dump() == {"new": 4, "revised": 11, "abolished": None, "new_and_revised": None}


def test_pure_promises_are_flagged(bulletin: Bulletin) -> None:
    assert [issue.ordinal for issue in bulletin.issues if "promise_only" in issue.flags] == [4, 13, 25, 34]


@pytest.mark.parametrize(
    ("issue", "printed"),
    [
        (1, "10次 4次 3次"),
        (2, "16个 24处 7处 160处"),
        (3, "11条 134处 49条 3份 3301家"),
        (5, "5座 4公里 100%"),
        (6, "300处 578处 119800平方米"),
        (7, "16家 3辆 210家 69份 988次 9000元"),
        (8, "211台次 1142000元 124辆"),
        (9, "4次 2676起 4028份"),
        (10, "3次 4次 1次"),
        (11, "4次"),
        (12, "2次 3次"),
        (17, "300处 578处 119800平方米 4公里 100%"),
        (19, "1次 7次"),
        (20, "6次 4起"),
        (21, "67辆 140辆 530000元 5130000元 160辆"),
        (24, "14825元 13700元 1125元 65640元"),
        (25, "90000元"),
        (26, "100元 20元"),
        (28, "11480000元 50座 55座"),
        (30, "2次 1次"),
        (31, "10人次 1人 4人 1支 170000元"),
        (35, "2次 1次"),
        (37, "6名 15人"),
        (38, "37个 21个 130名 78名 2次"),
        (40, "1人 2人"),
    ],
)
def test_every_printed_quantity_is_read(bulletin: Bulletin, issue: int, printed: str) -> None:
    assert quantities(bulletin, issue) == set(printed.split())


@pytest.mark.parametrize("issue", [4, 13, 14, 15, 16, 18, 22, 23, 27, 29, 32, 33, 34, 36, 39])
def test_an_answer_without_a_figure_yields_none(bulletin: Bulletin, issue: int) -> None:
    assert not quantities(bulletin, issue)


def test_rounded_quantities_are_marked(bulletin: Bulletin) -> None:
    rounded = {(issue.ordinal, q.value) for issue in bulletin.issues for q in issue.quantities if q.approximate}
    assert rounded == {(1, "10"), (2, "160"), (6, "300"), (17, "300"), (31, "170000")}


def test_every_place_points_at_the_words_it_names(bulletin: Bulletin, data: bytes) -> None:
    lines = data.decode().splitlines()
    named = [(one.at, one.text) for one in bulletin.sanctions] + [(one.at, one.text) for one in bulletin.declared_all]
    for at, text in named:
        assert lines[at["line"] - 1][at["start"] : at["end"]] == text
    for issue in bulletin.issues:
        for quantity in issue.quantities:
            printed = lines[quantity.at["line"] - 1][quantity.at["start"] : quantity.at["end"]]
            assert printed in quantity.text
            assert printed.endswith(quantity.unit)


def as_word(text: str) -> bytes:
    document, kept = Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(kept)
    return kept.getvalue()


def as_page(text: str, *, charset: str) -> bytes:
    paragraphs = "".join(f'\n <p style="text-indent:2em">\n  <span>{line}</span>\n </p>' for line in text.splitlines())
    head = f'<!doctype html><html><head><meta charset="{charset}"><title>网页</title><script>1</script></head>'
    return f"{head}<body><nav><a>首页</a></nav><div>{paragraphs}</div></body></html>".encode(charset)


def test_copies_in_other_formats_and_encodings_have_the_same_digest(bulletin: Bulletin, data: bytes) -> None:
    text = data.decode()
    copies = {
        "a.docx": as_word(text),
        "a.html": as_page(text, charset="utf-8"),
        "b.html": as_page(text, charset="gb18030"),
        "c.xhtml": b'<?xml version="1.0" encoding="utf-8"?>\n' + as_page(text, charset="utf-8"),
        "gb.txt": text.encode("gb18030"),
        "bom.txt": text.encode("utf-8-sig"),
        "utf16.txt": text.encode("utf-16"),
        "crlf.txt": text.replace("\n", "\r\n\r\n").encode(),
    }
    assert {name: read_bulletin(copy, name).digest() for name, copy in copies.items()} == dict.fromkeys(
        copies, bulletin.digest()
    )


def test_one_changed_figure_changes_the_digest(bulletin: Bulletin, data: bytes) -> None:
    changed = data.decode().replace("13700元", "13701元").encode()
    assert read_bulletin(changed).digest() != bulletin.digest()


def test_full_width_punctuation_and_digits_change_no_figure(bulletin: Bulletin, data: bytes) -> None:
    wide = data.decode().translate({code: code + 0xFEE0 for code in map(ord, "0123456789,;:()")})
    again = read_bulletin(wide.encode())
    assert again.counted == bulletin.counted
    assert again.declared == bulletin.declared
    assert again.dates == bulletin.dates
    assert [one.amount for one in again.money] == [one.amount for one in bulletin.money]
    assert [(one.code, one.count) for one in again.sanctions] == [(one.code, one.count) for one in bulletin.sanctions]
