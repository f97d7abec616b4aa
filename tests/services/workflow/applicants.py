"""How people use the API: an applicant fills in and uploads, reviewers open and judge, each over HTTP alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.files.documents import image
from tests.services.workflow.season import LEVEL, SERIES, Applicant, Season

CONTENT: Mapping[str, Any] = {
    "basic": {"birth_date": "1980-05-01", "work_began_on": "2003-07-01", "post": "主治医师"},
    "education": [
        {
            "school": "青海大学",
            "major": "临床医学",
            "degree": "BACHELOR",
            "full_time": False,
            "graduated_on": "2003-06-30",
        }
    ],
    "work_history": [{"organisation": "省医院", "post": "医师", "since": "2003-07-01"}],
    "present_title": {
        "name": "主治医师",
        "level": "MIDDLE",
        "obtained_on": "2016-12-01",
        "appointed_on": "2017-01-01",
    },
    "achievements": [
        {"kind": "CASE_REPORT", "title": "高原病救治病案", "obtained_on": "2020-03-01", "part": "主持"}
    ],
    "continuing_education": [{"year": 2023, "public_hours": 30, "professional_hours": 60}],
    "responsibility": {"confirmed": True},
}
"""A complete content of a declaration for associate senior."""

FILES: Mapping[str, tuple[str, bytes]] = {
    "EDUCATION_CERTIFICATE": ("毕业证书.png", image(size=(610, 800))),
    "PRESENT_TITLE_CERTIFICATE": ("资格证书.png", image()),
    "APPOINTMENT_CERTIFICATE": ("聘任证书.jpg", image("JPEG")),
    "ACHIEVEMENT": ("病案.jpg", image("JPEG", (610, 800))),
}
"""The materials that an institution's own staff is asked for: pictures, for each PDF is read by a process of its own."""
MERITS = ("MAJOR_CONTRIBUTION", "ACHIEVEMENT_APPRAISAL")
"""Those that who is exempted is asked for beside them (一（七）第1段)."""


@dataclass
class Office:
    """HTTP on workflow; every call names who makes it."""

    http: httpx.AsyncClient
    season: Season

    async def call(self, method: str, path: str, token: str | None, **sent: Any) -> httpx.Response:
        """Any call; `json=` its body."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.http.request(method, path, headers=headers, **sent)

    async def create(self, person: Applicant, **body: Any) -> httpx.Response:
        """Begin a declaration: on the person's recommendation, or directly."""
        ground = {"direct": self.wish()} if person.direct else {}
        sent = ground or {"recommendation_id": str(person.recommendation_id)}
        sent = {**sent, **body}
        return await self.call("POST", "/v1/declarations", person.token, json=sent)

    def wish(self, **changed: Any) -> dict[str, Any]:
        """What somebody without employer declares."""
        return {"cycle_id": str(self.season.cycle_id), "series": SERIES, "level": LEVEL, **changed}

    async def draft(self, person: Applicant) -> dict[str, Any]:
        """A new draft."""
        return record(await self.create(person), 201)

    async def read(self, declaration: Mapping[str, Any], token: str) -> dict[str, Any]:
        """The declaration as it is now."""
        answer = await self.call("GET", f"/v1/declarations/{declaration['id']}", token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def edit(
        self, person: Applicant, declaration: Mapping[str, Any], content: Mapping[str, Any], **more: Any
    ) -> httpx.Response:
        """Write the content anew, over the version last told."""
        body = {"content": content, "version": declaration["version"], **more}
        return await self.call("PUT", f"/v1/declarations/{declaration['id']}", person.token, json=body)

    async def save(
        self, declaration: Mapping[str, Any], token: str, section: str, value: Any, base: str | None = None
    ) -> httpx.Response:
        """Save one section, over the one that is there now unless `base` tells another."""
        found = (await self.read(declaration, token))["sections"] or []
        there = next((each["digest"] for each in found if each["section"] == section), "0" * 64)
        path = f"/v1/declarations/{declaration['id']}/sections/{section}"
        return await self.call("PUT", path, token, json={"value": value, "base": base or there})

    async def confirm_anew(self, declaration: Mapping[str, Any], token: str) -> None:
        """Give the applicant's word once more, after a return."""
        record(await self.save(declaration, token, "responsibility", {"confirmed": True}))

    async def announce(
        self,
        person: Applicant,
        declaration: Mapping[str, Any],
        item: str,
        file_name: str = "材料.pdf",
        **more: Any,
    ) -> httpx.Response:
        """Announce a material."""
        body = {"item": item, "title": item, "file_name": file_name, **more}
        path = f"/v1/declarations/{declaration['id']}/materials"
        return await self.call("POST", path, person.token, json=body)

    async def send(self, announced: Mapping[str, Any], content: bytes) -> httpx.Response:
        """PUT the bytes of an announced material; the link is the right."""
        return await self.http.put(announced["upload_url"], content=content)

    async def upload(
        self, person: Applicant, declaration: Mapping[str, Any], item: str, **more: Any
    ) -> dict[str, Any]:
        """Announce a material and send its file."""
        file_name, content = FILES.get(item, ("其他.png", image(size=(620, 800))))
        announced = record(await self.announce(person, declaration, item, file_name, **more), 201)
        return record(await self.send(announced, content))

    async def filled_in(self, person: Applicant, items: Iterable[str] = FILES) -> dict[str, Any]:
        """A draft that is ready to be submitted."""
        declaration = record(await self.edit(person, await self.draft(person), CONTENT))
        for item in items:
            await self.upload(person, declaration, item)
        return await self.read(declaration, person.token)

    async def submitted(self, person: Applicant) -> dict[str, Any]:
        """A declaration at its first reviewer."""
        return record(await self.act(await self.filled_in(person), "SUBMIT", person.token))

    async def act(
        self, declaration: Mapping[str, Any], action: str, token: str, **body: Any
    ) -> httpx.Response:
        """Take a step."""
        path = f"/v1/declarations/{declaration['id']}/actions/{action}"
        return await self.call("POST", path, token, json=body)

    async def open(self, material: Mapping[str, Any], token: str) -> httpx.Response:
        """Ask for the link to read a material."""
        return await self.call("POST", f"/v1/materials/{material['id']}/open", token)

    async def judge(
        self, material: Mapping[str, Any], token: str, verdict: str = "SOUND", **more: Any
    ) -> httpx.Response:
        """Say what was found of a material."""
        body = {"verdict": verdict, **more}
        return await self.call("PUT", f"/v1/materials/{material['id']}/verdict", token, json=body)

    async def look_through(self, declaration: Mapping[str, Any], token: str) -> None:
        """Open every current material and judge it sound."""
        for material in (await self.read(declaration, token))["materials"]:
            if material["state"] == "STORED":
                record(await self.open(material, token))
                record(await self.judge(material, token))

    async def passed(self, declaration: Mapping[str, Any], token: str) -> dict[str, Any]:
        """Look through everything and pass it on."""
        await self.look_through(declaration, token)
        return record(await self.act(declaration, "PASS", token))


def record(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The record of a write that went well."""
    assert answer.status_code == status, answer.text
    return answer.json()["record"]


def codes(answer: httpx.Response, status: int = 422) -> list[str]:
    """The codes of the findings of a refusal, or the refusal's own."""
    assert answer.status_code == status, answer.text
    problem = answer.json()
    return [each["code"] for each in problem["findings"]] or [problem["code"]]
