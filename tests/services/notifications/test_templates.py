"""Templates as data: versions, what is personal, and how each looks filled in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.kit.errors import Language
from services.kit.policy import PolicyError
from services.notifications.contact.states import ChannelKind
from services.notifications.inbox.model import Message
from services.notifications.template import versions
from services.notifications.template.api import looks_of
from services.notifications.template.events import EVENTS
from services.notifications.template.example import example_of
from services.notifications.template.policy import CATALOGUE, load_catalogue
from services.notifications.template.schemas import INBOX
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.notifications.events import recommendation_publicised
from tests.services.notifications.sending import operator

RESIDENT_ID, PHONE, NAME = "63010419850612001X", "13897000000", "卓玛才让"
NUMBERS = re.compile(r"\d{17}[\dX]|1[3-9]\d{9}")


def test_no_number_of_a_person_and_no_name_leaves_the_platform():
    """Every template with names, notes and numbers in all that is personal: none of it by any channel, in any language."""
    catalogue = load_catalogue(EVENTS)
    redaction = catalogue.redaction
    assert len(catalogue.templates) > 100
    for template in catalogue.templates:
        event = EVENTS[template.event]
        data = example_of(event, template)
        for field in {*redaction.personal, *redaction.never} & set(event.model_fields):
            data[field] = f"{NAME} {RESIDENT_ID} {PHONE}"
        for look in looks_of(catalogue, template, data):
            told = f"{look.title}\n{look.body}"
            if look.channel != INBOX:
                assert not NUMBERS.search(told), template.key
                assert NAME not in told, template.key
            elif not template.personal:
                assert NAME not in told, template.key


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("declaration.yaml", "    personal: [note]\n", "", "personal, and not declared so: note"),
        (
            "expert.yaml",
            "    article:",
            "    personal: [note]\n    article:",
            "declared personal, yet not used",
        ),
        ("redaction.yaml", "never: [", "never: [number, ", "number is never told"),
        ("redaction.yaml", "note: LEFT_OUT", "note: SHOUTED", "personal.note"),
        ("meeting.yaml", "topic: MEETING", "topic: LUNCH", "topic"),
    ],
)
def test_personal_data_is_declared(tmp_path: Path, file, old, new, reason):
    """A variable that tells of people and is not declared, or has no rule, stops the service at start."""
    folder = Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=re.escape(reason)):
        load_catalogue(EVENTS, folder)


def test_changed_words_are_a_new_version(tmp_path: Path):
    """The same version with other words stops the service; the next version is listed beside the one before."""
    folder = Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))
    known = versions.published()
    versions.check(load_catalogue(EVENTS), known)
    file = folder / "declaration.yaml"
    changed = file.read_text(encoding="utf-8").replace(
        "title: 申报材料已提交", "title: 申报材料已提交成功", 1
    )
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(PolicyError, match="declaration_submitted: its words changed, so it needs version 2"):
        versions.check(load_catalogue(EVENTS, folder), known)
    key = "  - key: declaration_submitted\n"
    file.write_text(changed.replace(key, f"{key}    version: 2\n"), encoding="utf-8")
    anew = load_catalogue(EVENTS, folder)
    with pytest.raises(PolicyError, match=r"not listed \(make docs\): declaration_submitted"):
        versions.check(anew, known)
    (tmp_path / "versions.txt").write_text(versions.listed(anew, known), encoding="utf-8")
    listed = versions.published(tmp_path / "versions.txt")
    assert len(listed) == len(known) + 1
    versions.check(anew, listed)


async def test_a_message_keeps_its_templates_version(bring, session, reader):
    """Beside the words it was sent with."""
    await bring(recommendation_publicised())
    async with session("notifications") as tx:
        kept = (await tx.scalars(select(Message))).first()
    listed = [version for key, version in versions.published() if key == kept.template]
    assert kept.template_version == max(listed)


async def test_operators_preview_a_template(client):
    """In both languages, for the inbox and each channel; with data of their own; others are refused."""
    http = await client("notifications")

    async def ask(path: str, body: Any, token: str | None = None) -> Any:
        method = "GET" if body is None else "POST"
        return await http.request(
            method, f"/v1/templates{path}", json=body, headers=bearer(token or operator())
        )

    items = (await ask("", None)).json()["items"]
    [told] = [each for each in items if each["key"] == "declaration_returned"]
    assert (told["legal"], told["topic"], told["personal"]) == (True, "DECLARATION", ["note"])
    assert {"number", "note"} <= set(told["variables"])
    answer = await ask("/declaration_returned/preview", {"data": {"number": "2023-77", "note": "缺学历证书"}})
    assert answer.status_code == 200, answer.text
    looks = {(each["channel"], each["language"]): each["body"] for each in answer.json()["looks"]}
    assert set(looks) == {(channel, each) for channel in (INBOX, *ChannelKind) for each in Language}
    assert "缺学历证书" in looks[INBOX, "zh"]
    assert "缺学历证书" in looks[INBOX, "en"]
    assert "2023-77" in looks["SMS", "zh"]
    assert "缺学历证书" not in looks["SMS", "zh"] + looks["EMAIL", "en"]
    assert answer.json()["basis"][0]["cite"] == "三（一）"
    for key, body, status, code in (
        ("nobody", {}, 404, "TEMPLATE_NOT_FOUND"),
        ("declaration_returned", {"data": {"person_id": "x"}}, 422, "EXAMPLE_WRONG"),
        ("declaration_returned", {"data": {"nothing": 1}}, 422, "EXAMPLE_WRONG"),
        ("declaration_returned", {"data": {"after": "CERTIFIED"}}, 422, "EXAMPLE_WRONG"),
    ):
        refused = await ask(f"/{key}/preview", body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    place = node("HRSS", "PROVINCE")
    for role in ("TITLE_OFFICER", "SUPERVISOR", "ORGANISATION_MANAGER", "REVIEWER", "APPLICANT"):
        for path, body in (("", None), ("/declaration_returned/preview", {})):
            refused = await ask(path, body, mint([seat(role, place)], sub=uuid4()))
            assert (refused.status_code, refused.json()["code"]) == (403, "ROLE_MISSING")


def test_every_template_has_an_example():
    """Each is filled in by an event that could happen, and that it is for."""
    catalogue = load_catalogue(EVENTS)
    for template in catalogue.templates:
        event = EVENTS[template.event]
        data = event.model_validate(example_of(event, template)).model_dump(mode="json")
        assert template.fits(data), template.key
        assert looks_of(catalogue, template, data)
