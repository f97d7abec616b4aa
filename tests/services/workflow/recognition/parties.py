"""Who asks for a recognition, verifies it and confirms it: a hospital's engineer with a title of another province."""

from __future__ import annotations

from typing import Any

import httpx

from services.kit.auth import Node
from tests.services.workflow.around import record
from tests.services.workflow.stage import Person, Stage

DOCUMENT = "青人社厅函〔2023〕88号"
QUERY = {"how": "ONLINE_QUERY", "reference": "陕职查2023110200017"}
OFFICIAL = {**QUERY, "document_number": DOCUMENT}
BY_WORK = {"post": "设备工程师", "assessment": "能独立承担大型设备的维护，达到副高级水平"}
OF_PROVINCE = {"source": "PROVINCE", "issued_in": "610000"}
TITLE = {
    "kind": "PRESENT_TITLE",
    "series": "ENGINEERING",
    "specialty": "机械工程",
    "title_level": "ASSOCIATE_SENIOR",
    "title_name": "高级工程师",
    "obtained_on": "2019-12-20",
    "obtained_by": "REVIEW",
    "issuing_body": "陕西省人力资源和社会保障厅",
    "certificate_number": "陕高职(2019)第00317号",
    "limits": [],
}
FILE = {
    "number": 1,
    "file_name": "证书.pdf",
    "media_type": "application/pdf",
    "size": 9000,
    "sha256": "cd" * 32,
    "stored_at": "2023-11-01T09:00:00+08:00",
    "replaced_at": None,
}


class Parties:
    """The parties of one request and what they do."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.places = stage, stage.places
        self.person = stage.employ()
        self.own = stage.applicant(self.person)
        self.employer, self.hrss = stage.recommender, stage.officer
        self.title = self.titled()

    def titled(
        self, person: Person | None = None, scanned: bool = True, state: str = "DECLARED", **told: Any
    ) -> str:
        """A title on somebody's record, with its scan; its id."""
        whose = (person or self.person).id
        made = record(whose, "PRESENT_TITLE", state, body=TITLE | told)
        made["evidence"] |= {"file": FILE if scanned else None}
        self.stage.around.records.setdefault(whose, []).append(made)
        return str(made["id"])

    def on_record(self, title: str) -> dict[str, Any]:
        """A record as accounts has it, to be changed."""
        every = (each for told in self.stage.around.records.values() for each in told)
        return next(each for each in every if each["id"] == title)

    async def ask(self, token: str | None = None, **told: Any) -> httpx.Response:
        """A title is asked to be recognised, formally unless told otherwise."""
        body = {"record_id": self.title, "wish": "FORMAL_CONFIRMATION", **OF_PROVINCE} | told
        return await self.stage.ask("POST", "/recognitions", token or self.own, body)

    async def asked(self, token: str | None = None, **told: Any) -> dict[str, Any]:
        """The same, taken."""
        answer = await self.ask(token, **told)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()["record"]
        return made

    async def act(self, made: dict[str, Any], action: str, token: str, body: Any = None) -> httpx.Response:
        """A step."""
        return await self.stage.ask("POST", f"/recognitions/{made['id']}/actions/{action}", token, body or {})

    async def did(self, made: dict[str, Any], action: str, token: str, body: Any = None) -> dict[str, Any]:
        """A step that is taken."""
        answer = await self.act(made, action, token, body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()["record"]
        return told

    async def verified(self, **told: Any) -> dict[str, Any]:
        """A request that the employer has."""
        return await self.did(await self.asked(**told), "VERIFY", self.hrss, OFFICIAL)

    async def read(self, made: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        """A request as somebody reads it."""
        answer = await self.stage.ask("GET", f"/recognitions/{made['id']}", token or self.own)
        told: dict[str, Any] = answer.json()
        return told

    async def waiting(self, token: str) -> list[str]:
        """What waits for somebody."""
        answer = await self.stage.ask("GET", "/recognitions?waiting=true", token)
        return [each["id"] for each in answer.json()["items"]]

    def freelancer(self, county: Node) -> tuple[Person, tuple[Node, ...]]:
        """Somebody without a unit, whose account belongs to a county's HRSS."""
        line = (self.places.province, self.places.prefecture, county)
        person = Person()
        told = [{"id": str(n.id), "name": "某人社局", "kind": n.kind, "level": n.level} for n in line]
        self.stage.around.people[person.id] = {
            "person_id": str(person.id),
            "account_id": str(person.account_id),
            "name": "赵昆仑",
            "kind": "FREELANCER",
            "employer_id": str(county.id),
            "department_id": None,
            "employer_nature": None,
            "test_passed": True,
            "lineage": told,
        }
        return person, line


def codes(told: dict[str, Any]) -> list[str]:
    """The rules that a refusal names."""
    return [each["code"] for each in told["findings"]]
