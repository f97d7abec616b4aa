"""A certificate on paper: what it says, its QR code read back, its attachment verified by the offline command."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from tests.services.workflow.certificate.office import DAY_AFTER, file, publicised
from tests.services.workflow.certificate.standings import record as befall
from tests.services.workflow.credential.carried import (
    by_reference,
    credential_of,
    issued,
    paper_of,
    published_keys,
    status_token,
)
from tests.services.workflow.meeting.season import seed_declaration
from verifier.__main__ import main

DOTS_PER_POINT = 3


def words_of(paper: bytes) -> str:
    """What is printed on the only page, without spaces and breaks."""
    [page] = PdfReader(io.BytesIO(paper)).pages
    return "".join(page.extract_text().split())


def scanned(paper: bytes) -> str:
    """What a scanner reads from the page as printed at 216 dots an inch."""
    picture = pypdfium2.PdfDocument(paper)[0].render(scale=DOTS_PER_POINT).to_pil()
    [code] = zxingcpp.read_barcodes(picture)
    told: str = code.text
    return told


@pytest.mark.clause("1.3.3", "1.4.1")
async def test_the_paper_says_what_the_certificate_says(hall, season, session):
    """Holder, title, number, limit; the code leads to the page with a credential that verifies; the same bytes twice."""
    async with session("workflow") as tx:
        targeted = await seed_declaration(tx, season, pool="TARGETED")
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    record = (await file(hall, targeted)).json()["record"]
    paper = await paper_of(hall, record["id"])
    printed = words_of(paper)
    for words in (
        record["holder_name"].replace(" ", ""),
        record["number"],
        "副高级",
        "使用范围",
        "限基层有效",
        "2024年1月10日",
    ):
        assert words in printed, words
    assert "不再有效" not in printed
    page, _, shown = scanned(paper).partition("#")
    assert page.endswith("/verify/credential")
    claims = by_reference(shown, await published_keys(hall))
    assert (claims["name"], claims["number"]) == (record["holder_name"], record["number"])
    assert claims["specialty"] == record["specialty_name"] is not None
    assert "masked_resident_id" not in claims
    assert await paper_of(hall, record["id"]) == paper


async def test_a_title_from_elsewhere_was_obtained_then_and_confirmed_later(hall, season, session):
    """Nobody confirmed it on the day on which it was obtained elsewhere, and the paper does not say so."""
    record = await issued(session, season, way="CONFIRMATION")
    printed = words_of(await paper_of(hall, record["id"]))
    assert "于2024年1月10日取得" in printed
    assert "职称，经确认，具备" in printed


async def test_the_command_tells_by_its_exit_code(hall, season, session, tmp_path, capsys):
    """Valid, altered, revoked, unknown key, no credential: from a PDF, a text and what a code says, without network."""
    record = await issued(session, season)
    paper, credential = await paper_of(hall, record["id"]), await credential_of(hall, record["id"])
    keys = await published_keys(hall)
    files = {
        "paper.pdf": paper,
        "credential.txt": credential.encode(),
        "code.txt": scanned(paper).encode(),
        "altered.txt": credential.replace("~", "~A", 1).encode(),
        "picture.pdf": b"%PDF-1.7 nothing",
        "keys.json": json.dumps(keys).encode(),
        "listed.json": json.dumps(keys["keys"]).encode(),
        "others.json": json.dumps({"keys": [keys["keys"][0] | {"kid": "another"}]}).encode(),
        "fresh.jwt": (await status_token(hall, credential)).encode(),
    }
    await befall(session, season, record["id"], ChangeKind.REVOKED, Cause("finding", uuid4()))
    files["revoked.jwt"] = (await status_token(hall, credential)).encode()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def run(name: str, keys: str = "keys.json", *more: str) -> int:
        return main([str(tmp_path / name), "--keys", str(tmp_path / keys), *more])

    fresh, revoked = (["--status", str(tmp_path / f"{name}.jwt")] for name in ("fresh", "revoked"))
    for name in ("paper.pdf", "credential.txt", "code.txt"):
        assert (run(name), run(name, "keys.json", *fresh), run(name, "keys.json", *revoked)) == (0, 0, 3)
        assert run(name, "others.json") == 4
    assert record["number"] in capsys.readouterr().out
    broken = ["--status", str(tmp_path / "code.txt")]
    assert (run("paper.pdf", "listed.json"), run("paper.pdf", "keys.json", *broken)) == (2, 6)
    told = capsys.readouterr().out
    found = [words in told for words in ("不是状态列表", "不是职称证书电子凭证", record["number"])]
    assert found == [True, False, True]
    assert (run("altered.txt"), run("picture.pdf"), run("nowhere.txt")) == (1, 5, 2)
    revoked_paper = words_of(await paper_of(hall, record["id"]))
    assert "已撤销" in revoked_paper
    assert "不再有效" in revoked_paper


def test_the_command_runs_by_itself(tmp_path):
    """As users start it; what is no keys' file is wrong use."""
    (tmp_path / "keys.json").write_text("{}", encoding="utf-8")
    told = [sys.executable, "-m", "verifier", "-", "--keys", str(tmp_path / "keys.json"), "--json"]
    done = subprocess.run(told, input=b"no credential", capture_output=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (5, "UNREADABLE")
    told[5] = str(tmp_path / "nowhere.json")
    assert subprocess.run(told, input=b"", capture_output=True, check=False).returncode == 2
