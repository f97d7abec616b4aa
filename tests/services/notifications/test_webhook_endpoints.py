"""Receivers are managed by whoever manages their organisation and by its own clients, by nobody else; every step is walked."""

from __future__ import annotations

import asyncio
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from services.notifications.system import SYSTEM
from services.notifications.webhook.model import WebhookEndpoint
from services.notifications.webhook.states import EndpointAction, EndpointState
from services.notifications.webhook.steps import MANAGERS, STEPS
from tests.platform.tokens import mint, node, seat
from tests.services.notifications.receiver import ROOT, desk_of, integration, manager

PATH = "/v1/webhook-endpoints"
BODY = {"organisation_id": str(ROOT.id), "url": "https://hooks.example.org/in", "event_types": ["*"]}
BELOW = node("EMPLOYER", "COUNTY")
ROLES = (
    "ORGANISATION_MANAGER",
    "INTEGRATION",
    "TITLE_OFFICER",
    "SUPERVISOR",
    "REVIEWER",
    "OPERATOR",
    "APPLICANT",
)


@pytest.fixture
async def desk(database, apps, session):
    """Notifications, which pushes when it is asked to."""
    async with desk_of(apps, session) as opened:
        yield opened


async def in_state(desk, session, state: EndpointState) -> str:
    """The path of a receiver that stands there."""
    row = (await desk.done("POST", PATH, manager(), BODY))["endpoint"]
    async with session("notifications") as tx:
        told = {"id": row["id"], "state": state.value}
        await tx.execute(
            text("update webhook_endpoint set state = :state where id = cast(:id as uuid)"), told
        )
    return f"{PATH}/{row['id']}"


async def snapshot(session) -> list[tuple]:
    """All that an act could change."""
    async with session("notifications") as tx:
        rows = await tx.execute(select(WebhookEndpoint.id, WebhookEndpoint.state, WebhookEndpoint.version))
        lines = [
            await tx.scalar(text(f"select count(*) from {t}")) for t in ("history", "audit_log", "outbox")
        ]
    return [*sorted(map(tuple, rows)), tuple(lines)]


async def test_every_step_by_every_role_in_every_state(desk, session):
    """Allowed is what the table says for who manages the very organisation; whatever is refused changes nothing."""
    seats = [mint([seat(role, ROOT)]) for role in ROLES]
    seats += [mint([seat("ORGANISATION_MANAGER", ROOT, BELOW)]), mint(), mint(kind="service", name="relay")]
    named = [*ROLES, "manager below", "nobody", "service"]
    for state, action in product(
        (s for s in EndpointState if s is not EndpointState.REMOVED), EndpointAction
    ):
        path = await in_state(desk, session, state)
        step = STEPS.get((state, action))
        before = await snapshot(session)
        for name, token in zip(named, seats, strict=True):
            allowed = name in MANAGERS and step is not None and step.by.zh != "系统"
            if allowed:
                continue
            answer = await desk.ask("POST", f"{path}/actions/{action}", token)
            wanted = "WEBHOOK_ENDPOINT_NOT_FOUND"
            if name in MANAGERS:
                wanted = "NOT_YOUR_STEP" if step else "ACTION_NOT_AVAILABLE"
            assert answer.json()["code"] == wanted, (state, action, name)
        assert await snapshot(session) == before, (state, action)
        if step is not None and step.by.zh != "系统":
            told = await desk.done("POST", f"{path}/actions/{action}", integration())
            assert (told["state"], told["version"]) == (step.to, 2)
            assert (await snapshot(session))[-1] == tuple(each + 1 for each in before[-1])
        await desk.ask("POST", f"{path}/actions/REMOVE")
    assert SYSTEM.seats == ()


async def test_who_may_register_read_and_see_secrets(desk):
    """The organisation's manager, its own client within its scope; not another's, not those above or below, not in a person's name by a client."""
    for token in (manager(), integration()):
        assert (await desk.ask("POST", PATH, token, BODY)).status_code == 201
    below = mint([seat("ORGANISATION_MANAGER", ROOT, BELOW)])
    for token, code in (
        (below, "ROLE_MISSING"),
        (mint([seat("TITLE_OFFICER", ROOT)]), "ROLE_MISSING"),
        (mint(), "ROLE_MISSING"),
        (integration(scope="titles.read"), "INSUFFICIENT_SCOPE"),
        (manager(scope="titles.read titles.write", client_id="x"), "INSUFFICIENT_SCOPE"),
    ):
        assert (await desk.ask("POST", PATH, token, BODY)).json()["code"] == code
    found = (await desk.done("GET", PATH, integration(scope="titles.read")))["items"]
    assert len(found) == 2
    assert not any("secret" in name and name != "former_secret_until" for each in found for name in each)
    path = f"{PATH}/{found[0]['id']}"
    assert (await desk.done("GET", PATH, below))["items"] == []
    delivery = await desk.done("POST", f"{path}/ping")
    for method, where, body in (
        ("GET", path, None),
        ("PATCH", path, {"url": "https://evil.test/"}),
        ("POST", f"{path}/secret", None),
        ("POST", f"{path}/ping", None),
        ("POST", f"{path}/redeliveries", {"since": "2023-01-01T00:00:00Z"}),
        ("GET", f"{path}/deliveries", None),
        ("GET", f"/v1/webhook-deliveries/{delivery['id']}", None),
        ("POST", f"/v1/webhook-deliveries/{delivery['id']}/redeliver", None),
        ("POST", f"/v1/webhook-deliveries/{delivery['id']}/pass-over", {"reason": "x"}),
    ):
        assert (await desk.ask(method, where, below, body)).status_code == 404, where
        assert (await desk.http.request(method, where, json=body)).status_code == 401, where


UNFIT = (
    ({"url": "http://hooks.example.org/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://hooks.example.org:22/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://u:p@hooks.example.org/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://hooks.example.org/#a"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://localhost/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://127.0.0.1/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://2130706433/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://[::ffff:10.0.0.1]/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://169.254.169.254/latest"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://[::1"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://a.test:99999/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "ftp://hooks.example.org/"}, "WEBHOOK_URL_UNFIT"),
    ({"url": "https://" + "a" * 500}, "REQUEST_MALFORMED"),
    ({"url": "https://a.test/\u0000"}, "WEBHOOK_URL_UNFIT"),
    ({"event_types": []}, "REQUEST_MALFORMED"),
    ({"event_types": ["titles.*.moved"]}, "REQUEST_MALFORMED"),
    ({"event_types": ["titles.workflow.objection.moved.v1"]}, "WEBHOOK_EVENT_TYPES_UNKNOWN"),
    ({"event_types": ["titles.nothing.*"]}, "WEBHOOK_EVENT_TYPES_UNKNOWN"),
    ({"description": "\u0000"}, "VALUE_UNFIT"),
    ({"organisation_id": "x"}, "REQUEST_MALFORMED"),
)


async def test_what_could_not_be_told_is_refused(desk, session):
    """Addresses that are not public, or not of the web; patterns that fit nothing; nothing is kept of it."""
    before = await snapshot(session)
    for changed, code in UNFIT:
        answer = await desk.ask("POST", PATH, body=BODY | changed)
        assert (answer.status_code, answer.json()["code"]) == (422, code), changed
    assert await snapshot(session) == before


async def test_a_receiver_is_changed_by_whoever_has_read_it_last(desk, session):
    """What is left out stays; a stale version is refused; an unfit address too; each change is in the audit log."""
    row = (await desk.done("POST", PATH, body=BODY))["endpoint"]
    path = f"{PATH}/{row['id']}"
    body = {"event_types": ["titles.workflow.*"], "version": 1}
    changed = await desk.done("PATCH", path, body=body)
    assert (changed["url"], changed["event_types"], changed["version"]) == (
        BODY["url"],
        ["titles.workflow.*"],
        2,
    )
    assert (await desk.ask("PATCH", path, body=body)).json()["code"] == "STALE_VERSION"
    unfit = await desk.ask("PATCH", path, body={"url": "https://10.0.0.1/"})
    assert (unfit.json()["code"], unfit.json()["field"]) == ("WEBHOOK_URL_UNFIT", "url")
    stale = await desk.ask("POST", f"{path}/actions/PAUSE", body={"version": 1})
    assert stale.json()["code"] == "STALE_VERSION"
    async with session("notifications") as tx:
        done = await tx.scalars(text("select action from audit_log order by recorded_at"))
        assert list(done) == ["webhook_endpoint.CREATE", "webhook_endpoint.CHANGE"]


async def test_an_organisation_has_so_many_receivers_and_no_more_however_many_ask_at_once(desk):
    """Twelve registrations at the same time leave ten; one removed makes room; a removed one is gone for good."""
    answers = await asyncio.gather(*(desk.ask("POST", PATH, body=BODY) for _ in range(12)))
    assert sorted(each.status_code for each in answers) == [201] * 10 + [422] * 2
    assert {each.json()["code"] for each in answers if each.status_code == 422} == {
        "WEBHOOK_ENDPOINTS_EXCEEDED"
    }
    gone = (await desk.done("GET", PATH))["items"][0]
    assert (await desk.done("POST", f"{PATH}/{gone['id']}/actions/REMOVE"))["state"] == "REMOVED"
    assert (await desk.ask("GET", f"{PATH}/{gone['id']}")).status_code == 404
    assert (await desk.ask("POST", PATH, body=BODY)).status_code == 201


async def test_what_can_be_told_is_told_beforehand(desk):
    """Every event with its fields; nothing confidential among them, and no field that names a person or holds free text."""
    told = {each["type"]: each for each in await desk.done("GET", "/v1/webhook-event-types", mint())}
    assert told["titles.workflow.cycle.opened.v1"]["public"]
    assert "declaration_id" in told["titles.workflow.declaration.moved.v1"]["fields"]
    assert not any(
        "objection" in each or "integrity" in each or "account" in each.split(".")[2] for each in told
    )
    fields = {name for each in told.values() for name in each["fields"]}
    assert not fields & {
        "note",
        "reason",
        "person_name",
        "holder_name",
        "account_id",
        "masked_resident_id",
        "file_name",
    }


async def test_nobody_acts_on_what_is_not_there(desk):
    """Unknown ids are not found; an unknown step and an instant without zone are malformed."""
    for method, path, body, status in (
        ("GET", f"{PATH}/{uuid4()}", None, 404),
        ("POST", f"{PATH}/{uuid4()}/actions/PAUSE", None, 404),
        ("POST", f"{PATH}/{uuid4()}/actions/EXPLODE", None, 422),
        ("POST", f"{PATH}/{uuid4()}/redeliveries", {"since": "2023-01-01T00:00:00"}, 422),
        ("GET", f"/v1/webhook-deliveries/{uuid4()}", None, 404),
    ):
        assert (await desk.ask(method, path, body=body)).status_code == status
