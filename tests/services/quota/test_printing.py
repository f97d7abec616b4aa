"""The official tables on paper: as PDF with embedded fonts, as workbooks with live formulas, as pictures."""

from __future__ import annotations

import asyncio
import io
import re
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pypdfium2
import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from services import typesetting
from services.quota.printing import service
from services.quota.printing.states import PaperFormat
from services.typesetting import typeset
from tests.platform.crowds import Slow, assert_bounded, while_many
from tests.services.quota.bodies import YEAR, levels, wish
from tests.services.quota.conftest import NOTICE
from tests.services.quota.people import Unit, ask, service_token

FORMS, PAPERS = "/v1/annual-forms", "/v1/papers"
TITLE = "2023年青海省事业单位专业技术岗位聘任情况年度审核表"
COPIES = ["职称评审办事机构", "人社部门", "主管部门", "事业单位"]
LINE = (
    ("HRSS", "PROVINCE", None),
    ("AUTHORITY", "PROVINCE", None),
    ("EMPLOYER", "PROVINCE", "PUBLIC_INSTITUTION"),
)


@pytest.fixture
def clinic(directory) -> Unit:
    """A hospital that accounts knows by name."""
    return directory.unit(*LINE, name="青海省江源医院")


@pytest.fixture
async def form(acquainted, clinic):
    """Its approved form."""
    body = {
        "unit_id": clinic.id,
        "year": YEAR,
        "levels": levels(ASSOCIATE_SENIOR=(45, 4, 0, 0), MIDDLE=(12, 11, 1, 0)),
    }
    made = (await ask(acquainted, "POST", FORMS, clinic.recommender, body)).json()["record"]
    for action, token in clinic.way_up():
        answer = await ask(
            acquainted, "POST", f"{FORMS}/{made['id']}/actions/{action}", token, {"version": made["version"]}
        )
        made = answer.json()["record"]
    return made


@pytest.fixture
def fetch(acquainted, clinic, form):
    """`await fetch("PDF")`: the printed form, by a link."""

    async def fetched(wanted: str):
        asked = {"form_id": form["id"], "format": wanted}
        link = await ask(acquainted, "POST", f"{PAPERS}/annual-forms", clinic.recommender, asked)
        assert link.status_code == 201, link.text
        answer = await acquainted.get(link.json()["record"]["path"])
        assert answer.status_code == 200, answer.text
        return answer

    return fetched


async def recommend(http, unit: Unit, number: int) -> None:
    """So many people on the establishment are recommended for associate senior."""
    for place in range(number):
        asked = wish(unit, person_name=f"李青山{place}")
        assert (await ask(http, "POST", "/v1/reservations", service_token(), asked)).status_code == 201


def pages_of(pdf: bytes) -> list[str]:
    """The text of every page, without its blanks."""
    document = pypdfium2.PdfDocument(pdf)
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]


@pytest.mark.clause("A2")
async def test_the_form_is_printed_in_four_copies(fetch):
    """Title, figures, names, places of signature and seal, notes; each copy says who keeps it; A4, fonts embedded."""
    answer = await fetch("PDF")
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    pages = pages_of(answer.content)
    assert len(pages) == 4
    for page, holder in zip(pages, COPIES, strict=True):
        for words in (
            TITLE,
            "青海省江源医院",
            f"本联存：{holder}",
            "负责人签字",
            "经办人签字",
            "盖章",
            "已审核备案",
        ):
            assert words in page, words
        assert "职称申报数4104100" in page
        assert "我单位推荐0人参加正高级" in page
        assert "第1页共1页" in page
        assert "按照“退二进一”政策申报职称的" in page
    assert pypdfium2.PdfDocument(answer.content)[0].get_size() == pytest.approx((595.3, 841.9), abs=1)
    assert b"NotoSerifSC" in answer.content


@pytest.mark.clause("A2")
async def test_as_many_people_as_there_are(acquainted, clinic, fetch):
    """Forty people go over to further pages, the heading of the list is repeated, pages are numbered within a copy."""
    await recommend(acquainted, clinic, 40)
    pages = pages_of((await fetch("PDF")).content)
    assert len(pages) == 8
    assert ["第1页共2页" in page or "第2页共2页" in page for page in pages] == [True] * 8
    whole = "".join(pages[:2])
    assert all(f"李青山{place}" in whole for place in range(40))
    assert "推荐40人参加副高级" in whole
    assert "已取得专业技术任职资格" in pages[1]


@pytest.mark.clause("A2")
async def test_the_workbook_counts_by_itself(acquainted, clinic, fetch):
    """Vacancies, numbers to declare and totals are formulas with their values; what is typed is a number."""
    await recommend(acquainted, clinic, 2)
    content = (await fetch("XLSX")).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    by_name = {row[0]: row for row in rows}
    assert by_name["职称申报数"][1:6] == [41, 0, 41, 0, 0]
    assert by_name["人社部门核准岗位数"][1] == 57
    assert [row[0] for row in rows if str(row[0]).startswith("李青山")] == ["李青山0", "李青山1"]
    with ZipFile(io.BytesIO(content)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    formulas = [each.text for each in ET.fromstring(sheet).iter() if each.tag.endswith("}f")]  # noqa: S314 - our own file
    assert "D5-D6" in formulas  # vacant = approved - employed
    assert "D7-D8" in formulas  # to declare = vacant - qualified, not employed
    assert sum(each.startswith("SUM(") for each in formulas) == 6


async def test_a_name_is_never_taken_for_markup_or_a_formula(acquainted, clinic, fetch):
    """What people type is printed as it stands, in either kind of file."""
    asked = wish(clinic, person_name="=1+1 #text(red)[x]")
    await ask(acquainted, "POST", "/v1/reservations", service_token(), asked)
    assert "=1+1#text(red)[x]" in pages_of((await fetch("PDF")).content)[0]
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO((await fetch("XLSX")).content))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert [row[0] for row in rows if "text(red)" in str(row[0])] == ["=1+1 #text(red)[x]"]


async def test_the_picture_looks_like_the_page(fetch):
    """The PNG is the first page: as large, as dark in the same places."""
    picture = Image.open(io.BytesIO((await fetch("PNG")).content)).convert("L")
    page = pypdfium2.PdfDocument((await fetch("PDF")).content)[0].render(scale=2).to_pil().convert("L")
    assert picture.size == pytest.approx(page.size, abs=2)
    small = [each.resize((24, 34)).tobytes() for each in (picture, page)]
    assert max(abs(a - b) for a, b in zip(*small, strict=True)) < 24
    assert min(small[0]) < 235  # it is not blank
    assert (await fetch("SVG")).text.startswith("<svg")


async def test_a_draft_says_that_it_is_one(acquainted, clinic):
    """A form that is not approved is printed with where it stands, and without the signatures it lacks."""
    body = {"unit_id": clinic.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
    made = (await ask(acquainted, "POST", FORMS, clinic.recommender, body)).json()["record"]
    asked = {"form_id": made["id"], "format": "PDF"}
    link = (await ask(acquainted, "POST", f"{PAPERS}/annual-forms", clinic.recommender, asked)).json()[
        "record"
    ]
    page = pages_of((await acquainted.get(link["path"])).content)[0]
    assert "填报中" in page
    assert "同意" not in page


async def test_who_may_not_see_the_form_prints_none(acquainted, clinic, form, school):
    """Strangers and applicants get no link; a link that was altered is none."""
    for token in (school.recommender, clinic.at(2, "APPLICANT")):
        asked = {"form_id": form["id"], "format": "PDF"}
        answer = await ask(acquainted, "POST", f"{PAPERS}/annual-forms", token, asked)
        assert (answer.status_code, answer.json()["code"]) == (404, "ANNUAL_FORM_NOT_FOUND")
    answer = await acquainted.get(f"{PAPERS}/AAAA")
    assert answer.json()["code"] == "LINK_INVALID"
    bad = await ask(
        acquainted,
        "POST",
        f"{PAPERS}/annual-forms",
        clinic.recommender,
        {"form_id": form["id"], "format": "DOC"},
    )
    assert (bad.status_code, bad.json()["field"]) == (422, "format")


@pytest.mark.clause("A1")
async def test_the_table_of_ratios_is_printed_for_anybody(quota):
    """Five rows, the remark of the first, the note; as a workbook the overall ratios are sums."""
    answer = await quota.get(f"{PAPERS}/ratio-table?format=PDF&year={YEAR}")
    [page] = pages_of(answer.content)
    for words in ("单独核定“双定向”", "不含县本级", "154540351850", "青人社厅发〔2022〕58号"):
        assert words in page, words
    content = (await quota.get(f"{PAPERS}/ratio-table?format=XLSX")).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[1:8] for row in rows[2:7]] == [
        [15, 45, 40, 3, 5, 18, 50],
        [20, 50, 30, 7, 10, 27, 60],
        [15, 45, 40, 7, 10, 22, 55],
        [20, 50, 30, 8, 10, 28, 60],
        [15, 45, 40, 8, 10, 23, 55],
    ]
    answer = await quota.get(f"{PAPERS}/ratio-table?year=1999")
    assert (answer.status_code, answer.json()["code"]) == (422, "YEAR_UNKNOWN")


@pytest.mark.clause("A1")
async def test_the_table_of_ratios_is_made_once(quota, monkeypatch):
    """Asked for by many at once and again, it is set once for each format, and is the same to the byte for all."""
    set_as = []

    async def counted(template, data, wanted, *, at):
        set_as.append((wanted.value, at.year))
        return await typeset(template, data, wanted, at=at)

    monkeypatch.setattr(service, "typeset", counted)
    tables, wanted = service.RatioTables(), (PaperFormat.PDF, PaperFormat.PNG)
    made = await asyncio.gather(*(tables.of(NOTICE, each) for each in wanted * 4))
    assert sorted(set_as) == [("pdf", YEAR), ("png", YEAR)]
    told = [(await quota.get(f"{PAPERS}/ratio-table?format={each}&year={YEAR}")).content for each in wanted]
    assert [each.content for each in made] == told * 4


async def test_whoever_waits_for_a_paper_keeps_nobody_else_waiting(acquainted, clinic, form, monkeypatch):
    """More want the form than there are connections, and making it takes long: others are answered, the queue has an end."""
    asked = {"form_id": form["id"], "format": "PDF"}
    link = await ask(acquainted, "POST", f"{PAPERS}/annual-forms", clinic.recommender, asked)
    path, slow = link.json()["record"]["path"], Slow()
    monkeypatch.setattr(typesetting, "_compiled", slow.work)
    told, crowd = await while_many(
        slow,
        lambda: acquainted.get(path),
        lambda: ask(acquainted, "GET", f"{FORMS}/{form['id']}", clinic.recommender),
    )
    assert told.status_code == 200, told.text
    assert_bounded(crowd)
