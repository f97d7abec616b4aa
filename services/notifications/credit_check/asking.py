"""Checks are asked: claimed for a while, posted while no transaction is open, settled with the answer, which is published.

Name and resident id are fetched from accounts just before, and are kept nowhere here: not in a table, a log or an error.
Killed at any moment, the claim ends by itself and whoever comes next asks again under the same id; one answer counts.
"""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from time import time
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
import structlog
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import CheckedPerson
from services.kit import clock, outbox
from services.kit.db import Database
from services.kit.errors import NotFound, Refusal
from services.neighbours.client import Neighbour
from services.notifications.contract import CreditCheckAnswered
from services.notifications.credit.policy import CreditPolicy, Platform
from services.notifications.credit_check.answer import Answer, AnswerBroken, read
from services.notifications.credit_check.events import CreditCheckUnanswered
from services.notifications.credit_check.keeping import asked, still_asked
from services.notifications.credit_check.model import CreditCheck
from services.notifications.outward import signing
from services.notifications.outward.client import Outward
from services.notifications.outward.queue import claim, settle
from services.notifications.system import Tell, envelope

log = structlog.get_logger(__name__)
AT_ONCE = 10
"""So many are asked of a platform at the same time; one that does not answer is left alone for the rest of the round."""
ANSWER_BYTES = 4000
"""An answer is read so far; a longer one is none."""
NO_RESIDENT_ID, NO_PERSON = "NO_RESIDENT_ID", "NO_SUCH_PERSON"


class NotAsked(Exception):
    """The platform could not be asked this time; the message says why."""


class NeverAsked(NotAsked):
    """There is nobody whom it could be asked about."""


class Asker:
    """Asks what is due; any number may run."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        policy: CreditPolicy,
        outward: Outward,
        accounts: Neighbour,
        *,
        tell: Tell,
        lease: float,
        simulated: bool,
    ) -> None:
        self._database = database
        self.platforms = asked(platforms)
        self._policy = policy
        self._outward = outward
        self._accounts = accounts
        self._notify = tell
        self._lease = timedelta(seconds=lease)
        self._simulated = simulated

    async def ask(self, platform: str) -> int:
        """Ask one platform everything that is due, until it fails or there is no more; how many were answered."""
        done = 0
        while claimed := await self._claim(platform):
            answered = await asyncio.gather(*map(self._try, claimed))
            done += sum(answered)
            if not all(answered):
                break
        return done

    async def _claim(self, platform: str) -> list[CreditCheck]:
        """Take what is due; nobody else tries it until the lease is over."""
        async with self._database.begin() as tx:
            ids = await claim(tx, CreditCheck.platform, platform, lease=self._lease, at_once=AT_ONCE)
            found = list(await tx.scalars(select(CreditCheck).where(CreditCheck.id.in_(ids))))
            tx.expunge_all()
        return found

    async def _try(self, check: CreditCheck) -> bool:
        try:
            answer = await self._answered(check)
        except NotAsked as error:
            await self._failed(check, str(error), for_good=isinstance(error, NeverAsked))
            return False
        except AnswerBroken as error:
            await self._failed(check, f"AnswerBroken: {error}")
            return False
        await self._settle(check, answer)
        return True

    async def _answered(self, check: CreditCheck) -> Answer:
        """What the platform says of the person.

        Raises:
            NotAsked: accounts or the platform did not answer, or there is no number to ask by.
            AnswerBroken: what came is no answer.
        """
        person = await self._person(check)
        platform = self.platforms[check.platform]
        assert platform.check_url is not None, "only those are asked that answer"
        data = {"name": person.name, "resident_id": person.resident_id}
        body = orjson.dumps({"type": check.type, "timestamp": check.created_at, "data": data})
        signed = signing.headers(check.id, int(time()), body, platform.key.get_secret_value())
        sent = {"content-type": "application/json", "idempotency-key": str(check.id), **signed}
        told = await self._outward.post(platform.check_url, body, sent)
        if not told.received:
            raise NotAsked(told.error or f"HTTP {told.status}")
        return read(told.text, check.id, (person.name, str(person.resident_id)))

    async def _person(self, check: CreditCheck) -> CheckedPerson:
        path = f"/v1/people/{check.person_id}/credit-check"
        try:
            told = await self._accounts.post(path, {"check_id": str(check.id)}, as_service=True)
            person = CheckedPerson.model_validate(told)
        except NotFound:
            raise NeverAsked(NO_PERSON) from None
        except Refusal as refused:
            raise NotAsked(f"accounts: {refused.code}") from None
        except ValidationError:
            raise NotAsked("accounts: no person") from None
        if person.resident_id is None:
            raise NeverAsked(NO_RESIDENT_ID)
        return person

    async def _settle(self, check: CreditCheck, answer: Answer) -> None:
        """Keep the answer and publish it; of two at once, one, and none to a question that was dropped meanwhile."""
        kept = answer.model_dump(include={"listed", "document", "begins", "until"})
        async with self._database.begin() as tx:
            moment = await clock.now(tx, simulated=self._simulated)
            told = kept | {"delivered_at": func.now(), "last_error": None}
            if not (await still_asked(tx, check.id) and await settle(tx, check, told)):
                return
            event = CreditCheckAnswered(
                check_id=check.id,
                declaration_id=check.declaration_id,
                person_id=check.person_id,
                platform=check.platform,
                platform_title=self.platforms[check.platform].title,
                **kept,
            )
            await outbox.publish(tx, event, moment)

    async def _failed(self, check: CreditCheck, why: str, *, for_good: bool = False) -> None:
        """Ask again later, as long as the declaration goes on; where there is nobody to ask about, no more."""
        wait = self._policy.jittered_wait(check.attempts)
        told: dict[str, Any] = {"dead_at": func.now()} if for_good else {"due_at": func.now() + wait}
        async with self._database.begin() as tx:
            if not (await still_asked(tx, check.id) and await settle(tx, check, {"last_error": why, **told})):
                return
            if for_good or check.attempts >= self._policy.told_after:
                await self._tell_of(tx, check, alone=for_good)
        log.warning("not answered", platform=check.platform, check=str(check.id), why=why)

    async def _tell_of(self, tx: AsyncSession, check: CreditCheck, *, alone: bool) -> None:
        """The province hears of whom nobody can be asked, and once a day of a platform that is silent, however many wait for it."""
        if not check.lineage:
            return
        moment = await clock.now(tx, simulated=self._simulated)
        event = CreditCheckUnanswered(
            check_id=check.id,
            platform=self.platforms[check.platform].title,
            number=check.number,
            province_id=check.lineage[0],
        )
        told_once = check.id if alone else _silence(check.platform, moment.today)
        await self._notify(tx, event, envelope(event, told_once, moment.instant))


def _silence(platform: str, day: date) -> UUID:
    """What a platform's silence of a day is told under: whoever has heard it hears it no more that day."""
    return uuid5(NAMESPACE_URL, f"urn:titles:credit_check:{platform}:{day}")
