"""Files that an expert opens: of the kinds needed alone, nameless, and only as long as he or she is of the case (三（三）)."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.files.storage import ObjectStorage
from services.workflow.material.model import Material
from tests.platform.crowds import Slow, while_many
from tests.platform.settings import files
from tests.services.workflow.meeting.season import CREATED, MOVED

PDF = b"%PDF-1.7 of a paper"


async def stored(session: Any, declaration_id: UUID, item: str) -> UUID:
    """A material whose file lies in the storage, under a name that tells whose it is."""
    material_id, key = uuid4(), uuid4().hex
    await ObjectStorage((files() / "workflow").as_uri()).put(key, io.BytesIO(PDF))
    async with session("workflow") as tx:
        tx.add(
            Material(
                id=material_id,
                declaration_id=declaration_id,
                item=item,
                title="申报人1的论文",
                file_name="申报人1.pdf",
                media_type="application/pdf",
                size=len(PDF),
                sha256=b"\0" * 32,
                storage_key=key,
                stored_at=MOVED,
                questioned_turn=0,
                **CREATED,
            )
        )
    return material_id


@pytest.mark.clause("3.3.3")
async def test_an_expert_opens_the_work_and_no_certificate_and_nothing_after_stepping_back(
    hall, season, session
):
    """Listed by kind, without name or title; the link itself is dead once its holder steps back or the vote is closed."""
    [case] = season.declarations
    work = await stored(session, case, "ACHIEVEMENT")
    await stored(session, case, "EDUCATION_CERTIFICATE")
    voters = await hall.open()
    path = f"/agenda/{case}/files"
    told = (await hall.get(voters[0].token, path)).json()
    assert [(each["id"], each["item"]) for each in told] == [(str(work), "ACHIEVEMENT")]
    assert "申报人" not in str(told)
    links = []
    for who in voters[:2]:
        opened = await hall.post(who.token, f"{path}/{work}/open")
        links.append(opened.json()["record"]["download_url"])
    got = await hall.http.get(links[0])
    assert (got.status_code, got.content) == (200, PDF)
    assert got.headers["content-disposition"].endswith("ACHIEVEMENT.pdf")
    other = await hall.post(voters[0].token, f"{path}/{uuid4()}/open")
    assert (other.status_code, other.json()["code"]) == (404, "MATERIAL_NOT_FOUND")
    for token in (season.office, season.supervisor):
        assert (await hall.get(token, path)).json()["code"] == "NOT_AN_EXPERT_HERE"
    await hall.post(voters[0].token, "/recusals", {"declaration_id": str(case), "note": "合作者"})
    assert (await hall.get(voters[0].token, path)).json()["code"] == "RECUSED"
    gone = await hall.http.get(links[0])
    assert gone.json()["code"] == "LINK_INVALID"
    assert (await hall.http.get(links[1])).status_code == 200
    await hall.vote_all([True] * 10, voters[1:], case)
    await hall.did("CLOSE_VOTE")
    assert (await hall.http.get(links[1])).json()["code"] == "LINK_INVALID"


@pytest.mark.clause("3.3.3")
async def test_a_link_holds_no_longer_than_the_right_to_look(hall, season, session):
    """Once a relation is on record the link is dead; so is that of who did not come, with everything else, when it opens."""
    [case] = season.declarations
    paper = await stored(session, case, "ACHIEVEMENT")
    members = await hall.gather()
    (absent_id, absent), (related_id, related) = members[10], members[9]
    path = f"/agenda/{case}/files/{paper}/open"
    links = [(await hall.post(who.token, path)).json()["record"]["download_url"] for who in (absent, related)]
    assert [(await hall.http.get(each)).status_code for each in links] == [200, 200]
    tie = {"kind": "KINSHIP", "declaration_id": str(case), "note": "表亲"}
    assert (await hall.ask(related.token, "POST", "/v1/relations", tie)).status_code == 201
    assert (await hall.http.get(links[1])).json()["code"] == "LINK_INVALID"
    await hall.did("REPLACE", expert_id=related_id, note="亲属")
    await hall.attend(absent_id, present=False)
    await hall.did("OPEN", chair_id=members[0][0])
    assert (await hall.http.get(links[0])).json()["code"] == "LINK_INVALID"
    closed = [
        await hall.get(absent.token, "/agenda"),
        await hall.get(absent.token, f"/opinions/{case}/mine"),
        await hall.post(absent.token, path),
    ]
    assert [(each.status_code, each.json()["code"]) for each in closed] == [(403, "EXPERT_NOT_SEATED")] * 3
    assert (await hall.get(absent.token)).json()["agenda"] == []


async def test_a_storage_that_hangs_keeps_nobody_else_waiting(hall, season, session, monkeypatch):
    """More open a file than there are connections: the list of files is told meanwhile, and the file comes in the end."""
    [case] = season.declarations
    paper = await stored(session, case, "ACHIEVEMENT")
    voters = await hall.open()
    path, slow = f"/agenda/{case}/files", Slow()
    link = (await hall.post(voters[0].token, f"{path}/{paper}/open")).json()["record"]["download_url"]
    opening = ObjectStorage.open

    async def hanging(storage: ObjectStorage, key: str) -> Any:
        await slow.wait()
        return await opening(storage, key)

    monkeypatch.setattr(ObjectStorage, "open", hanging)
    told, crowd = await while_many(slow, lambda: hall.http.get(link), lambda: hall.get(voters[0].token, path))
    assert [each["id"] for each in told.json()] == [str(paper)]
    assert {(each.status_code, each.content) for each in crowd} == {(200, PDF)}
