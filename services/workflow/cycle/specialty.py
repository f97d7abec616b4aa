"""Review specialties are proposed, filed with the province, adjusted by another filing, and withdrawn (一（二）).

An adjusted specialty is a row of its own that takes the place of the former one in the transaction that files it. What
was begun under the former one stays under it, and whoever may judge that one may judge the new one.
"""

from uuid import UUID

from services.kit import audit
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.steps import Move, decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.committee.store import cover_successor
from services.workflow.contract import SpecialtyChanged, SpecialtyFiled
from services.workflow.cycle import store
from services.workflow.cycle.errors import AdjustsNothing, FeaturedForWhom, SpecialtyExists
from services.workflow.cycle.model import Specialty
from services.workflow.cycle.schemas import AdjustmentIn, SpecialtyIn, SpecialtyTerms
from services.workflow.cycle.service import require_body, require_series, specialty_facts
from services.workflow.cycle.states import SpecialtyAction, SpecialtyState
from services.workflow.cycle.steps import SPECIALTY_STEPS
from services.workflow.shapes import ActionIn

ARTICLE = "specialty_filed"


async def propose(act: Act, asked: SpecialtyIn) -> tuple[Specialty, tuple[Basis, ...]]:
    """A new specialty, to be filed.

    Raises:
        RoleMissing, SeriesUnknown: not the caller's to propose, or of no series.
        FeaturedForWhom, SpecialtyExists: it is for nobody, or there is one of that name.
    """
    seat = require_body(act.actor, asked.organisation_id)
    require_series(act.policies.latest, asked.series)
    specialty = Specialty(
        series=asked.series,
        former_ids=[],
        organisation_id=seat.organisation_id,
        lineage=[node.id for node in seat.lineage],
        **terms_of(asked),
    )
    return specialty, await _begin(act, specialty, seat)


async def adjust(act: Act, specialty_id: UUID, asked: AdjustmentIn) -> tuple[Specialty, tuple[Basis, ...]]:
    """The same specialty under another name or within other limits, to be filed.

    Raises:
        SpecialtyNotFound: there is none by that id.
        ActionNotAvailable, NotYourStep, StaleVersion: it is not on file, or not the caller's to adjust.
        AdjustsNothing, FeaturedForWhom, SpecialtyExists: it would be what it is, for nobody, or another one.
    """
    former = await store.specialty(act.tx, specialty_id)
    move = _decided(act, former, SpecialtyAction.ADJUST, asked.version)
    if terms_of(asked) == terms_of(former):
        raise AdjustsNothing(name=former.name, field="name", basis=list(move.basis))
    specialty = Specialty(
        series=former.series,
        former_ids=[*former.former_ids, former.id],
        organisation_id=former.organisation_id,
        lineage=list(former.lineage),
        **terms_of(asked),
    )
    return specialty, await _begin(act, specialty, move.seat)


def terms_of(told: SpecialtyTerms | Specialty) -> dict[str, str | bool | None]:
    """Name and limits."""
    return {name: getattr(told, name) for name in SpecialtyTerms.model_fields}


async def _begin(act: Act, specialty: Specialty, seat: Seat) -> tuple[Basis, ...]:
    articles = act.policies.latest.articles
    if specialty.featured and not (specialty.region_code or specialty.industry):
        raise FeaturedForWhom(field="featured", basis=[articles["specialty_featured"]])
    specialty.province, specialty.state = act.province, SpecialtyState.PROPOSED
    second, basis = await _require_name(act, specialty), (articles[ARTICLE],)
    await rows.begin(act, specialty, seat, basis=basis, taken={"uq_specialty_proposed": second})
    return basis


async def _require_name(act: Act, specialty: Specialty) -> SpecialtyExists:
    """The refusal for whoever comes second with the name.

    Raises:
        SpecialtyExists: another specialty on file has it.
    """
    second = SpecialtyExists(name=specialty.name, field="name")
    if await store.is_named(act.tx, specialty):
        raise second
    return second


async def move(
    act: Act, specialty_id: UUID, action: SpecialtyAction, asked: ActionIn
) -> tuple[Specialty, tuple[Basis, ...]]:
    """File what is proposed, retract or refuse it, or propose that a filed one is withdrawn.

    Raises:
        SpecialtyNotFound: there is none by that id.
        ActionNotAvailable, NotYourStep, StaleVersion: nothing was changed.
        SpecialtyExists: another one of that name was filed meanwhile.
    """
    specialty = await store.specialty(act.tx, specialty_id)
    step = _decided(act, specialty, action, asked.version)
    if (step.before, step.after) != (SpecialtyState.PROPOSED, SpecialtyState.FILED):
        await rows.take(act, specialty, step, event=_changed(specialty, step), note=asked.note)
        return specialty, step.basis
    await _require_name(act, specialty)
    if specialty.former_ids:
        await _replace(act, specialty.former_ids[-1], specialty)
    await rows.take(act, specialty, step, event=SpecialtyFiled(**_told(specialty)), note=asked.note)
    return specialty, step.basis


async def _replace(act: Act, former_id: UUID, specialty: Specialty) -> None:
    """Let a specialty stand in place of a former one, with those who judge it."""
    former = await store.specialty(act.tx, former_id)
    step = _decided(act, former, SpecialtyAction.ADJUST, None)
    event = _changed(former, step, specialty.id)
    await rows.take(act, former, step, event=event, successor_id=specialty.id)
    covered = await cover_successor(act.tx, former.id, specialty.id)
    await audit.record(
        act.tx,
        actor=act.actor,
        action="specialty.SUCCEED",
        subject=f"specialty/{specialty.id}",
        moment=act.moment,
        organisation_id=specialty.organisation_id,
        basis=step.basis,
        detail={"former_id": str(former.id), **covered},
    )


def _decided(act: Act, specialty: Specialty, action: SpecialtyAction, version: int | None) -> Move:
    articles = act.policies.latest.articles
    return decide(SPECIALTY_STEPS, specialty_facts(specialty), action, act.actor, articles, version=version)


def _changed(specialty: Specialty, step: Move, successor_id: UUID | None = None) -> SpecialtyChanged:
    state = SpecialtyState(step.after)
    return SpecialtyChanged(
        **_told(specialty), state=state.value, state_name=state.zh, successor_id=successor_id
    )


def _told(specialty: Specialty) -> dict[str, object]:
    return {
        "specialty_id": specialty.id,
        "series": specialty.series,
        "name": specialty.name,
        "organisation_id": specialty.organisation_id,
    }
