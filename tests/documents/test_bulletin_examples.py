"""One invented bulletin for each structure the genre has, each with the tree a person reads in it."""

import json
from pathlib import Path
from typing import Any

import pytest

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
        codes = {one.code: one.count for one in bulletin.sanctions}
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
