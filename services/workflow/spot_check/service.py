"""A spot check is ordered, drawn and closed; what its steps do besides."""

import os
from fractions import Fraction
from uuid import UUID

from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import decide
from services.workflow import rows
from services.workflow.call import Call
from services.workflow.committee.model import Committee
from services.workflow.contract import SpotCheckMoved
from services.workflow.cycle import store as cycles
from services.workflow.meeting.draw import ALGORITHM, SEED_BYTES, commitment
from services.workflow.policy import NoticePolicy
from services.workflow.shapes import ActionIn
from services.workflow.spot_check import errors, sample, store
from services.workflow.spot_check.model import SpotCheck, SpotCheckItem
from services.workflow.spot_check.schemas import SpotCheckIn
from services.workflow.spot_check.states import ItemState, SpotCheckAction, SpotCheckState
from services.workflow.spot_check.steps import SPOT_CHECK_STEPS, SpotCheckFacts, provincial_seats


def context_of(spot_check_id: UUID) -> str:
    """What a seed is sealed for."""
    return f"spot_check_seed/{spot_check_id}"


async def order(call: Call, asked: SpotCheckIn) -> tuple[SpotCheck, tuple[Basis, ...]]:
    """Order a spot check; its seed is made and committed to at once, before anybody knows what it will draw from.

    Raises:
        CycleNotFound: there is no such year.
        NotTheProvince: the caller is not of the provincial HRSS.
        ShareNeedsDocument, DocumentNumberInvalid, NothingOfThatScope: it is not well formed.
    """
    cycle = await cycles.get(call.tx, asked.cycle_id)
    policy = call.policies[cycle.policy]
    basis = (policy.articles["spot_checked"],)
    seat = next(
        (each for each in provincial_seats(call.actor) if each.organisation_id in cycle.lineage), None
    )
    if seat is None:
        raise errors.NotTheProvince(basis=basis)
    await _refuse_malformed(call, asked, policy, basis)
    row = _ordered(call, asked, policy, seat)
    await rows.begin(call, row, seat, basis=basis)
    return row, basis


async def _refuse_malformed(
    call: Call, asked: SpotCheckIn, policy: NoticePolicy, basis: tuple[Basis, ...]
) -> None:
    usual = policy.spot_check.share.of_results
    if asked.document_number is not None:
        policy.certificate.document.require(asked.document_number, basis)
    elif asked.share not in (None, usual):
        raise errors.ShareNeedsDocument(share=f"{usual:.2%}", field="document_number", basis=basis)
    if asked.committee_id is None:
        return
    found = await call.tx.get(Committee, asked.committee_id)
    if (
        found is None
        or found.cycle_id != asked.cycle_id
        or asked.series not in (None, found.series)
        or asked.level not in (None, *found.levels)
    ):
        raise errors.NothingOfThatScope(field="committee_id", basis=basis)


def _ordered(call: Call, asked: SpotCheckIn, policy: NoticePolicy, seat: Seat) -> SpotCheck:
    seed, spot_check_id = os.urandom(SEED_BYTES), new_id()
    return SpotCheck(
        id=spot_check_id,
        province=call.province,
        policy=policy.name,
        share=asked.share or policy.spot_check.share.of_results,
        seed=call.sealer.seal(seed, context=context_of(spot_check_id)),
        seed_commitment=commitment(seed),
        algorithm=ALGORITHM,
        opened_seed=None,
        results=None,
        size=None,
        state=SpotCheckState.ORDERED,
        ordered_on=call.moment.today,
        ordered_by_name=call.actor.named(seat.organisation_id, seat.role),
        drawn_at=None,
        conclusion=None,
        lineage=[seat.organisation_id],
        **asked.model_dump(exclude={"share"}),
    )


async def act(
    call: Call, spot_check_id: UUID, action: SpotCheckAction, asked: ActionIn
) -> tuple[SpotCheck, tuple[Basis, ...]]:
    """Draw from the frame as it is now, which is frozen with it; or close; or cancel what was not drawn.

    Raises:
        SpotCheckNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    row = await store.spot_check(call.tx, spot_check_id, call.actor, locked=True)
    facts = await facts_of(call, row, asked.note)
    articles = call.policies[row.policy].articles
    move = decide(SPOT_CHECK_STEPS, facts, action, call.actor, articles, version=asked.version)
    changes = (
        await _drawn(call, row, move.seat) if action is SpotCheckAction.DRAW else {"conclusion": asked.note}
    )
    if action is SpotCheckAction.CLOSE:
        changes["opened_seed"] = _seed(call, row).hex()
    cycle = await cycles.get(call.tx, row.cycle_id)
    event = SpotCheckMoved(
        spot_check_id=row.id, cycle_id=cycle.id, year=cycle.year, action=action, after=move.after
    )
    await rows.take(call, row, move, event=event, note=asked.note, **changes)
    return row, move.basis


async def facts_of(call: Call, row: SpotCheck, note: str | None = None) -> SpotCheckFacts:
    """A spot check as its rules see it."""
    state = SpotCheckState(row.state)
    return SpotCheckFacts(
        row.id,
        state,
        row.version,
        tuple(row.lineage),
        results=await store.results(call.tx, row) if state is SpotCheckState.ORDERED else row.results or 0,
        open_items=await store.open_items(call.tx, row.id) if state is SpotCheckState.UNDER_WAY else 0,
        note=note,
    )


def _seed(call: Call, row: SpotCheck) -> bytes:
    """The seed; nobody reads it before the spot check is closed: with it who is checked would know that it comes."""
    return call.sealer.open(row.seed, context=context_of(row.id))


async def _drawn(call: Call, row: SpotCheck, seat: Seat) -> dict[str, object]:
    """The frame frozen, and an item of the work list for each declaration drawn."""
    frame = await store.freeze(call.tx, row)
    strata: dict[str, int] = {}
    for stratum in frame.values():
        strata[stratum] = strata.get(stratum, 0) + 1
    drawn = sample.draw(_seed(call, row), frame, sample.size_of(Fraction(row.share), strata))
    told = await store.numbers(call.tx, drawn)
    basis = (call.policies[row.policy].articles["spot_checked"],)
    items = [
        SpotCheckItem(
            id=new_id(),
            province=row.province,
            spot_check_id=row.id,
            declaration_id=declaration_id,
            committee_id=told[declaration_id][0],
            number=told[declaration_id][1],
            state=ItemState.WAITING,
            lineage=list(row.lineage),
        )
        for declaration_id in drawn
    ]
    await rows.begin_all(call, items, seat, basis=basis)
    return {
        "results": len(frame),
        "size": len(drawn),
        "drawn_at": call.moment.instant,
    }
