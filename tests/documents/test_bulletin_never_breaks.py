"""Whatever bytes come, reading ends soon, with facts or with NotABulletin."""

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from rectify_api.documents.bulletin import NotABulletin, read_bulletin

EXAMPLES = Path(__file__).parent / "examples"
SOURCE = Path(__file__).parents[2] / "../shared/data/source-bulletin.txt"
SMALL = [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*")) if path.suffix in (".txt", ".html")]
NOISE = "一二3（(①、.。：:;元万人条已未收回整改问题措施情况\t\u3000\xa0\u200b《“”》0年月日%〇𠮷\ufffd"


def read(data: bytes, name: str = "") -> bool:
    try:
        bulletin = read_bulletin(data, name)
    except NotABulletin:
        return False
    assert bulletin.counted.issues == len(bulletin.issues)
    assert len(bulletin.digest()) == 64
    return True


def drop(lines: list[str], chance: random.Random) -> None:
    del lines[chance.randrange(len(lines))]


def double(lines: list[str], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))


def swap(lines: list[str], chance: random.Random) -> None:
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def widen(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines[at] = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and chance.random() < 0.7 else c for c in lines[at])


def narrow(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines[at] = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in lines[at])


def disturb(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    place = chance.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:place] + chance.choice(NOISE) + lines[at][place + chance.randrange(3) :]


def glue(lines: list[str], chance: random.Random) -> None:
    if len(lines) > 1:
        at = chance.randrange(len(lines) - 1)
        lines[at : at + 2] = [lines[at] + lines[at + 1]]


CHANGES: list[Callable[[list[str], random.Random], None]] = [drop, double, swap, widen, narrow, disturb, glue]


def mutated(text: str, chance: random.Random) -> bytes:
    lines = text.splitlines() or [""]
    for _ in range(chance.randint(1, 6)):
        chance.choice(CHANGES)(lines, chance)
        lines = lines or [""]
    return "\n".join(lines).encode()


@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_mutated_examples_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    read_ones = sum(read(mutated(chance.choice(SMALL), chance)) for _ in range(2_450))
    assert read_ones > 1_200


@pytest.mark.skipif(not SOURCE.exists(), reason="the source bulletin is not beside the repository")
def test_two_hundred_mutated_copies_of_the_source_are_read_or_refused() -> None:
    chance, text = random.Random(7), SOURCE.read_text("utf-8")
    assert sum(read(mutated(text, chance)) for _ in range(200)) > 150


@given(st.binary(max_size=400), st.sampled_from(["", "a.txt", "a.html", "a.docx"]))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_refused(data: bytes, name: str) -> None:
    assert not read(data, name)


@given(st.text(alphabet=NOISE + "关于巡察现将通报公布反馈第组", max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_words_of_the_genre_are_read_or_refused(text: str) -> None:
    read(b"" + ("关于巡察整改情况的通报\n现将整改情况予以公布。\n" + text).encode())


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 7, 11, 13])
def test_truncated_and_damaged_encodings_are_read_or_refused(cut: int) -> None:
    for text in SMALL:
        for encoding in ("utf-8", "gb18030", "utf-16", "big5hkscs"):
            data = text.encode(encoding, "replace")
            read(data[cut:-cut])
            read(data[: len(data) // cut])


HEAD = "关于巡察整改情况的通报\n现将巡察整改情况予以公布。\n"


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "整改",
        "关于“",
        "具体",
        "收回",
        "对",
        "、警告",
        "党内警告、",
        "1万元、",
        "(",
        "①",
        "①。②",
        "一、",
        "2020年",
        "(1)问题",
        "制度",
        "0-",
        "@a.",
    ],
)
def test_long_lines_take_no_more_than_linear_time(unit: str) -> None:
    started = time.perf_counter()
    for joint in (HEAD, HEAD + "（一）在甲方面\n1.关于“乙”问题。整改情况：", "根据部署，"):
        read((joint + unit * (60_000 // len(unit))).encode())
    assert time.perf_counter() - started < 6


def test_many_lines_take_no_more_than_linear_time() -> None:
    started = time.perf_counter()
    read((HEAD + "（1）甲问题。\n整改情况：收回资金3元，清退5元。\n" * 3_000).encode())
    read((HEAD + "（1）甲问题。\n" * 5_000).encode())
    assert time.perf_counter() - started < 10


def test_a_word_file_that_unpacks_to_too_much_is_refused() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (70 * 2**20))
    with pytest.raises(NotABulletin, match="unpacks"):
        read_bulletin(kept.getvalue(), "bomb.docx")


def test_a_damaged_word_file_is_refused() -> None:
    kept = io.BytesIO()
    document = Document()
    document.add_paragraph("关于巡察整改情况的通报")
    document.save(kept)
    whole = kept.getvalue()
    for cut in range(5, len(whole), len(whole) // 25):
        with pytest.raises(NotABulletin):
            read_bulletin(whole[:cut] + whole[cut + 3 :], "damaged.docx")


def test_a_deeply_nested_page_is_refused_or_read() -> None:
    read(b"<html>" + b"<div>" * 20_000 + HEAD.encode(), "deep.html")


def test_an_oversized_file_is_refused() -> None:
    with pytest.raises(NotABulletin):
        read_bulletin(b"a" * (33 * 2**20))
