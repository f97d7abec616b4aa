"""Marks of classified documents are found wherever a document may hold them; the words alone prove nothing."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, NameObject

from services.files.marks import mark_in
from tests.files.documents import pdf
from tests.files.test_inspection import found
from tests.services.workflow.season import notice

PATTERNS = notice().material.classified.patterns
WORDS = ("秘密", "机密", "绝密")


@pytest.mark.parametrize(
    "text",
    [
        *("秘密★", "机密★10年", "绝密 ★ 启用前", "机密☆长期", "文件编号3  秘密★1年"),
        *("秘密", "  机 密  ", "【绝密】", "（秘密）", "机密 20年", "绝密长期", "密级：秘密", "密级: 机 密"),
        *("关于某项目的报告\n机密\n二〇二三年", "机\n密\n★", "密级\n：\n绝密"),
    ],
)
def test_a_mark_is_found(text):
    """With a star, alone on its line, or told as the level; blanks and breaks do not hide it."""
    assert mark_in([text], PATTERNS)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "侵犯商业秘密罪的认定",
            "商业秘密",
            "秘密性是商业秘密的构成要件",
            "不得提交涉密、秘密、机密、绝密资料",
        ),
        *(
            "机密性、完整性、可用性",
            "本材料不属于国家秘密。",
            "密级：公开",
            "★优秀论文",
            "保守秘密\n人人有责",
        ),
    ],
)
def test_running_text_passes(text):
    """Whoever writes on secrets is not secret."""
    assert mark_in([text], PATTERNS) is None


@given(
    before=st.text("论文职称评审商业 \n，。", max_size=30),
    word=st.sampled_from(WORDS),
    blanks=st.lists(st.sampled_from(["", " ", "\u3000", "\t"]), min_size=3, max_size=3),
)
def test_wherever_it_stands_a_star_gives_it_away(before, word, blanks):
    """Whatever surrounds it."""
    hidden = "".join(char + blank for char, blank in zip(word + "★", blanks, strict=True))
    assert mark_in([before + hidden + before], PATTERNS) == word + "★"


def test_every_page_is_read():
    """Not the first ones alone."""
    assert found("一.pdf", pdf("机密★", pages=5)) == "CLASSIFIED_MATERIAL"
    assert found("一.pdf", pdf("密 件\n机 密\n第一章", pages=5)) == "CLASSIFIED_MATERIAL"
    assert found("一.pdf", pdf("商业秘密的保护", pages=5)) == "application/pdf"


def described(writer: PdfWriter, word: str) -> None:
    """XML about the document."""
    stream = DecodedStreamObject()
    stream.set_data(f"<x:xmpmeta><dc:title><rdf:li>{word}</rdf:li></dc:title></x:xmpmeta>".encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)  # noqa: SLF001


def noted(writer: PdfWriter, word: str) -> None:
    """A note on its last page."""
    note = FreeText(text=word, rect=(50, 50, 200, 100))
    writer.add_annotation(len(writer.pages) - 1, note)


HIDDEN = {
    "title": lambda writer, word: writer.add_metadata({"/Title": word}),
    "keywords": lambda writer, word: writer.add_metadata({"/Keywords": word}),
    "XML": described,
    "note": noted,
    "attachment": lambda writer, word: writer.add_attachment(f"{word}附件.txt", b"x"),
}


@pytest.mark.parametrize("place", HIDDEN)
@pytest.mark.parametrize(("word", "answer"), [("机密", "CLASSIFIED_MATERIAL"), ("公开", "application/pdf")])
def test_what_is_told_beside_the_text_is_read_too(place, word, answer):
    """What a document says of itself, notes on its pages, and the names of files inside it."""
    writer, made = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(pages=3)))), io.BytesIO()
    HIDDEN[place](writer, word)
    writer.write(made)
    assert found("一.pdf", made.getvalue()) == answer
