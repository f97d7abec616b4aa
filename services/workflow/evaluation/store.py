"""What was known at a submission and found at an acceptance: written once, read again."""

from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import PersonStanding
from services.kit.ids import new_id
from services.workflow.act import Act
from services.workflow.criteria import store as criteria_store
from services.workflow.declaration.model import Declaration
from services.workflow.evaluation.case import Evaluation, Item
from services.workflow.evaluation.model import DeclarationEvaluation, DeclarationFact

ITEMS = TypeAdapter(tuple[Item, ...])


def keep_facts(act: Act, declaration: Declaration, known: PersonStanding) -> None:
    """Keep what accounts had on record at the submission that is being made; the row has not moved on yet."""
    act.tx.add(
        DeclarationFact(
            declaration_id=declaration.id,
            round=declaration.round + 1,
            facts=known.model_dump(mode="json"),
            told_at=act.moment.instant,
        )
    )


async def facts_of(tx: AsyncSession, declaration: Declaration) -> PersonStanding | None:
    """What accounts had on record at the last submission."""
    row = await tx.get(DeclarationFact, (declaration.id, declaration.round))
    return None if row is None else PersonStanding.model_validate(row.facts)


def keep(act: Act, declaration: Declaration, found: Evaluation) -> None:
    """Keep what was found, for good, by name of who accepts on it."""
    act.tx.add(
        DeclarationEvaluation(
            id=new_id(),
            province=declaration.province,
            created_at=act.moment.instant,
            declaration_id=declaration.id,
            round=found.round,
            criteria_id=found.criteria_id,
            counted_from=found.counted_from,
            counted_until=found.counted_until,
            facts_on=found.facts_on,
            items=ITEMS.dump_python(found.items, mode="json"),
            account_id=act.actor.id,
            accepted_by_name=act.actor.named(declaration.office_id),
        )
    )


async def kept(tx: AsyncSession, declaration_id: UUID) -> Evaluation | None:
    """What was found when it was accepted; None: it was not yet."""
    one = select(DeclarationEvaluation).where(DeclarationEvaluation.declaration_id == declaration_id)
    row: DeclarationEvaluation | None = await tx.scalar(one)
    if row is None:
        return None
    criteria = await criteria_store.get(tx, row.criteria_id)
    return Evaluation(
        criteria_id=row.criteria_id,
        title=criteria.title,
        edition=criteria.edition,
        round=row.round,
        counted_from=row.counted_from,
        counted_until=row.counted_until,
        facts_on=row.facts_on,
        items=ITEMS.validate_python(row.items),
        kept_at=row.created_at,
    )
