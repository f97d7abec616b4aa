"""Others verify our webhooks: the receiver of docs/webhooks.md as a process, and the reference library of another language."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from time import time
from uuid import uuid4

import httpx
import pytest

from services.notifications.outward import signing
from tests.platform import npm
from tests.platform.apps import over_asgi
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.receiver import EVERYTHING, ROOT, Desk, Receivers

DOCS = Path(__file__).resolve().parents[3] / "docs"


def example() -> str:
    """The receiver, as it is copied from the page."""
    (code,) = re.findall(
        r"```python\n(.*?)```", (DOCS / "webhooks.md").read_text(encoding="utf-8"), re.DOTALL
    )
    return code


async def listening(port: int) -> None:
    """Wait until somebody listens there."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def test_the_receiver_of_the_page_takes_what_is_ours_once_and_nothing_else(
    database, apps, session, tmp_path, unused_tcp_port
):
    """Copied and started: over real connections it takes each message once though it comes twice, and none signed otherwise."""
    script = tmp_path / "receiver.py"
    script.write_text(example(), encoding="utf-8")
    async with AsyncExitStack() as stack:
        told = {"webhook_seconds": 3600, "webhook_own_machine": True}
        app = await apps.fresh("notifications", stack, told, {})
        http = await stack.enter_async_context(over_asgi(app))
        desk = Desk(app, http, Receivers(), session)
        url = f"http://127.0.0.1:{unused_tcp_port}/in"
        body = {"organisation_id": str(ROOT.id), "url": url, "event_types": EVERYTHING}
        made = await desk.done("POST", "/v1/webhook-endpoints", body=body)
        environment = os.environ | {"WEBHOOK_SECRET": made["secret"], "PORT": str(unused_tcp_port)}
        process = subprocess.Popen([sys.executable, script], env=environment, stdout=subprocess.PIPE)
        stack.callback(process.stdout.close)
        stack.callback(process.wait)
        stack.callback(process.kill)
        await listening(unused_tcp_port)
        event = declaration_moved(lineage=[ROOT.id], number="2023-0001")
        await desk.happens(event)
        assert await desk.sender.once() == 1
        (delivery,) = await desk.deliveries(made["endpoint"])
        await desk.done("POST", f"/v1/webhook-deliveries/{delivery['id']}/redeliver")
        assert await desk.sender.once() == 1
        tries = (await desk.whole(delivery))["tries"]
        assert [each["status"] for each in tries] == [204, 204]
        forged = signing.headers(uuid4(), int(time()), b"{}", signing.new_key())
        async with httpx.AsyncClient(trust_env=False, timeout=60) as stranger:
            assert (await stranger.post(url, content=b"{}", headers=forged)).status_code == 401
        process.kill()
        kind, subject, data = json.loads(process.stdout.read())
        assert (kind, subject, data["number"]) == (event.type, event.subject, "2023-0001")


@pytest.mark.timeout(300)
def test_the_reference_library_of_another_language_accepts_ours_and_nothing_else():
    """Node's verifies by the new secret and the former one while both sign; not a changed body, another secret, an old time."""
    home = npm.installed(Path(__file__).with_name("npm") / "webhooks")
    new, former, body = (
        signing.new_key(),
        signing.new_key(),
        b'{"data": {"number": "2023-0001"}, "type": "\xe8\x81\x8c"}',
    )
    headers = signing.headers(uuid4(), int(time()), body, new, former)
    old = signing.headers(uuid4(), int(time()) - 3600, body, new)
    cases = [
        (new, headers, body.decode()),
        (former, headers, body.decode()),
        (new, headers, body.decode().replace("2023", "2024")),
        (signing.new_key(), headers, body.decode()),
        (new, old, body.decode()),
    ]
    told = npm.ran(home, "verify.mjs", given=json.dumps(cases))
    assert told.split() == ["2023-0001"] * 2 + ["WebhookVerificationError"] * 3
