"""Acts on receivers: registered, changed, given a new secret, moved; and disabled by the platform."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import Depends, Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit
from services.kit.auth import Actor, CurrentActor, InsufficientScope
from services.kit.clock import CurrentMoment, Moment
from services.kit.db import Tx
from services.kit.errors import Basis
from services.kit.http import OWN, SCOPE
from services.kit.ids import new_id
from services.kit.policy import Articles
from services.kit.sealing import Sealer
from services.kit.steps import Move, StaleVersion, decide
from services.kit.transition import begin, take
from services.notifications.contract import WebhookEndpointMoved
from services.notifications.outward import signing
from services.notifications.outward.address import is_public, parsed
from services.notifications.system import SYSTEM
from services.notifications.webhook import store
from services.notifications.webhook.channel import LISTENING
from services.notifications.webhook.errors import EndpointUrlUnfit, EventTypesUnknown, TooManyEndpoints
from services.notifications.webhook.model import WebhookEndpoint
from services.notifications.webhook.policy import Telling, WebhookPolicy
from services.notifications.webhook.schemas import EndpointChangeIn, EndpointIn
from services.notifications.webhook.states import DisabledFor, EndpointAction, EndpointState
from services.notifications.webhook.steps import ARTICLE, MANAGERS, STEPS

TABLE: Any = WebhookEndpoint.__table__


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What this installation says of webhooks."""

    policy: WebhookPolicy
    articles: Articles
    telling: Telling
    province: str
    own_machine: bool = False

    @property
    def basis(self) -> tuple[Basis, ...]:
        """What every act on receivers rests on."""
        return (self.articles[ARTICLE],)


@dataclass(frozen=True, slots=True)
class Desk:
    """One request about receivers."""

    tx: AsyncSession
    actor: Actor
    moment: Moment
    webhooks: Webhooks
    sealer: Sealer


async def current_desk(request: Request, tx: Tx, actor: CurrentActor, moment: CurrentMoment) -> Desk:
    """The request's desk.

    Raises:
        InsufficientScope: a third party's client would write in a person's name: a receiver outlives every consent.
    """
    writes = request.method not in {"GET", "HEAD"}
    if writes and actor.kind == "person" and actor.scope is not None:
        raise InsufficientScope(scope=OWN[SCOPE])
    state = request.app.state
    return Desk(tx, actor, moment, state.webhooks, state.sealer)


CurrentDesk = Annotated[Desk, Depends(current_desk)]


async def register(desk: Desk, body: EndpointIn) -> tuple[WebhookEndpoint, str]:
    """Register a receiver; it and its secret.

    Raises:
        RoleMissing, EndpointUrlUnfit, EventTypesUnknown, TooManyEndpoints: nothing was registered.
    """
    seat = desk.actor.require(*MANAGERS, within=(body.organisation_id,))
    _require_fit(desk.webhooks, body.url, body.event_types)
    most = desk.webhooks.policy.endpoints_per_organisation
    if await store.number(desk.tx, body.organisation_id) >= most:
        raise TooManyEndpoints(most=most, basis=desk.webhooks.basis)
    secret, endpoint_id = signing.new_key(), new_id()
    row = WebhookEndpoint(
        id=endpoint_id,
        province=desk.webhooks.province,
        state=EndpointState.ENABLED,
        secret=desk.sealer.seal_text(secret, context=context(endpoint_id)),
        created_by=desk.actor.id,
        **body.model_dump(),
    )
    desk.tx.add(row)
    await desk.tx.flush()
    await desk.tx.refresh(row)
    await begin(
        desk.tx,
        TABLE,
        subject_id=row.id,
        state=row.state,
        actor=desk.actor,
        moment=desk.moment,
        organisation_id=row.organisation_id,
        role=seat.role,
        basis=desk.webhooks.basis,
    )
    return row, secret


async def change(desk: Desk, endpoint_id: UUID, body: EndpointChangeIn) -> WebhookEndpoint:
    """Change where a receiver is, or of what it hears from now on.

    Raises:
        EndpointNotFound, StaleVersion, EndpointUrlUnfit, EventTypesUnknown: nothing was changed.
    """
    row = await _locked(desk, endpoint_id, body.version)
    wished = body.model_dump(exclude={"version"}, exclude_none=True)
    _require_fit(desk.webhooks, body.url or row.url, body.event_types or row.event_types)
    for name, value in wished.items():
        setattr(row, name, value)
    await _written(desk, row, "CHANGE", {"changed": sorted(wished)})
    return row


async def rotate(desk: Desk, endpoint_id: UUID) -> tuple[WebhookEndpoint, str]:
    """Give a receiver a new secret; the former one signs beside it for a while.

    Raises:
        EndpointNotFound: nothing was changed.
    """
    row = await _locked(desk, endpoint_id)
    secret = signing.new_key()
    row.former_secret = row.secret
    until = select(func.now() + timedelta(hours=desk.webhooks.policy.overlap_hours))
    row.former_secret_until = await desk.tx.scalar(until)
    row.secret = desk.sealer.seal_text(secret, context=context(row.id))
    await _written(desk, row, "ROTATE_SECRET", {})
    return row, secret


async def move(
    desk: Desk, endpoint_id: UUID, action: EndpointAction, version: int | None
) -> tuple[WebhookEndpoint, tuple[Basis, ...]]:
    """Take one step of a receiver; it and the articles it rests on.

    Raises:
        EndpointNotFound, ActionNotAvailable, NotYourStep, StaleVersion: nothing was changed.
    """
    row = await store.endpoint(desk.tx, endpoint_id, desk.actor, lock=True)
    decided = decide(STEPS, row.as_case(), action, desk.actor, desk.webhooks.articles, version=version)
    await _take(desk.tx, row, decided, desk.actor, desk.moment, CHANGES.get(action, {}))
    if decided.after is EndpointState.ENABLED:
        await store.wake(desk.tx, row.id)
    return row, decided.basis


ANEW: dict[str, Any] = {"failing_since": None, "held_until": None, "disabled_for": None}
CHANGES: dict[EndpointAction, dict[str, Any]] = {
    EndpointAction.RESUME: ANEW,
    EndpointAction.ENABLE: ANEW,
    EndpointAction.REMOVE: {"secret": b"", "former_secret": None, "former_secret_until": None},
}
"""What changes with a step; of a receiver that is removed no secret stays."""


async def disable(
    tx: AsyncSession, webhooks: Webhooks, row: WebhookEndpoint, why: DisabledFor, moment: Moment
) -> None:
    """Let the platform disable a receiver that the transaction holds; one that hears nothing stays as it is."""
    if row.state in LISTENING:
        decided = decide(STEPS, row.as_case(), EndpointAction.DISABLE, SYSTEM, webhooks.articles)
        await _take(tx, row, decided, SYSTEM, moment, {"disabled_for": why})


async def _take(
    tx: AsyncSession,
    row: WebhookEndpoint,
    decided: Move,
    actor: Actor,
    moment: Moment,
    changes: dict[str, Any],
) -> None:
    event = WebhookEndpointMoved(
        endpoint_id=row.id,
        organisation_id=row.organisation_id,
        url=row.url,
        action=decided.action,
        before=decided.before,
        after=decided.after,
        disabled_for=changes.get("disabled_for"),
    )
    await take(tx, TABLE, decided, actor=actor, moment=moment, event=event, changes=changes)
    await tx.refresh(row)


async def _locked(desk: Desk, endpoint_id: UUID, version: int | None = None) -> WebhookEndpoint:
    row = await store.endpoint(desk.tx, endpoint_id, desk.actor, lock=True)
    if version not in {None, row.version}:
        raise StaleVersion(field="version")
    return row


async def _written(desk: Desk, row: WebhookEndpoint, action: str, detail: dict[str, Any]) -> None:
    row.version += 1
    await desk.tx.flush()
    await record(desk, row, action, detail)


async def record(desk: Desk, row: WebhookEndpoint, action: str, detail: dict[str, Any]) -> None:
    """Write a line about a receiver into the audit log."""
    await audit.record(
        desk.tx,
        actor=desk.actor,
        action=f"{TABLE.name}.{action}",
        subject=f"{TABLE.name}/{row.id}",
        moment=desk.moment,
        organisation_id=row.organisation_id,
        basis=desk.webhooks.basis,
        detail=detail,
    )


def context(endpoint_id: UUID) -> str:
    """What a receiver's secrets are bound to."""
    return f"{TABLE.name}/{endpoint_id}"


def _require_fit(webhooks: Webhooks, url: str, patterns: list[str]) -> None:
    if not _may_be_called(webhooks, url):
        ports = "、".join(map(str, webhooks.policy.ports))
        raise EndpointUrlUnfit(ports=ports, field="url", basis=webhooks.basis)
    for pattern in patterns:
        if not webhooks.telling.fitting([pattern]):
            raise EventTypesUnknown(pattern=pattern, field="event_types", basis=webhooks.basis)


def _may_be_called(webhooks: Webhooks, url: str) -> bool:
    """Whether an address has the form of one that is called; where its name leads is judged at every call."""
    try:
        told = httpx.URL(url)
        port = told.port
    except (httpx.InvalidURL, ValueError):
        return False
    address = parsed(told.host)
    if not told.host or told.userinfo or told.fragment:
        return False
    if webhooks.own_machine and told.scheme in {"http", "https"} and address and address.is_loopback:
        return True
    public = is_public(address) if address else "." in told.host.rstrip(".")
    return told.scheme == "https" and public and (port or webhooks.policy.ports[0]) in webhooks.policy.ports
