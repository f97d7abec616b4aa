"""What an act on contacts works with: who asks, when, the policy, and by which channels anything can go out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit
from services.kit.auth import Actor, CurrentActor
from services.kit.clock import CurrentMoment, Moment
from services.kit.db import Tx
from services.kit.errors import Basis
from services.kit.sealing import Sealer
from services.notifications.contact.errors import PeopleOnly
from services.notifications.contact.policy import ContactPolicy
from services.notifications.contact.states import ChannelKind
from services.notifications.template.policy import Catalogue


@dataclass(frozen=True, slots=True)
class Desk:
    """One request about the caller's own contacts."""

    tx: AsyncSession
    actor: Actor
    moment: Moment
    sealer: Sealer
    policy: ContactPolicy
    catalogue: Catalogue
    channels: Collection[ChannelKind]
    province: str

    @property
    def basis(self) -> list[Basis]:
        """What contacts rest on."""
        return [self.policy.articles["contacts"].basis()]

    async def record(self, action: str, subject: str, **detail: str) -> None:
        """Keep in the audit what was done; no address."""
        await audit.record(
            self.tx,
            actor=self.actor,
            action=action,
            subject=subject,
            moment=self.moment,
            basis=self.basis,
            detail=dict(detail),
        )


async def current_desk(request: Request, tx: Tx, actor: CurrentActor, moment: CurrentMoment) -> Desk:
    """The desk of the request.

    Raises:
        PeopleOnly: a system asks.
    """
    state = request.app.state
    if actor.kind != "person":
        raise PeopleOnly
    return Desk(
        tx=tx,
        actor=actor,
        moment=moment,
        sealer=state.sealer,
        policy=state.contact_policy,
        catalogue=state.catalogue,
        channels=channels_of(state.delivery.providers),
        province=state.settings.province,
    )


def channels_of(providers: Collection[ChannelKind]) -> Sequence[ChannelKind]:
    """The channels that anything goes out by here, in their usual order."""
    return [each for each in ChannelKind if each in providers]


CurrentDesk = Annotated[Desk, Depends(current_desk)]
