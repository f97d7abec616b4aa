"""Organisations written together: all that the creation of one writes, in a few statements for hundreds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import IN_CHARGE
from services.accounts.contract import OrganisationCreated
from services.accounts.intake.judging import Job, Judged
from services.accounts.intake.lines import Accounts, Lines
from services.accounts.intake.organisation_rows import Ready
from services.accounts.intake.store import pour, table_of
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.service import row_of


class OrganisationWriter:
    """Writes organisations whose superiors are written."""

    def __init__(self, job: Job) -> None:
        self._job = job

    async def write(self, tx: AsyncSession, judged: Sequence[Judged[Ready]]) -> list[dict[str, Any]]:
        """Write them; what is kept with each row."""
        lines, accounts = Lines(self._job), Accounts(self._job)
        rows, kept = [], []
        for each in judged:
            assert each.ready is not None
            values = self._values(each.ready)
            rows.append(values)
            kept.append(
                {
                    "row_no": each.row_no,
                    "subject_id": values["id"],
                    "code": self._manager(accounts, each.ready, values),
                    "cells": None,
                }
            )
            self._tell(lines, each.ready, values)
        await pour(tx, Organisation, rows)
        await accounts.write(tx)
        await lines.write(tx)
        return kept

    def _values(self, ready: Ready) -> dict[str, Any]:
        job = self._job
        told = {
            "name": ready.asked.name,
            "uscc": ready.uscc,
            "province": job.desk.installation.province,
        }
        return row_of(job.desk.policy, ready.proposal, told, list(ready.above))

    def _manager(self, accounts: Accounts, ready: Ready, values: dict[str, Any]) -> bytes | None:
        manager = ready.asked.manager
        if manager is None:
            return None
        _, code = accounts.open(manager.login, manager.name, values["id"], IN_CHARGE)
        return code

    def _tell(self, lines: Lines, ready: Ready, values: dict[str, Any]) -> None:
        event = OrganisationCreated(
            organisation_id=values["id"],
            parent_id=values["parent_id"],
            name=values["name"],
            kind=values["kind"],
            level=values["level"],
        )
        table = table_of(Organisation)
        lines.begin(table, values["id"], values["state"], values["parent_id"], ready.basis, event)
