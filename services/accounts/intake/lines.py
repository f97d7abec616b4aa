"""What every new thing leaves beside its own row: a line of history, a line of audit, an event; gathered, then poured."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import Role
from services.accounts.intake.judging import Job, code_of
from services.accounts.intake.store import pour
from services.accounts.role.model import Grant
from services.accounts.sign_in import activation
from services.accounts.sign_in.model import Account, Activation
from services.kit import audit
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.outbox import Event, outbox
from services.kit.transition import history


class Lines:
    """History, audit and events of things that come into being together; the same as `transition.begin` writes of one."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._seat = authorization.seat_given(Act.IMPORT, job.organisation_id)
        self._actor = Actor(job.account_id, "person", job.actor_name)
        self._history: list[dict[str, Any]] = []
        self._audit: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []

    def begin(
        self,
        table: Table,
        subject_id: UUID,
        state: str,
        organisation_id: UUID | None,
        basis: Sequence[Basis],
        event: Event,
    ) -> None:
        """The first lines of a new thing."""
        actor, moment = self._actor, self._job.desk.moment
        self._history.append(
            {
                "id": new_id(),
                "subject_kind": table.name,
                "subject_id": subject_id,
                "action": "CREATE",
                "after": state,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "role": self._seat.role,
                "organisation_id": organisation_id,
                "at": moment.instant,
                "note": None,
                "basis": [asdict(each) for each in basis],
            }
        )
        self._audit.append(
            audit.row(
                actor=actor,
                action=f"{table.name}.CREATE",
                subject=f"{table.name}/{subject_id}",
                moment=moment,
                organisation_id=organisation_id,
                basis=basis,
            )
        )
        self._events.append(event.row(moment))

    async def write(self, tx: AsyncSession) -> None:
        """Write them all; the relay is woken by the import's own event."""
        await pour(tx, history, self._history)
        await pour(tx, audit.audit_log, self._audit)
        await pour(tx, outbox, self._events)


class Accounts:
    """Accounts that are opened together, each with its role and the code for its password."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._accounts: list[dict[str, Any]] = []
        self._codes: list[dict[str, Any]] = []
        self._grants: list[dict[str, Any]] = []

    def open(self, login: str, name: str, organisation_id: UUID, role: Role) -> tuple[UUID, bytes]:
        """An account with a role at one organisation: its id, and its code, sealed for the import."""
        job, account_id = self._job, new_id()
        code, digest = activation.drawn(job.sealer, account_id)
        self._accounts.append(
            {
                "id": account_id,
                "province": job.desk.installation.province,
                "login": login.lower(),
                "name": name,
                "organisation_id": organisation_id,
            }
        )
        self._codes.append({"account_id": account_id, "digest": digest})
        self._grants.append(
            {
                "id": new_id(),
                "account_id": account_id,
                "role": role,
                "organisation_id": organisation_id,
                "granted_by": job.account_id,
            }
        )
        told = orjson.dumps([login.lower(), name, code])
        return account_id, job.sealer.seal(told, context=code_of(job.intake_id))

    async def write(self, tx: AsyncSession) -> None:
        """Write them all; codes expire in real time, like any."""
        until = await codes_until(tx, self._job)
        await pour(tx, Account, self._accounts)
        await pour(tx, Activation, [code | {"expires_at": until} for code in self._codes])
        await pour(tx, Grant, self._grants)


async def codes_until(tx: AsyncSession, job: Job) -> datetime:
    """Until when the codes of this transaction are good."""
    now: datetime = (await tx.execute(select(func.now()))).scalar_one()
    return now + timedelta(days=job.desk.policy.sign_in.activation.valid_days)
