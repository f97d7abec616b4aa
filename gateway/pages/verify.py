"""Certificate verification (证书查验): by number and name; by credential on the page beside it, where the QR codes lead."""

import base64
import hashlib
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import FormData

from gateway.kept.reading import NEVER
from gateway.pages.rendering import POLICY, public, router, shown
from gateway.pages.visit import Visit

READ = ["GET", "HEAD"]
FIELDS = {"number": 64, "name": 120}
"""What is asked, and how long it is at most."""
UNLISTED = {"x-robots-tag": "noindex"}
ONWARD = 'if (location.hash.includes("~")) location.replace("/verify/credential" + location.hash);'
"""QR codes on older paper lead here: what follows the `#` no server sees, so that the browser has to carry it on."""
HASH = base64.b64encode(hashlib.sha256(ONWARD.encode()).digest()).decode()
ONE_SCRIPT = {"content-security-policy": f"{POLICY}; script-src 'sha256-{HASH}'"}
pages = router()


@pages.api_route("/verify", methods=READ)
async def form(request: Request) -> Response:
    """Ask for number and name."""
    visit = Visit.of(request)
    given = {"number": (visit.asked("number") or "")[: FIELDS["number"]], "name": ""}
    told: dict[str, Any] = {"given": given, "missing": [], "answer": None, "onward": ONWARD}
    return shown(visit, "verify.html", headers=ONE_SCRIPT, **told)


@pages.post("/verify")
async def answered(request: Request) -> Response:
    """Tell whether they belong together; what is sent stands in no address, and nothing is kept."""
    visit = Visit.of(request)
    async with request.form(max_files=0, max_fields=len(FIELDS)) as sent:
        given = _given(sent)
    missing = [name for name, told in given.items() if not told or len(told) > FIELDS[name]]
    if missing:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return shown(
            visit, "verify.html", status=status, kept=NEVER, given=given, missing=missing, answer=None
        )
    answer = await public(visit).now("/v1/certificates/verify", **given)
    return shown(visit, "verify.html", kept=NEVER, headers=UNLISTED, given=given, missing=[], answer=answer)


def _given(sent: FormData) -> dict[str, str]:
    return {
        name: told.strip().replace("\0", "") if isinstance(told := sent.get(name), str) else ""
        for name in FIELDS
    }
