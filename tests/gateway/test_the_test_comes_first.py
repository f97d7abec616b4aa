"""No personal data before the online test (二（三）): the real services behind the gateway, in two years."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import text
from strawberry import relay

from demo import files
from demo.api import Gateway as Front
from demo.api import Refused
from demo.identities import Identities
from demo.scenes import applicants, declaration, opening, posts, province, recommendation
from demo.stage import PASSWORD, SHANGHAI, Stage, at
from gateway.clients import PARTS
from gateway.main import create
from gateway.settings import GatewaySettings
from services.accounts.installation import Desk
from services.accounts.seed import seed
from services.kit import clock
from services.kit.auth import TokenVerifier
from tests.platform.settings import POLICIES
from tests.platform.tokens import trusted

PERSONAL = {
    "accounts": ("person_record", "person_document", "evidence_file"),
    "workflow": ("declaration", "material"),
}
"""Tables that hold what an applicant writes about himself or herself."""

RETURNING = {
    "contact": "person { id }",
    "document": "person { id }",
    "record": "record { id state }",
    "declaration": "declaration { id version }",
}


@pytest.fixture
def two_years(tmp_path: Path) -> Path:
    """The policies, and those of 2023 again for 2024 with every date a year later."""
    shutil.copytree(POLICIES, tmp_path / "policies")
    later = tmp_path / "policies/qinghai/2024"
    shutil.copytree(tmp_path / "policies/qinghai/2023", later)
    for file in later.glob("**/*.yaml"):
        told = file.read_text(encoding="utf-8")
        told = re.sub(r"\b(202[34])(?=-\d\d-\d\d)", lambda year: str(int(year[1]) + 1), told)
        file.write_text(told, encoding="utf-8")
    return tmp_path / "policies"


@pytest.fixture
async def stage(apps: Any, session: Any, database: str, two_years: Path) -> AsyncIterator[Stage]:
    """The season's cast before the whole platform in this process; accounts and workflow know two years."""
    async with AsyncExitStack() as stack:
        known = {"policies_dir": two_years}
        running = {name: await apps.get(name) for name in PARTS if name not in {"workflow", "accounts"}}
        running["accounts"] = await apps.fresh("accounts", stack, known, {})
        inner: dict[str, Any] = {name: httpx.ASGITransport(app=app) for name, app in running.items()}
        workflow = await apps.fresh("workflow", stack, known, {"transports": inner})
        transports = inner | {"workflow": httpx.ASGITransport(app=workflow)}
        async with session("accounts") as tx:
            installation = running["accounts"].state.installation
            await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), PASSWORD)
        app = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
        await stack.enter_async_context(LifespanManager(app))
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway.test")
        front = Front("http://gateway.test/graphql", await stack.enter_async_context(http))
        accounts = httpx.AsyncClient(transport=inner["accounts"], base_url="http://accounts.test")
        found = Stage(front, "000096", lambda _: None, Identities("first"))
        found.things["accounts"] = await stack.enter_async_context(accounts)
        yield found


async def until_november(stage: Stage) -> None:
    """Organisations, the year, the places, two applicants without a test, and one of them recommended."""
    for scene in (province, opening, posts):
        await scene.play(stage)
    await stage.move_clock(at(10, 25))
    for part, name in applicants.NAMES.items():
        await applicants.create(stage, part, name)
    await recommendation.announce(stage)
    await recommendation.recommend(stage)
    await stage.move_clock(at(11, 13))


TOLD = {"issuer": "青海大学", "issuedOn": "2008-06-30"}
DEGREE = {
    "educationLevel": "BACHELOR", "school": "青海大学", "field": "临床医学",
    "mode": "FULL_TIME", "graduatedOn": "2008-06-30", "certificateNumber": "107431200805001234",
}  # fmt: skip
PASSPORT = {"kind": "PASSPORT", "number": "E16180339", "nationality": "CHN"}


def snakes(told: dict[str, str]) -> dict[str, str]:
    """What is told over GraphQL as REST takes it."""
    return {re.sub("([A-Z])", lambda big: f"_{big[1].lower()}", name): value for name, value in told.items()}


async def record(stage: Stage, part: str, **more: Any) -> httpx.Response:
    """The applicant puts a fact on record past the gateway, as an integration would."""
    person = str(UUID(relay.GlobalID.from_id(stage.things[part]).node_id))
    body = {"body": {"kind": "DEGREE", **snakes(DEGREE), **more}, "evidence": snakes(TOLD)}
    headers = {"authorization": f"Bearer {stage.cast[part].token}"}
    answer: httpx.Response = await stage.things["accounts"].post(
        f"/v1/people/{person}/records", json=body, headers=headers
    )
    return answer


async def upload(stage: Stage) -> None:
    """The applicant sends a file."""
    given = {
        "declarationId": stage.things["declaration"],
        "item": "EDUCATION_CERTIFICATE",
        "title": "毕业证书",
        "fileName": "毕业证书.pdf",
    }
    done = await stage.cast["first"].do("requestUpload", "uploadUrl", **given)
    await stage.upload(done["uploadUrl"], files.pdf("毕业证书"))


def writes(stage: Stage) -> dict[str, tuple[str, dict[str, Any]]]:
    """What an applicant writes over GraphQL: the mutation, and its input."""
    own = {"personId": stage.things["first"]}
    return {
        "contact": ("updateContact", own | {"phone": "13997000000"}),
        "document": ("addPersonDocument", own | {"document": PASSPORT}),
        "record": ("declareRecord", own | {"body": {"degree": DEGREE}, "evidence": TOLD}),
        "declaration": (
            "createDeclaration",
            {"ground": {"recommendationId": stage.things["recommendation"]}},
        ),
    }


async def kept(session: Any) -> dict[str, list[Any]]:
    """All that applicants have written, and how often anything moved."""
    found = {}
    for service, tables in PERSONAL.items():
        async with session(service) as tx:
            for table in (*tables, "history", "audit_log", "outbox"):
                found[f"{service}.{table}"] = await tx.scalar(text(f"select count(*) from {table}"))
            if service == "accounts":
                found["numbers"] = (
                    await tx.execute(text("select id, phone_sealed, version from person"))
                ).all()
    return found


async def refused_everywhere(stage: Stage, session: Any) -> None:
    """Each write of the applicant is refused with the test's article, and nothing at all is written."""
    before = await kept(session)
    for act, given in writes(stage).values():
        with pytest.raises(Refused) as refusal:
            await stage.cast["first"].do(act, "basis { cite }", **given)
        assert (refusal.value.code, refusal.value.basis[0]["cite"]) == ("TEST_NOT_PASSED", "二（三）")
    answer = await record(stage, "first", school="青海师范大学")
    assert (answer.status_code, answer.json()["code"]) == (422, "TEST_NOT_PASSED")
    assert answer.json()["basis"][0]["cite"] == "二（三）"
    with pytest.raises(Refused):  # there is no declaration that a material could belong to
        await upload(stage)
    assert await kept(session) == before


@pytest.mark.clause("2.3")
async def test_no_personal_data_before_the_test(stage: Stage, session: Any) -> None:
    """Refused before the test in accounts and workflow alike, taken after it; the next year asks again."""
    await until_november(stage)
    stage.things["declaration"] = str(relay.GlobalID("Declaration", str(uuid4())))
    await refused_everywhere(stage, session)
    await applicants.take_test(stage, "first", right=False)
    await refused_everywhere(stage, session)
    await applicants.take_test(stage, "first", right=True)
    before = await kept(session)
    for name, (act, given) in writes(stage).items():
        done = await stage.cast["first"].do(act, f"{RETURNING[name]} basis {{ cite }}", **given)
        if name == "declaration":
            stage.things["declaration"] = done["declaration"]["id"]
            version = done["declaration"]["version"]
    assert (await record(stage, "first", school="青海师范大学")).status_code == 201
    content = {"id": stage.things["declaration"], "version": version, "content": declaration.CONTENT}
    await stage.cast["first"].do("saveDeclaration", declaration.DECLARATION, **content)
    await upload(stage)
    written = await kept(session)
    assert [written[name] for name in ("workflow.declaration", "workflow.material")] == [1, 1]
    assert written["accounts.person_record"] == 2
    assert written["accounts.person_document"] == before["accounts.person_document"] + 1
    await the_next_year_asks_again(stage, session)


async def the_next_year_asks_again(stage: Stage, session: Any) -> None:
    """What was passed in 2023 opens nothing in 2024, until the test of 2024 is passed."""
    await stage.move_clock(datetime(2024, 10, 25, 9, tzinfo=SHANGHAI))
    await stage.sign_in("first", "first.000096")
    before = await kept(session)
    anew = {name: each for name, each in writes(stage).items() if name in {"contact", "document", "record"}}
    for act, given in anew.values():
        with pytest.raises(Refused) as refusal:
            await stage.cast["first"].do(act, "basis { cite }", **given)
        assert refusal.value.code == "TEST_NOT_PASSED"
        assert "2024" in refusal.value.message
    assert (await record(stage, "first", school="青海民族大学")).json()["code"] == "TEST_NOT_PASSED"
    assert await kept(session) == before
    await applicants.take_test(stage, "first", right=True, year=2024)
    act, given = anew["contact"]
    await stage.cast["first"].do(act, "basis { cite }", **given)
    assert (await record(stage, "first", school="青海民族大学")).status_code == 201
