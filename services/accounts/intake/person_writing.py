"""People written together: all that the creation of one writes, in a few statements for hundreds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import OWN
from services.accounts.contract import PersonCreated
from services.accounts.employment import store as employments
from services.accounts.employment.model import Employment
from services.accounts.intake.judging import Job, Judged
from services.accounts.intake.lines import Accounts, Lines
from services.accounts.intake.person_rows import Ready
from services.accounts.intake.store import pour, table_of
from services.accounts.person import identity, service
from services.accounts.person.model import Person, PersonDocument


class PersonWriter:
    """Writes people at the unit that imports them."""

    def __init__(self, job: Job) -> None:
        self._job = job

    async def write(self, tx: AsyncSession, judged: Sequence[Judged[Ready]]) -> list[dict[str, Any]]:
        """Write them; what is kept with each row."""
        job, lines, accounts = self._job, Lines(self._job), Accounts(self._job)
        people, documents, periods, kept = [], [], [], []
        for each in judged:
            ready = each.ready
            assert ready is not None
            asked, place = ready.asked, ready.place
            account_id, code = accounts.open(asked.login, asked.name, place.here.id, OWN)
            values = service.row(job.desk, asked, place) | {"account_id": account_id}
            people.append(values)
            documents.append(identity.row(job.desk, job.account_id, values["id"], ready.judged.document))
            periods.append(
                employments.row(
                    values["province"], values["id"], place, ready.judged.belonging, ready.judged.since
                )
            )
            event = PersonCreated(person_id=values["id"], employer_id=place.unit.id)
            lines.begin(
                table_of(Person), values["id"], values["state"], place.unit.id, ready.judged.basis, event
            )
            kept.append({"row_no": each.row_no, "subject_id": values["id"], "code": code, "cells": None})
        await accounts.write(tx)
        await pour(tx, Person, people)
        await pour(tx, PersonDocument, documents)
        await pour(tx, Employment, periods)
        await lines.write(tx)
        return kept
