"""Outer channels of this process, put together: who sends, what is copied, and what is done by itself meanwhile."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Self

import httpx
import structlog
from fastapi import FastAPI

from services.kit.background import at_work
from services.kit.policy import Articles
from services.kit.sealing import Sealer
from services.neighbours.client import Neighbour
from services.neighbours.identity import ServiceIdentity
from services.notifications.contact.backfill import Backfill
from services.notifications.contact.copying import Copier
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery.channel import Channel
from services.notifications.delivery.contacts import Contacts, KeptContacts
from services.notifications.delivery.dispatch import OuterChannels
from services.notifications.delivery.fan_out import FanOut
from services.notifications.delivery.policy import DeliveryPolicy
from services.notifications.delivery.priority import LANES, OWN, TO_MANY
from services.notifications.delivery.purging import Purging
from services.notifications.delivery.sending import Sender
from services.notifications.policy import load_delivery
from services.notifications.provider.configuration import providers_of
from services.notifications.provider.message import Provider
from services.notifications.settings import Settings
from services.notifications.system import Tell

log = structlog.get_logger(__name__)
RARELY_SECONDS = 60
CLEARING_SECONDS = 3600
"""Clearing goes through everything that is old: what is kept for weeks may stay an hour more."""
PAGES = {OWN: 10, TO_MANY: 1}
"""So many notices are copied at the same time: one's own have a reader or a few each, a page to many has a thousand."""
CLAIMED = 3
"""A claim lasts so many times a call's patience: all that are claimed at once are tried at once."""


@dataclass(frozen=True, slots=True)
class Outer:
    """What outer channels are made of here."""

    settings: Settings
    providers: Mapping[ChannelKind, Provider]
    contacts: Contacts
    policy: DeliveryPolicy
    articles: Articles

    @classmethod
    def of(
        cls,
        settings: Settings,
        contacts: Contacts | None = None,
        providers: Mapping[ChannelKind, Provider] | None = None,
    ) -> Self:
        """As the settings and the newest policy say.

        Raises:
            ValueError: a channel of the settings could not work.
            PolicyError: the policy is missing or broken.
        """
        keys = settings.field_keys.get_secret_value(), settings.index_key.get_secret_value()
        policy, articles = load_delivery(settings.policies_dir, settings.province)
        told = settings.channels.get_secret_value()
        given = providers or providers_of(told, patience=settings.call_timeout_seconds)
        kept = contacts or KeptContacts(Sealer.from_settings(*keys), policy)
        return cls(settings, given, kept, policy, articles)

    @property
    def channels(self) -> Sequence[Channel]:
        """What takes notices on: nothing where there is no provider."""
        told = self.settings
        return [OuterChannels(told.province, simulated=told.simulated_clock)] if self.providers else []

    @asynccontextmanager
    async def at_work(
        self, app: FastAPI, transport: httpx.AsyncBaseTransport | None, tell: Tell
    ) -> AsyncIterator[None]:
        """Keep `app.state.fan_out` and `app.state.copies` at work while the application lives."""
        if absent := [str(kind) for kind in ChannelKind if kind not in self.providers]:
            log.warning("channels without a provider (CHANNELS)", absent=absent)
        async with AsyncExitStack() as stack:
            for provider in self.providers.values():
                stack.push_async_callback(provider.close)
            accounts = await self._accounts(stack, transport)
            patience, simulated = self.settings.call_timeout_seconds, self.settings.simulated_clock
            app.state.delivery = self
            app.state.fan_out = FanOut(
                *(app.state.db, accounts, self.contacts, self.providers, self.policy),
                simulated=simulated,
                lease=CLAIMED * patience,
            )
            app.state.copies = Sender(
                *(app.state.db, self.providers, self.contacts, self.policy, self.articles, tell),
                simulated=simulated,
                patience=patience,
            )
            app.state.contact_copier = Copier(
                app.state.db, accounts, app.state.sealer, self.settings.province
            )
            app.state.contact_backfill = Backfill(app.state.db, accounts, simulated=simulated)
            clear = Purging(app.state.db, self.policy).once
            await stack.enter_async_context(at_work("clearing copies", clear, every=CLEARING_SECONDS))
            if self.providers:
                hand_on = app.state.copies.hand_on_stranded
                await stack.enter_async_context(
                    at_work("handing on what is stranded", hand_on, every=RARELY_SECONDS)
                )
            for name, work in self._works(app).items():
                await stack.enter_async_context(at_work(name, work, every=self.settings.delivery_seconds))
            yield

    def _works(self, app: FastAPI) -> Mapping[str, Callable[[], Awaitable[object]]]:
        """What is done every so often, by name."""
        works: dict[str, Callable[[], Awaitable[object]]] = {
            f"sending {channel}: {lane}": partial(app.state.copies.work, channel, lane)
            for channel in self.providers
            for lane in LANES
        }
        works["copying contacts"] = app.state.contact_copier.once
        works["copying contacts of before"] = app.state.contact_backfill.once
        if self.providers:
            works |= {
                f"copying notices: {name}": partial(app.state.fan_out.once, lane, PAGES[name])
                for name, lane in LANES.items()
            }
            works["gathering digests"] = app.state.copies.gather
        return works

    async def _accounts(self, stack: AsyncExitStack, transport: httpx.AsyncBaseTransport | None) -> Neighbour:
        told = self.settings
        secret = told.service_secret.get_secret_value()
        identity = ServiceIdentity(told.accounts_url, told.service_name, secret, transport=transport)
        stack.push_async_callback(identity.close)
        return await stack.enter_async_context(
            Neighbour(
                "accounts",
                told.accounts_url,
                timeout=told.call_timeout_seconds,
                transport=transport,
                identity=identity,
            )
        )
