"""Versions of the questions in the database."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from services.accounts.organisation.model import Organisation
from services.accounts.question_bank.errors import BankNotFound
from services.accounts.question_bank.model import QuestionBank
from services.accounts.question_bank.states import State


async def lock(tx: AsyncSession, province: str, cycle: int) -> None:
    """Whoever adds or replaces a version of a cycle's questions waits for whoever does so now."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"question_bank/{province}"), cycle)))


async def in_use(tx: AsyncSession, province: str, cycle: int) -> QuestionBank | None:
    """The version that papers are drawn from."""
    query = select(QuestionBank).where(
        QuestionBank.province == province, QuestionBank.cycle == cycle, QuestionBank.state == State.PUBLISHED
    )
    found: QuestionBank | None = await tx.scalar(query.execution_options(populate_existing=True))
    return found


async def same(tx: AsyncSession, province: str, cycle: int, digest: bytes) -> int | None:
    """The number of the version that holds the very same questions."""
    query = select(QuestionBank.number).where(
        QuestionBank.province == province, QuestionBank.cycle == cycle, QuestionBank.digest == digest
    )
    found: int | None = await tx.scalar(query.limit(1))
    return found


async def next_number(tx: AsyncSession, province: str, cycle: int) -> int:
    """The number that the next version gets; the caller holds the lock."""
    query = select(func.coalesce(func.max(QuestionBank.number), 0) + 1)
    return await tx.scalar(query.where(QuestionBank.province == province, QuestionBank.cycle == cycle)) or 1


async def get(tx: AsyncSession, bank_id: UUID) -> QuestionBank:
    """A version.

    Raises:
        BankNotFound: there is none.
    """
    found = await tx.get(QuestionBank, bank_id, populate_existing=True)
    if found is None:
        raise BankNotFound
    return found


async def root_of(tx: AsyncSession, province: str) -> list[UUID]:
    """The province's first organisation, which the questions belong to."""
    query = select(Organisation.lineage).where(
        Organisation.parent_id.is_(None), Organisation.province == province
    )
    return list(await tx.scalar(query) or [])


def listed(province: str, cycle: int) -> Select[QuestionBank]:
    """The versions of a cycle, without their questions."""
    query = select(QuestionBank).where(QuestionBank.province == province, QuestionBank.cycle == cycle)
    return query.options(defer(QuestionBank.questions))
