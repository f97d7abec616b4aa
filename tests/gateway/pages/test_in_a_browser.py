"""The public pages in a real Chromium: as a phone and as a desk show them, light and dark, judged by axe-core."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.pages.scene import Scene
from tests.platform import npm
from tests.platform.browser import Browser, browser, needs_a_browser, served

PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
DESK = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}
LOOKS = (("phone", PHONE, "light", "zh"), ("desk", DESK, "dark", "en"))
ALIKE = ("/criteria?", "/publicity?", "/verify?")
"""What looks like another page that is looked at."""
PORTAL = ("/docs/errors", "/docs", "/docs/api/quota")
JUDGED = (
    "axe.run().then((told) => JSON.stringify(told.violations.map((v) => [v.id, v.nodes.map((n) => n.html)])))"
)
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def axe() -> str:
    """The source of axe-core, from npm."""
    home = await asyncio.to_thread(npm.installed, Path(__file__).parents[1] / "npm" / "axe")
    return (home / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def looked_at(there: Browser, picture: Path) -> None:
    """Keep what is to be seen of the whole page."""
    shot = await there.tell("Page.captureScreenshot", format="png", captureBeyondViewport=True)
    picture.write_bytes(base64.b64decode(shot["data"]))


async def judged(there: Browser, judge: str) -> list[Any]:
    """What axe-core has against the page that is open."""
    await there.tell("Runtime.evaluate", expression=judge)
    found: list[Any] = json.loads(await there.run(JUDGED))
    return found


@needs_a_browser
@pytest.mark.timeout(600)
async def test_everybody_can_read_them(site: Callable[..., Any], scene: Scene, tmp_path: Path) -> None:
    """No page breaks a rule of axe-core or is wider than a phone; the first stop of the keyboard skips to the content."""
    judge = await axe()
    app = await site()
    paths = [*(each for each in scene.paths if not each.startswith(ALIKE)), *PORTAL, "/nowhere"]
    async with served(app) as address, browser(tmp_path / "profile") as there:
        for name, size, scheme, lang in LOOKS:
            await there.tell("Emulation.setDeviceMetricsOverride", **size)
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            await there.tell("Emulation.setEmulatedMedia", features=features)
            for number, path in enumerate(paths if name == "phone" else paths[1::2]):
                await there.open(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}")
                assert await judged(there, judge) == [], (name, path)
                assert not await there.run(TOO_WIDE), (name, path)
                await looked_at(there, tmp_path / f"{number:02}-{name}.png")
        await there.open(f"{address}/")
        for kind in ("keyDown", "keyUp"):
            await there.tell(
                "Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9
            )
        assert await there.run("document.activeElement.className") == "skip"
        await verified(there, address, scene, judge, tmp_path)
        await older_paper(there, address)
        await there.open(f"{address}/verify/credential")
        assert await judged(there, judge) == []


async def verified(there: Browser, address: str, scene: Scene, judge: str, folder: Path) -> None:
    """The form is sent by the browser alone; what it answers can be read as well."""
    await there.open(f"{address}/verify?lang=zh&number={scene.number}")
    filled = f"document.getElementById('name').value = {json.dumps(scene.holder)}"
    await there.run(f"{filled}; document.querySelector('main form').requestSubmit(); null")
    await there.until("document.querySelector('.result.good h2') && true")
    assert "证书有效" in await there.run("document.querySelector('.result.good').textContent")
    assert await judged(there, judge) == []
    await looked_at(there, folder / "verified.png")


async def older_paper(there: Browser, address: str) -> None:
    """The QR code of a certificate that was printed when its page was `/verify` comes to the page that reads it."""
    shown = "header.claims.signature~disclosure~"
    await there.tell("Page.navigate", url="about:blank")
    await there.tell("Page.navigate", url=f"{address}/verify#{shown}")
    read = "document.getElementById('check')?.credential.value"
    await there.until(f"location.pathname === '/verify/credential' && {read} === {json.dumps(shown)}")
