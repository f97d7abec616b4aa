"""Facts of people as they are told over HTTP: one right body of each kind, and what is done with records all the time."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import httpx

from tests.services.accounts.world import Organisation, World, token_at

EVIDENCE = {
    "document_number": "青文〔2020〕12号",
    "issuer": "青海大学",
    "issued_on": "2020-07-01",
    "note": "原件已核",
    "sha256": "AB" * 32,
}
SOMEWHERE = "632801"

BODIES: dict[str, dict[str, Any]] = {
    "DEGREE": {
        "education_level": "BACHELOR",
        "school": "青海大学",
        "school_kind": "ORDINARY",
        "field": "临床医学",
        "mode": "PART_TIME",
        "graduated_on": "2010-07-01",
        "certificate_number": "107435201005000123",
    },
    "TECHNICAL_CLASS": {
        "technical_class": "SENIOR_WORKER",
        "school": "青海省高级技工学校",
        "field": "焊接",
        "graduated_on": "2008-07-01",
        "certificate_number": "JG-2008-17",
    },
    "PRESENT_TITLE": {
        "series": "HEALTH",
        "specialty": "内科",
        "title_level": "MIDDLE",
        "title_name": "主治医师",
        "obtained_on": "2016-12-01",
        "obtained_by": "REVIEW",
        "issuing_body": "青海省卫生健康委员会",
        "certificate_number": "QH2016-334",
        "limits": ["GRASS_ROOTS"],
    },
    "APPOINTMENT": {
        "title_level": "MIDDLE",
        "post_grade": 10,
        "appointed_on": "2017-01-01",
        "document": "院聘〔2017〕3号",
    },
    "HONOUR": {
        "honour": "PROVINCE_CONTEST_FIRST_PRIZE",
        "awarded_on": "2021-09-30",
        "awarding_body": "青海省人力资源和社会保障厅",
        "document": "青人社厅函〔2021〕88号",
        "contest": {
            "contest_name": "青海省职业技能大赛",
            "place": "FIRST_PRIZE",
            "role": "COACH",
            "on_record": True,
            "organiser": "青海省人力资源和社会保障厅",
            "administrative_organiser": True,
        },
    },
    "VILLAGE_POSTING": {
        "role": "FIRST_SECRETARY",
        "region_code": SOMEWHERE,
        "since": "2021-06-01",
        "until": None,
        "posting_unit": "郭勒木德镇人民政府",
        "statement": "驻村期间履职尽责，工作实绩突出。",
    },
    "AID_PERIOD": {
        "sending_unit": "江苏省人民医院",
        "receiving_unit": "海南州人民医院",
        "place_level": "COUNTY",
        "since": "2019-07-01",
        "until": "2022-12-31",
    },
    "YEARLY_ASSESSMENT": {"year": 2021, "result": "EXCELLENT", "unit": "海南州人民医院"},
    "SOCIAL_INSURANCE": {
        "unit": "青海某公司",
        "region_code": SOMEWHERE,
        "periods": [
            {"since": "2022-01-01", "until": "2022-06-30"},
            {"since": "2022-06-01", "until": "2022-12-31"},
        ],
    },
    "CONTRACT": {
        "contract_kind": "LABOUR",
        "unit": "青海某公司",
        "unit_id": None,
        "since": "2022-01-01",
        "until": "2099-12-31",
    },
    "CONTINUING_EDUCATION": {
        "year": 2023,
        "public_hours": 30,
        "professional_hours": 60,
        "platform": "青海省专业技术人员继续教育网",
        "certificate_number": "JX-2023-9",
    },
    "EXAMINATION": {
        "series": "ACCOUNTING",
        "title_level": "ASSOCIATE_SENIOR",
        "mark": 67,
        "held_on": "2023-05-13",
        "until": "2026-12-31",
        "certificate_number": "KJ-2023-7",
    },
    "WORK_EXPERIENCE": {
        "unit": "青海某公司",
        "unit_nature": "PRIVATE_ENTERPRISE",
        "work": "机械设计",
        "since": "2011-01-01",
        "until": None,
    },
}
"""Everything but `kind`, and the sending unit of a posting."""


def body(kind: str, **more: Any) -> dict[str, Any]:
    """A right body of a kind, changed in some fields."""
    return {"kind": kind, **deepcopy(BODIES[kind]), **more}


def told(kind: str, **more: Any) -> dict[str, Any]:
    """A body with evidence, as it is declared."""
    return {"body": body(kind, **more), "evidence": dict(EVIDENCE)}


class Staff:
    """Someone of a unit, and whoever works on his or her records there."""

    def __init__(self, world: World, unit: Organisation, person: dict[str, Any]) -> None:
        self.world, self.unit, self.person = world, unit, person
        self.id: str = person["id"]
        self.own = world.applicant(person, unit)
        self.reviewer = token_at(unit, "REVIEWER", name="审核员")

    async def try_declare(self, asked: dict[str, Any], token: str | None = None) -> httpx.Response:
        """Ask to put a fact on record."""
        return await self.world.ask("POST", f"/v1/people/{self.id}/records", token or self.own, asked)

    async def declare(self, kind: str, token: str | None = None, **more: Any) -> dict[str, Any]:
        """A record that is declared."""
        if kind == "VILLAGE_POSTING":
            more.setdefault("sending_unit_id", self.unit["id"])
        answer = await self.try_declare(told(kind, **more), token)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def act(
        self, record: dict[str, Any], action: str, token: str | None = None, **more: Any
    ) -> httpx.Response:
        """A step of a record; by the unit's reviewer unless told otherwise."""
        path = f"/v1/records/{record['id']}/actions/{action}"
        return await self.world.ask("POST", path, token or self.reviewer, more)

    async def confirmed(self, kind: str, **more: Any) -> dict[str, Any]:
        """A record that is confirmed."""
        answer = await self.act(await self.declare(kind, **more), "CONFIRM")
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def read(self, record: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        """A record as it is now."""
        answer = await self.world.ask("GET", f"/v1/records/{record['id']}", token or self.own)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def listed(self, query: str = "", token: str | None = None) -> list[dict[str, Any]]:
        """The person's records."""
        answer = await self.world.ask("GET", f"/v1/people/{self.id}/records{query}", token or self.own)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def standing(self, on: str = "2023-12-31", token: str | None = None) -> dict[str, Any]:
        """What follows from the records."""
        asked = {"person_ids": [self.id], "on": on}
        answer = await self.world.ask("POST", "/v1/people/standing", token or self.own, asked)
        assert answer.status_code == 200, answer.text
        [found] = answer.json()["items"]
        return dict(found)


async def new_staff(
    world: World, unit: Organisation, answers: Callable[..., Any] | None, **more: Any
) -> Staff:
    """Someone of a unit; with `answers` he or she has passed the online test."""
    staff = Staff(world, unit, (await world.add_person(unit, **more))["person"])
    if answers is not None:
        begun = await world.ask("POST", "/v1/learning/attempts", staff.own, {"cycle": 2023})
        attempt = begun.json()["record"]
        path = f"/v1/learning/attempts/{attempt['id']}/answers"
        done = await world.ask("POST", path, staff.own, {"answers": answers(attempt)})
        assert done.json()["record"]["state"] == "PASSED", done.text
    return staff
