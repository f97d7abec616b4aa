"""What was found of a person's materials before the unit recommends: asked of accounts, kept with the recommendation.

The person fills in the declaration only after the recommendation (二（五）3); what the unit verifies before is what is on
the person's record, each of which is decided on by whoever opened what proves it. A record that is told while a step is
taken is met by the next one.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import PersonRecord, RecordState
from services.kit import audit
from services.kit.errors import Finding
from services.kit.ids import new_id
from services.workflow.act import Act
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation.errors import MaterialsNotJudged
from services.workflow.recommendation.model import Recommendation, RecommendationVerdict
from services.workflow.recommendation.states import JudgedFor
from services.workflow.recommendation.steps import Undecided, every_material_judged, not_judged


def undecided(records: Iterable[PersonRecord]) -> tuple[Undecided, ...]:
    """Those that still wait for a verdict; one that was refused has its verdict."""
    return tuple(Undecided(each.id, each.kind) for each in records if each.state is RecordState.DECLARED)


def require_judged(records: Iterable[PersonRecord], policy: NoticePolicy) -> None:
    """Let nobody be recommended on materials that nobody has judged.

    Raises:
        MaterialsNotJudged: some wait for a verdict; it names them all.
    """
    waiting = undecided(records)
    if not waiting:
        return
    article = policy.articles[every_material_judged.article]
    raise MaterialsNotJudged(
        count=len(waiting),
        kinds="、".join(dict.fromkeys(each.kind.zh for each in waiting)),
        kind_codes=", ".join(dict.fromkeys(each.kind.value for each in waiting)),
        field="person_id",
        findings=[
            Finding(every_material_judged.code, each.zh, each.en, "person_id", (article,))
            for each in not_judged(waiting)
        ],
        basis=[article],
    )


async def keep(
    act: Act, row: Recommendation, records: Sequence[PersonRecord], step: JudgedFor, policy: NoticePolicy
) -> None:
    """Keep every verdict the step rests on that was not kept before, and put on record which ones it were."""
    if records:
        told = [_told(act, row, each, step) for each in records]
        await act.tx.execute(insert(RecommendationVerdict).on_conflict_do_nothing(), told)
    await audit.record(
        act.tx,
        actor=act.actor,
        action=f"recommendation.JUDGED_FOR_{step}",
        subject=f"recommendation/{row.id}",
        moment=act.moment,
        organisation_id=row.unit_id,
        basis=[policy.articles[every_material_judged.article]],
        detail={"records": [{"id": str(r.id), "version": r.version, "verdict": r.state} for r in records]},
    )


def _told(act: Act, row: Recommendation, record: PersonRecord, step: JudgedFor) -> dict[str, object]:
    return {
        "id": new_id(),
        "province": row.province,
        "created_at": act.moment.instant,
        "recommendation_id": row.id,
        "record_id": record.id,
        "record_version": record.version,
        "kind": record.kind,
        "verdict": record.state,
        "reason": record.reason,
        "sha256": record.evidence.sha256,
        "confirmer_id": record.confirmer_id,
        "decided_at": record.decided_at,
        "judged_for": step,
    }


async def of(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[RecommendationVerdict]]:
    """The verdicts of several recommendations, oldest first, in one statement."""
    wanted = select(RecommendationVerdict).where(RecommendationVerdict.recommendation_id.in_(ids))
    found: dict[UUID, list[RecommendationVerdict]] = {each: [] for each in ids}
    for each in await tx.scalars(wanted.order_by(RecommendationVerdict.id)):
        found[each.recommendation_id].append(each)
    return found
