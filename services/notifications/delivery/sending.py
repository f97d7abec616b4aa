"""Copies are sent: claimed for a while, handed to the provider while no transaction is open, settled with its receipt.

Killed at any moment, the claim ends by itself and whoever comes next hands over the same message under the same id. A
provider that is down is left alone (its circuit); none delays another. Nothing that is logged tells an address.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit, clock
from services.kit.clock import Moment
from services.kit.db import Database
from services.kit.errors import Basis, Language
from services.kit.ids import new_id
from services.notifications.contact.secret import Words
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery import circuit, claiming, withdrawal
from services.notifications.delivery.claiming import Bundle
from services.notifications.delivery.contacts import Contacts
from services.notifications.delivery.model import Copy, Dispatch
from services.notifications.delivery.policy import DeliveryPolicy
from services.notifications.delivery.priority import LANES, OWN, TO_MANY, Priority
from services.notifications.delivery.receipts import Receipts
from services.notifications.delivery.settling import Settling
from services.notifications.delivery.steps import SYSTEM
from services.notifications.outward.together import together, without_failures
from services.notifications.provider.message import Away, Item, Message, NotNow, Provider, Refused
from services.notifications.system import Tell, envelope

log = structlog.get_logger(__name__)
AT_ONCE = 20
CLAIMED = {OWN: AT_ONCE, TO_MANY: 10 * AT_ONCE}
"""So many are claimed at once, and so many of them are with the provider at a time."""
GONE = "the provider has been away for too long"
ABSENT = "the channel has no provider any more (CHANNELS)"
REMOVED, VOID = "its owner removed the contact", "the code is void by now"


class NotAsked(Refused):
    """There is nothing to send any more; the provider was not asked."""

    def __init__(self, why: str) -> None:
        super().__init__(why, address_failing=False)


Handed = tuple[Bundle, Message | NotAsked]


class Sender:
    """Sends what is due through every provider; any number may run."""

    def __init__(
        self,
        database: Database,
        providers: Mapping[ChannelKind, Provider],
        contacts: Contacts,
        policy: DeliveryPolicy,
        articles: Mapping[str, Basis],
        tell: Tell,
        *,
        simulated: bool,
        patience: float,
    ) -> None:
        self._database = database
        self._providers = providers
        self._contacts = contacts
        self._policy = policy
        self._settling = Settling(contacts, providers, policy, articles)
        self._receipts = Receipts(database, contacts, self._settling, simulated=simulated)
        self._tell = tell
        self._simulated = simulated
        self._patience = patience
        self._lease = timedelta(seconds=3 * patience)
        self._leases = {
            lane: timedelta(seconds=(2 + claimed // AT_ONCE) * patience) for lane, claimed in CLAIMED.items()
        }

    async def once(self) -> int:
        """Send everything that is due by every channel, gathered first; how many messages were tried."""
        await self.gather()
        lanes = [self.work(channel, lane) for channel in self._providers for lane in LANES]
        return sum(await together(lanes))

    async def gather(self) -> None:
        """Make messages of what is to go out together; apart from sending, so that nothing urgent waits for many digests."""
        for channel in self._providers:
            async with self._database.begin() as tx:
                await claiming.gather(tx, channel, (await self._moment(tx)).instant)

    async def work(self, channel: ChannelKind, lane: str) -> int:
        """Send everything that is due in one lane of a channel; how many messages were tried."""
        await self._fall_over(channel)
        tried = 0
        while claimed := await self._claim(channel, lane):
            messages = await self._messages(channel, claimed)
            while messages:
                some, messages = messages[:AT_ONCE], messages[AT_ONCE:]
                taken = await self._hand_over(channel, lane, some)
                if messages and not all(taken) and await self._left_alone(channel, messages):
                    break
            tried += len(claimed)
        return tried

    async def _left_alone(self, channel: ChannelKind, rest: Sequence[Handed]) -> bool:
        """Whether the provider is to be left alone by now; then the rest of what was claimed waits like all others."""
        async with self._database.begin() as tx:
            now = (await self._moment(tx)).instant
            if not await circuit.away_longer_than(tx, channel, timedelta(), now):
                return False
            for bundle, _ in rest:
                await self._settling.wait(tx, bundle, now)
        return True

    async def _hand_over(self, channel: ChannelKind, lane: str, some: Sequence[Handed]) -> Sequence[bool]:
        """Hand over a few at once; of what goes to many each begins before it is withdrawn, or does not begin."""
        to_many = {
            dispatch.id
            for bundle, _ in some
            for _, dispatch in bundle.copies
            if dispatch.priority in LANES[TO_MANY]
        }
        if not to_many:
            return await asyncio.gather(*(self._try(channel, lane, *each) for each in some))
        async with self._database.begin() as tx:
            withdrawn = to_many - await withdrawal.going_on(tx, to_many)
            going = [each for each in some if withdrawn.isdisjoint(d.id for _, d in each[0].copies)]
            tries = (self._try(channel, lane, *each) for each in going)
            begun = asyncio.gather(*tries, return_exceptions=True)
            await asyncio.sleep(0)
        return without_failures(await begun)

    async def hand_on_stranded(self) -> int:
        """What waits for a channel that has no provider any more goes by its readers' next way, or is given up; how much."""
        done = 0
        for channel in (each for each in ChannelKind if each not in self._providers):
            while found := await self._stranded(channel):
                done += found
        return done

    async def _stranded(self, channel: ChannelKind) -> int:
        async with self._database.begin() as tx:
            now = (await self._moment(tx)).instant
            await claiming.gather(tx, channel, now)
            found = await claiming.claim(tx, channel, Priority, AT_ONCE, now, self._lease)
            for bundle in found:
                await self._settling.over(tx, bundle, ABSENT, now)
        if found:
            log.warning("handed on or given up", channel=channel, messages=len(found), why=ABSENT)
        return len(found)

    async def _moment(self, tx: AsyncSession) -> Moment:
        return await clock.now(tx, simulated=self._simulated)

    async def _claim(self, channel: ChannelKind, lane: str) -> list[Bundle]:
        async with self._database.begin() as tx:
            now = (await self._moment(tx)).instant
            room = await circuit.room(tx, channel, CLAIMED[lane], now)
            if not room:
                return []
            claimed = await claiming.claim(tx, channel, LANES[lane], room, now, self._leases[lane])
            if claimed:
                await circuit.probing(tx, channel, now + self._lease)
            return claimed

    async def _fall_over(self, channel: ChannelKind) -> None:
        """What waits for a provider that has been away for too long goes by its readers' next way."""
        while True:
            async with self._database.begin() as tx:
                now = (await self._moment(tx)).instant
                if not await circuit.away_longer_than(tx, channel, self._policy.patience, now):
                    return
                found = await claiming.claim(
                    *(tx, channel, Priority, AT_ONCE, now, self._lease), Copy.last_way.is_(False)
                )
                for bundle in found:
                    await self._settling.away(tx, bundle, GONE, now)
            if not found:
                return

    async def _messages(self, channel: ChannelKind, claimed: list[Bundle]) -> list[Handed]:
        """What may go now, and where; that addresses were opened is audited, once for all of them."""
        async with self._database.begin() as tx:
            moment = await self._moment(tx)
            going = await self._undisturbed(tx, claimed, moment.instant)
            addresses = await self._contacts.addresses(tx, {each.contact_id for each in going})
            found = [(each, await self._message(tx, each, addresses)) for each in going]
            if found:
                await audit.record(
                    tx,
                    actor=SYSTEM,
                    action="contact.OPEN",
                    subject=f"channel/{channel}",
                    moment=moment,
                    detail={"contacts": [str(each.contact_id) for each in going]},
                )
        return found

    async def _undisturbed(self, tx: AsyncSession, claimed: list[Bundle], now: datetime) -> list[Bundle]:
        """Those that disturb nobody: what an outage or a retry carried into quiet hours waits for their end."""
        accounts = {each.account_id for each in claimed if not each.legal}
        quiet = await self._contacts.quiet(tx, accounts, now) if accounts else {}
        waiting = [each for each in claimed if not each.legal and each.account_id in quiet]
        for each in waiting:
            await self._settling.wait(tx, each, quiet[each.account_id])
        held = {each.id for each in waiting}
        return [each for each in claimed if each.id not in held]

    async def _message(
        self, tx: AsyncSession, bundle: Bundle, addresses: Mapping[UUID, str]
    ) -> Message | NotAsked:
        address = addresses.get(bundle.contact_id)
        if address is None:
            return NotAsked(REMOVED)
        told = []
        for _, dispatch in bundle.copies:
            words = await self._contacts.words(tx, dispatch) if dispatch.for_one_contact else dispatch.words
            if words is None:
                return NotAsked(VOID)
            told.append((dispatch, words))
        return message_of(bundle, address, told)

    async def _try(
        self, channel: ChannelKind, lane: str, bundle: Bundle, message: Message | NotAsked
    ) -> bool:
        """Hand one message over; whatever goes wrong with it, the next are tried."""
        try:
            if isinstance(message, NotAsked):
                raise message
            async with asyncio.timeout(self._patience):
                receipt = await self._providers[channel].send(message)
        except Exception as error:  # noqa: BLE001 - see above
            await self._failed(channel, bundle, error)
            return False
        await self._receipts.keep(channel, lane, bundle, receipt.text)
        return True

    async def _failed(self, channel: ChannelKind, bundle: Bundle, error: Exception) -> None:
        async with self._database.begin() as tx:
            now = (await self._moment(tx)).instant
            why = str(error) if isinstance(error, Away | NotNow | Refused) else type(error).__name__
            if isinstance(error, Away):
                await self._settling.later(tx, bundle, why, now, counted=False)
            else:
                await self._not_taken(tx, bundle, error, why, now)
            if isinstance(error, Away | TimeoutError):
                await circuit.failed(tx, channel, self._policy, now)
            elif isinstance(error, NotNow | Refused) and not isinstance(error, NotAsked):
                await circuit.answered(tx, channel)
        log.warning("not sent", channel=channel, message=str(bundle.id), tries=bundle.attempts, why=why)

    async def _not_taken(
        self, tx: AsyncSession, bundle: Bundle, error: Exception, why: str, now: datetime
    ) -> None:
        if isinstance(error, Refused):
            if error.address_failing:
                await self._refused(tx, bundle.contact_id, now)
            sendable = not isinstance(error, NotAsked)
            await self._settling.over(tx, bundle, why, now, sendable=sendable)
        elif bundle.attempts >= self._policy.attempts:
            await self._settling.over(tx, bundle, why, now)
        else:
            await self._settling.later(tx, bundle, why, now, counted=True)

    async def _refused(self, tx: AsyncSession, contact_id: UUID, now: datetime) -> None:
        """Its owner is told once that nothing goes there any more, and what to do."""
        off = await self._contacts.refused(tx, contact_id, now)
        if off is None:
            return
        await self._tell(tx, off, envelope(off, new_id(), now))


def message_of(bundle: Bundle, address: str, told: Sequence[tuple[Dispatch, Words]]) -> Message:
    """What goes out: the notices in the reader's language."""
    first, _ = bundle.copies[0]
    language = Language(first.language)
    return Message(
        id=bundle.id,
        address=address,
        language=language,
        items=tuple(item_of(dispatch, words, language) for dispatch, words in told),
        legal=bundle.legal,
    )


def item_of(dispatch: Dispatch, words: Words, language: Language) -> Item:
    """A notice in one language."""
    return Item(
        title=words[f"title_{language}"],
        body=words[f"body_{language}"],
        at=dispatch.at,
        basis=tuple(Basis(each["cite"], each["summary"]) for each in dispatch.basis),
    )
