"""Items of criteria are judged by plain facts: dates, evidence, figures, records, waivers, and what a person answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.accounts.contract import PersonStanding
from services.kit.policy import PolicyError
from services.workflow.criteria.policy import TOLD, EvidenceKind
from services.workflow.declaration.case import Counted, Document, Form, HoursNeeded
from services.workflow.declaration.content import Content
from services.workflow.evaluation.case import Answer, Held, Item
from services.workflow.evaluation.judging import judge, matched
from services.workflow.evaluation.proof import RECORDS
from services.workflow.evaluation.service import dated
from services.workflow.evaluation.states import ItemKind, Verdict
from services.workflow.policy import refuse_unprovable
from services.workflow.route.states import Waiver
from tests.platform.settings import POLICIES
from tests.services.workflow.applicants import CONTENT
from tests.services.workflow.neighbours import standing
from tests.services.workflow.season import LEVEL, notice

MET, HUMAN, NOT_MET = Verdict.MET, Verdict.NEEDS_HUMAN, Verdict.NOT_MET
FILES = ("EDUCATION_CERTIFICATE", "PRESENT_TITLE_CERTIFICATE", "APPOINTMENT_CERTIFICATE", "ACHIEVEMENT")
SENIORITY = {"code": "g", "text": "满五年", "fact": "years_in_present_title", "at_least": 5, "unit": "年"}
HOURS = {"code": "g", "text": "完成规定的继续教育", "evidence": ["CONTINUING_EDUCATION"]}
CASE = {"code": "e1", "text": "病案", "evidence": ["CASE"]}
PAPER = {"code": "e2", "text": "论文", "evidence": ["PAPER"]}
TRAINING = {"code": "e3", "text": "带教", "evidence": ["TRAINING", "GRASS_ROOTS"]}


@dataclass
class Asked:
    """Criteria."""

    gates: list[dict[str, Any]] = field(default_factory=list)
    menus: list[dict[str, Any]] = field(default_factory=list)


def menu(*entries: dict[str, Any], need: int = 1) -> Asked:
    """Criteria of one menu."""
    return Asked(menus=[{"code": "m", "text": "业绩", "need": need, "entries": list(entries)}])


def document(item: str, on: date | None = None) -> Document:
    """A file that is there."""
    return Document(uuid4(), item, item, stored=True, obtained_on=on)


def held(
    files: Sequence[Document] | None = None, known: dict[str, Any] | None = None, **content: Any
) -> Held:
    """A declaration of the content that others use, with what is changed."""
    policy = notice()
    cut_off, needed = policy.declaration.cut_off, policy.declaration.continuing_education
    form = Form(
        content=Content.model_validate({**CONTENT, **content}),
        documents=tuple(files if files is not None else map(document, FILES)),
        sections=(),
        items=(),
        hours=tuple(HoursNeeded(e.year, e.public, e.professional, e.basis()) for e in needed),
        counted=Counted(cut_off.until, cut_off.years_after_present_title),
        achievement_kinds=frozenset(),
    )
    told = (
        None if known is None else PersonStanding.model_validate(standing(UUID(int=1), "2023-11-20", **known))
    )
    return Held(
        form, told, policy.criteria, policy.articles, policy.articles["cut_off"], {}, {}, "HEALTH", LEVEL
    )


def judged(criteria: Asked, facts: Held, **answers: bool) -> dict[str, Item]:
    """Every item by its code."""
    given_ = {c: Answer(met, "已核", uuid4(), "办", datetime.now(UTC)) for c, met in answers.items()}
    return {each.code: each for each in judge(criteria, facts, given_)}


def gate(facts: Held, **changed: Any) -> Item:
    """One gate, judged."""
    return judged(Asked(gates=[SENIORITY | changed]), facts)["g"]


def title(obtained: str, **more: Any) -> dict[str, Any]:
    """A present title of that day."""
    return {"name": "主治医师", "level": "MIDDLE", "obtained_on": obtained, **more}


def record(obtained: str, **more: Any) -> dict[str, Any]:
    """A confirmed title on record."""
    return {
        "record_id": str(uuid4()), "series": "HEALTH", "specialty": None, "title_level": "MIDDLE",
        "title_name": "主治医师", "obtained_on": obtained, "limits": [], "confirmed": True, "basis": [], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "on_record", "verdict"),
    [
        ("2018-12-31", None, MET),
        ("2019-01-01", None, NOT_MET),
        ("2018-12-31", "2019-01-01", HUMAN),
        ("2018-12-31", "2017-12-31", MET),
        ("2019-01-01", "2018-12-31", HUMAN),
        ("2019-01-01", "2019-06-01", NOT_MET),
    ],
)
def test_years_are_whole_up_to_the_cut_off(declared, on_record, verdict):
    """31 December completes the year, 1 January does not; a record that says less leaves it to a person."""
    known = {"titles": [record(on_record)]} if on_record else None
    found = gate(held(known=known, present_title=title(declared)))
    assert found.verdict is verdict
    assert (found.need, found.have is not None, "2023-12-31" in found.zh) == (5, True, True)


@pytest.mark.parametrize(
    ("obtained", "verdict"),
    [("2016-12-31", NOT_MET), ("2017-01-01", HUMAN), ("2023-12-31", HUMAN), ("2024-01-01", NOT_MET)],
)
def test_achievements_count_from_the_year_after_the_title(obtained, verdict):
    """The title is of 2016: its last day does not count, nor does the day after the cut-off."""
    told = [{"kind": "CASE_REPORT", "title": "病案", "obtained_on": obtained}]
    found = judged(menu(CASE), held(achievements=told))
    assert (found["m"].verdict, found["e1"].verdict) == (verdict, verdict)
    assert {"一（一）", "三（六）2"} <= {each.cite for each in found["e1"].basis}


def test_what_no_machine_can_tell_is_never_met():
    """Wording without a figure, figures nobody computes, evidence the form has no place for: for a person; missing: not met."""
    facts = held()
    for asked in (
        {"code": "g", "text": "医德"},
        {"code": "g", "text": "学历", "evidence": ["DEGREE"]},
        {"code": "g", "text": "执业", "evidence": ["LICENCE"]},
        {"code": "g", "text": "周数", "fact": "working_weeks_a_year", "at_least": 40, "unit": "周"},
        SENIORITY | {"evidence": ["TITLE", "LICENCE"]},
        SENIORITY | {"unit": "月"},
        SENIORITY | {"at_least": None},
        SENIORITY | {"fact": "unheard_of"},
        SENIORITY | {"evidence": ["UNHEARD_OF"]},
        SENIORITY | {"fact": "years_appointed", "present": None},
    ):
        late = replace(facts, form=replace(facts.form, content=Content.model_validate(
            CONTENT | {"present_title": title("2010-01-01")}
        )))  # fmt: skip
        asked.pop("present", None)
        assert judged(Asked(gates=[asked]), late)["g"].verdict is HUMAN, asked
    nothing = held(files=())
    assert (
        judged(Asked(gates=[{"code": "g", "text": "学历", "evidence": ["DEGREE"]}]), nothing)["g"].verdict
        is NOT_MET
    )
    assert gate(held(present_title=None)).verdict is NOT_MET


def test_years_are_those_in_the_title_next_below_in_the_series():
    """A lower title gives none; one of another series is for a person; who leaves it out rests on no record alone."""
    early = "2010-01-01"
    junior = title(early, level="JUNIOR")
    assert gate(held(present_title=junior)).verdict is NOT_MET
    low = {"titles": [record(early, title_level="JUNIOR")]}
    assert gate(held(known=low, present_title=None)).verdict is NOT_MET
    other = {"titles": [record(early, series="EDUCATION")]}
    assert gate(held(known=other, present_title=title(early))).verdict is HUMAN
    both = {"titles": [*other["titles"], record("2020-01-01")]}
    assert gate(held(known=both, present_title=title("2020-01-01"))).verdict is NOT_MET
    assert gate(held(known={"titles": [record(early)]}, present_title=None)).verdict is HUMAN
    assert gate(held(present_title=title(early, level="ASSOCIATE_SENIOR"))).verdict is MET


@pytest.mark.parametrize("told", [None, title("2010-01-01")], ids=["left out", "older"])
def test_achievements_count_from_the_title_on_record(told):
    """Who says nothing of the present title, or an earlier date, gains no achievements by it."""
    before = [{"kind": "CASE_REPORT", "title": "病案", "obtained_on": "2016-12-31"}]
    for titles, verdict in (([], HUMAN), ([record("2016-03-01")], NOT_MET)):
        facts = dated(held(known={"titles": titles}, present_title=told, achievements=before))
        assert judged(menu(CASE), facts)["m"].verdict is verdict


def test_the_example_leaves_to_a_person_what_a_doctor_needs_fewer_years_for():
    """Three years are enough for a doctor: no figure of that condition refuses."""
    text = (POLICIES / "qinghai/2023/criteria/health_associate_senior.yaml").read_text(encoding="utf-8")
    [asked] = [each for each in yaml.safe_load(text)["gates"] if each["code"] == "seniority"]
    assert judged(Asked([asked]), held(present_title=title("2020-06-01")))["seniority"].verdict is HUMAN


def test_a_waiver_drops_nothing_but_what_is_waived():
    """The figure and the kinds of evidence that it is about; the rest of the condition is judged."""
    merits = notice().articles["route_merits"]
    spared = replace(held(files=(), present_title=None), waived={Waiver.SENIORITY: merits})
    for rest, verdict in ((["DEGREE"], NOT_MET), (["LICENCE"], HUMAN), (["TITLE", "APPOINTMENT"], MET)):
        found = gate(spared, evidence=["TITLE", *rest])
        assert (found.verdict, merits in found.basis) == (verdict, True)
    educated = gate(spared, fact="education_level", at_least=3, unit=None, evidence=["TITLE"])
    assert (educated.verdict, educated.have) == (MET, 3)
    assert gate(spared, fact="education_level", at_least=4, unit=None, evidence=["TITLE"]).verdict is NOT_MET


@pytest.mark.clause("1.5.2")
def test_education_goes_by_its_level_alone():
    """Part-time counts as full-time; a level that is finished too late does not; a technical class counts as on record."""
    asked = {"fact": "education_level", "at_least": 3, "unit": None}
    own = CONTENT["education"][0]
    for full_time in (True, False):
        assert gate(held(education=[own | {"full_time": full_time}]), **asked).verdict is MET
    assert gate(held(education=[own | {"degree": "JUNIOR_COLLEGE"}]), **asked).verdict is NOT_MET
    assert gate(held(education=[own | {"graduated_on": "2024-01-01"}]), **asked).verdict is NOT_MET
    technician = {
        "record_id": str(uuid4()), "kind": "TECHNICAL_CLASS", "counts_as": "BACHELOR", "rank": 2, "field": "焊接",
        "graduated_on": "2010-06-30", "confirmed": True, "basis": [],
    }  # fmt: skip
    found = gate(held(known={"education": technician}, education=[own | {"degree": "TECHNICIAN"}]), **asked)
    assert (found.verdict, found.evidence[-1].records) == (MET, (UUID(technician["record_id"]),))


@pytest.mark.clause("1.1")
def test_an_achievement_is_what_the_office_says_it_is():
    """By the kind that the applicant picks nothing is met; the office says yes or no, entry by entry."""
    asked, facts = menu(CASE, PAPER, need=1), held()
    found = judged(asked, facts)
    assert [found[code].verdict for code in ("m", "e1", "e2")] == [HUMAN, HUMAN, NOT_MET]
    assert (found["e1"].evidence[0].achievements, len(found["e1"].evidence[0].materials)) == ((0,), 1)
    for met, verdict in ((True, MET), (False, NOT_MET)):
        found = judged(asked, facts, e1=met, e2=True)
        assert [found[code].verdict for code in ("m", "e1", "e2")] == [verdict, verdict, NOT_MET]
    files = menu({"code": "e1", "text": "学历", "evidence": ["DEGREE"]})
    assert judged(files, facts)["m"].verdict is HUMAN


def test_one_achievement_counts_for_one_entry_only():
    """Two entries ask for the same kind: one case makes one of them, whatever the office says; two make both."""
    asked = menu(CASE, CASE | {"code": "e9"}, need=2)
    one = CONTENT["achievements"]
    for answers in ({}, {"e1": True, "e9": True}):
        assert judged(asked, held(), **answers)["m"].verdict is NOT_MET
    two = held(achievements=[*one, *one])
    assert judged(asked, two)["m"].verdict is HUMAN
    assert judged(asked, two, e1=True)["m"].verdict is HUMAN
    assert judged(asked, two, e1=True, e9=True)["m"].verdict is MET
    assert matched([("a",), ("a", "b"), ("b",)]) == 2


@pytest.mark.clause("2.4.2")
def test_criteria_prefer_who_is_on_a_published_list():
    """An entry of a menu is met by it, on the article; whoever is not on it chooses among the others."""
    asked = menu(CASE, {"code": "e8", "text": "援鄂", "evidence": ["EPIDEMIC"]})
    for listed, verdicts in ((True, [MET, MET]), (False, [HUMAN, NOT_MET])):
        found = judged(asked, replace(held(), entitled=listed))
        assert [found[code].verdict for code in ("m", "e8")] == verdicts
        assert "二（四）2" in {each.cite for each in found["e8"].basis}


def test_one_record_counts_for_one_entry_and_an_achievement_for_the_other():
    """The posting on record meets the first of two; the second rests on an achievement, which a person judges."""
    posting = {
        "record_id": str(uuid4()), "role": "TEAM_MEMBER", "region_code": "632801", "since": "2021-01-01",
        "until": None, "confirmed": True,
    }  # fmt: skip
    known = {"village_posting": "YES", "village_postings": [posting]}
    asked = menu(TRAINING, TRAINING | {"code": "e9"}, need=2)
    found = judged(asked, held(known=known, achievements=[]))
    assert [found[code].verdict for code in ("m", "e3", "e9")] == [NOT_MET, MET, NOT_MET]
    service = held(
        known=known, achievements=[{"kind": "GRASS_ROOTS", "title": "义诊", "obtained_on": "2022-05-01"}]
    )
    found = judged(asked, service)
    assert [found[code].verdict for code in ("m", "e3", "e9")] == [HUMAN, MET, HUMAN]
    assert judged(asked, service, e9=True)["m"].verdict is MET


@pytest.mark.parametrize(
    ("began", "verdict"), [("2018-12-31", HUMAN), ("2019-01-01", NOT_MET)], ids=["enough", "short"]
)
def test_dates_that_were_typed_alone_meet_nothing(began, verdict):
    """Years of work and of appointment: a person looks at those that would do, and those that would not do not."""
    assert (
        gate(held(present_title=title("2010-01-01", appointed_on=began)), fact="years_appointed").verdict
        is verdict
    )
    basic = CONTENT["basic"] | {"work_began_on": began}
    assert gate(held(basic=basic), fact="years_of_work").verdict is verdict


def test_an_unconfirmed_posting_is_for_a_person_and_a_confirmed_one_counts():
    """It is evidence of service at grass roots."""
    posting = {
        "record_id": str(uuid4()),
        "role": "TEAM_MEMBER",
        "region_code": "632801",
        "since": "2021-01-01",
        "until": None,
    }
    for known, confirmed, verdict in (("UNKNOWN", False, HUMAN), ("YES", True, MET), ("NO", True, NOT_MET)):
        told = {"village_posting": known, "village_postings": [posting | {"confirmed": confirmed}]}
        assert judged(menu(TRAINING), held(known=told))["m"].verdict is verdict


@pytest.mark.clause("1.5.4.1", "1.4.3", "1.7.1")
def test_what_is_waived_is_met_on_the_waivers_article():
    """Hours and papers; without the waiver neither is met."""
    facts = held(continuing_education=[], achievements=[])
    article = notice().articles["route_front_line"]
    spared = replace(facts, waived={Waiver.CONTINUING_EDUCATION: article, Waiver.PAPER: article})
    papers = {"code": "p", "text": "论文两篇", "evidence": ["PAPER"]}
    asked = Asked([HOURS, papers], menu(PAPER).menus)
    assert {each.verdict for each in judged(asked, facts).values()} == {NOT_MET}
    found = judged(asked, spared)
    assert [found[code].verdict for code in ("g", "p", "m")] == [MET, MET, MET]
    assert all(article in found[code].basis for code in ("g", "p", "m"))
    assert judged(menu(PAPER, CASE), spared)["m"].verdict is NOT_MET
    merits = notice().articles["route_merits"]
    young = held(files=(), education=[], present_title=None)
    exempted = replace(young, waived={Waiver.EDUCATION: merits, Waiver.SENIORITY: merits})
    for asked in (SENIORITY, {"code": "g", "text": "本科", "evidence": ["DEGREE"]}):
        assert judged(Asked([asked]), young)["g"].verdict is NOT_MET
        found = judged(Asked([asked]), exempted)["g"]
        assert (found.verdict, found.basis) == (MET, (merits,))


def test_proof_that_only_others_are_asked_for_is_not_missing():
    """Who needs no proof of appointment is not refused for want of it (二（五）2)."""
    files = [document(each) for each in FILES if each != "APPOINTMENT_CERTIFICATE"]
    asked = {"evidence": ["TITLE", "APPOINTMENT"]}
    assert gate(held(files=files), **asked).verdict is NOT_MET
    item = notice().material.item("APPOINTMENT_CERTIFICATE")
    assert item is not None
    found = gate(replace(held(files=files), spared={item.code: item.basis()}), **asked)
    assert (found.verdict, item.basis() in found.basis) == (MET, True)


def test_a_person_answers_what_no_machine_can_tell_and_nothing_else():
    """Yes or no where it is asked for; what a machine tells stays."""
    asked = Asked([{"code": "g", "text": "医德"}, SENIORITY | {"code": "s"}])
    facts = held(present_title=title("2022-01-01"))
    for met, verdict in ((True, MET), (False, NOT_MET)):
        found = judged(asked, facts, g=met, s=True)
        assert (found["g"].verdict, found["s"].verdict) == (verdict, NOT_MET)


ACHIEVEMENTS = st.lists(
    st.builds(
        lambda kind, on: {"kind": kind, "title": "成果", "obtained_on": on.isoformat()},
        st.sampled_from(["CASE_REPORT", "PAPER", "TRAINING", "GRASS_ROOTS"]),
        st.dates(date(2016, 6, 1), date(2024, 6, 1)),
    ),
    max_size=5,
)
DOCUMENTS = st.lists(
    st.builds(
        document, st.sampled_from(FILES), st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2024, 6, 1)))
    ),
    max_size=6,
)
TITLES = st.lists(
    st.builds(lambda on: record(on.isoformat()), st.dates(date(2015, 1, 1), date(2023, 12, 31))), max_size=2
)
EVERYTHING = Asked(
    [
        SENIORITY | {"evidence": ["TITLE", "APPOINTMENT"]},
        {"code": "d", "text": "学历", "evidence": ["DEGREE"]},
    ],
    menu(CASE, CASE | {"code": "e9"}, PAPER, TRAINING, need=2).menus,
)


@pytest.mark.clause("1.1")
@settings(deadline=None, max_examples=60)
@given(ACHIEVEMENTS, ACHIEVEMENTS, DOCUMENTS, DOCUMENTS, TITLES, TITLES, st.randoms())
def test_more_evidence_never_takes_away(some, more, files, further, titles, added, random):
    """What is met is not unmet by more achievements, files or records; their order is nothing."""
    before = judged(EVERYTHING, held(files, {"titles": titles}, achievements=some))
    every, all_files = [*some, *more], [*files, *further]
    after = judged(EVERYTHING, held(all_files, {"titles": [*titles, *added]}, achievements=every))
    for code, item in before.items():
        assert item.verdict is not MET or after[code].verdict is not NOT_MET, code
        if item.kind is not ItemKind.GATE:
            assert item.verdict is not MET or after[code].verdict is MET, code
    random.shuffle(every)
    random.shuffle(all_files)
    again = judged(EVERYTHING, held(all_files, {"titles": [*added, *titles]}, achievements=every))
    assert {code: each.verdict for code, each in again.items()} == {
        c: each.verdict for c, each in after.items()
    }


def test_a_kind_that_nobody_can_prove_stops_the_service():
    """Either something shows it or a person is asked; and what shows it is in the year's forms."""
    for told in (
        {},
        {"for_human": True, "hours": True},
        {"records": ["CONTRACT"]},
        {"materials": ["A"], "achievements": ["B"]},
    ):
        with pytest.raises(ValidationError):
            EvidenceKind.model_validate({"title": "某", **told})
    assert set(RECORDS) == TOLD
    policy = notice()
    lost = policy.criteria.model_copy(
        update={"evidence": {"X": EvidenceKind(title="某", achievements=("MAGIC",))}}
    )
    files = {"criteria": lost, "declaration": policy.declaration, "material": policy.material}
    with pytest.raises(PolicyError, match="MAGIC"):
        refuse_unprovable(files, POLICIES)


DEGREE = {"code": "g", "text": "所学专业应为相关专业", "fact": "degree_of_specialty", "at_least": 1}


def degree(major: str, **changed: Any) -> dict[str, Any]:
    """A degree that the applicant tells of."""
    return CONTENT["education"][0] | {"major": major} | changed


def on_record(field_: str, *, confirmed: bool = True, graduated_on: str = "2010-06-30") -> dict[str, Any]:
    """What accounts has on record of the highest education."""
    told = {"record_id": str(uuid4()), "kind": "DEGREE", "counts_as": "MASTER", "rank": 3, "field": field_}
    return {"education": {**told, "graduated_on": graduated_on, "confirmed": confirmed, "basis": []}}


@pytest.mark.parametrize(
    ("told", "known", "verdict"),
    [
        ([], None, NOT_MET),
        ([degree("土木工程")], None, MET),
        ([degree("临床医学")], None, NOT_MET),
        ([degree("土木工程学")], None, NOT_MET),
        ([degree("临床医学"), degree("道路桥梁工程")], None, MET),
        ([degree("土木工程", graduated_on="2024-01-01")], None, NOT_MET),
        ([degree("土木工程")], on_record("临床医学"), HUMAN),
        ([degree("临床医学")], on_record("临床医学"), NOT_MET),
        ([degree("临床医学")], on_record("土木工程"), MET),
        ([], on_record("土木工程"), MET),
        ([degree("临床医学")], on_record("土木工程", confirmed=False), NOT_MET),
        ([degree("临床医学")], on_record("土木工程", graduated_on="2024-01-01"), NOT_MET),
    ],
)
def test_a_matching_degree_is_of_the_specialty_or_of_a_field_listed(told, known, verdict):
    """Any degree finished in time, by its very name; a record that says otherwise leaves it to a person."""
    facts = replace(held(known=known, education=told), specialty="土木工程")
    found = judged(Asked(gates=[DEGREE | {"fields": ["道路桥梁工程"]}]), facts)["g"]
    assert found.verdict is verdict
    assert "一（五）3" in {each.cite for each in found.basis}


def test_a_matching_degree_without_any_field_to_match_is_for_a_person():
    """A declaration without a specialty, by criteria that list none; where education is waived it is not asked."""
    assert gate(held(), **DEGREE, unit=None).verdict is HUMAN
    spared = replace(held(), waived={Waiver.EDUCATION: notice().articles["cut_off"]})
    assert gate(spared, **DEGREE, unit=None).verdict is MET
