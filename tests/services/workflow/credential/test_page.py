"""The page that verifies credentials in a real browser: online, and saved to a file."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from tests.platform.apps import over_asgi
from tests.platform.browser import a_port, browser, needs_a_browser, served
from tests.services.workflow.certificate.standings import record as befall
from tests.services.workflow.credential.carried import credential_of, issued, status_token
from tests.services.workflow.meeting.hall import Hall


@needs_a_browser
@pytest.mark.clause("1.3.3")
async def test_the_page_verifies(apps, database, session, season, at, tmp_path, stack_of):
    """What the code leads to is valid, then revoked; altered or of another key it is neither; saved it works offline."""
    port = a_port()
    address = f"http://127.0.0.1:{port}"
    app = await apps.fresh("workflow", stack_of, {"public_url": address}, {})
    hall = Hall(await stack_of.enter_async_context(over_asgi(app)), season, at)
    record = await issued(session, season)
    credential = await credential_of(hall, record["id"])
    saved = tmp_path / "verify.html"
    page = await hall.ask(None, "GET", "/verify/credential")
    assert "unsafe" not in page.headers["content-security-policy"]
    saved.write_text(page.text, encoding="utf-8")
    fresh = await status_token(hall, credential)
    async with served(app, port), browser(tmp_path / "profile") as there:
        await there.open(f"{address}/verify/credential#{credential}")
        kind, words = await there.shown()
        assert kind == "valid"
        for told in (record["number"], record["holder_name"], "副高级", "6301**********001X"):
            assert told in words
        await befall(session, season, record["id"], ChangeKind.REVOKED, Cause("finding", uuid4()))
        await there.run("document.getElementById('check').credential.value = ''")
        assert (
            await there.submitted("check", credential=credential, status=await status_token(hall, credential))
        )[0] == "revoked"
        altered = credential.replace("~", "A~", 1)
        assert (await there.submitted("check", credential=altered))[0] == "altered"
        assert (await there.submitted("check", credential="nonsense"))[0] == "unreadable"
    await offline(tmp_path, saved.as_uri(), credential, fresh, record["number"])


async def offline(tmp_path, saved: str, credential: str, fresh: str, number: str) -> None:
    """The saved page: valid, with and without a list; of no use are a broken list, no signatures, and another key."""
    async with browser(tmp_path / "offline") as there:
        await there.open(f"{saved}#{credential}")
        kind, words = await there.shown()
        assert (kind, "未能核对证书状态" in words, number in words) == ("valid", True, True)
        assert "证书有效" in (await there.submitted("check", credential=credential, status=fresh))[1]
        of_no_use = await there.submitted("check", credential=credential, status=fresh.replace(".", ".A", 1))
        assert ("未能核对证书状态" in of_no_use[1], "状态列表" in of_no_use[1]) == (True, True)
        await there.run("crypto.subtle.importKey = () => Promise.reject(new Error('no such algorithm'))")
        kind, words = await there.submitted("check", credential=credential)
        assert (kind, "本浏览器无法脱机验证" in words, "不是本系统签发" in words) == (
            "unsupported",
            True,
            False,
        )
        await there.run("delete crypto.subtle.importKey")
        await there.run("known.keys[0].kid = 'another'")
        assert (await there.submitted("check", credential=credential))[0] == "unknown-key"
        assert there.faults == []
