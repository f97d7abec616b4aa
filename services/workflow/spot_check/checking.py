"""What checkers do with an item: take it, give it back, find it in order, or find something and order what follows."""

from uuid import UUID

from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.steps import decide
from services.workflow import rows
from services.workflow.call import Call
from services.workflow.contract import SpotCheckItemMoved
from services.workflow.spot_check import errors, store
from services.workflow.spot_check.model import SpotCheckItem
from services.workflow.spot_check.schemas import ItemActionIn
from services.workflow.spot_check.states import ItemAction, ItemState
from services.workflow.spot_check.steps import ITEM_STEPS, ItemFacts
from services.workflow.supervision import finding
from services.workflow.supervision.involvement import acted_on
from services.workflow.supervision.schemas import FindingIn


async def act(
    call: Call, item_id: UUID, action: ItemAction, asked: ItemActionIn
) -> tuple[SpotCheckItem, tuple[Basis, ...]]:
    """Take a step of an item; what is found is a finding of supervision, made in the same transaction.

    Raises:
        SpotCheckItemNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
        FindingNeeded: something is found without an order, or an order comes with another step.
        DeclarationsMissing, NotThatOrganisation, NotUnderYou, NotTheFilingHrss, YouActedOnIt, DueDayInvalid,
            DocumentNumberInvalid: the finding is not to be made so.
    """
    item = await store.item(call.tx, item_id, call.actor, locked=True)
    row = await store.spot_check(call.tx, item.spot_check_id, call.actor)
    policy = call.policies[row.policy]
    involved = await acted_on(call.tx, [item.declaration_id], call.actor)
    facts = facts_of(item, call, involved=involved, note=asked.note)
    move = decide(ITEM_STEPS, facts, action, call.actor, policy.articles, version=asked.version)
    if (action is ItemAction.FIND) != (asked.finding is not None):
        raise errors.FindingNeeded(field="finding", basis=move.basis)
    event = SpotCheckItemMoved(item_id=item.id, spot_check_id=row.id, action=action, after=move.after)
    changes = await _changes(call, item, action, asked, move.seat)
    await rows.take(call, item, move, event=event, note=asked.note, **changes)
    return item, move.basis


async def _changes(
    call: Call, item: SpotCheckItem, action: ItemAction, asked: ItemActionIn, seat: Seat
) -> dict[str, object]:
    if action is ItemAction.TAKE:
        return {
            "checker_id": call.actor.id,
            "checker_name": call.actor.named(seat.organisation_id, seat.role),
        }
    if action is ItemAction.RELEASE:
        return {"checker_id": None, "checker_name": None}
    decided: dict[str, object] = {"verdict": asked.note, "decided_on": call.moment.today}
    if asked.finding is not None and asked.note is not None:
        ordered = FindingIn(
            declaration_ids=[item.declaration_id], reason=asked.note, **asked.finding.model_dump()
        )
        made, _ = await finding.make(call, ordered)
        decided["finding_id"] = made.id
    return decided


def facts_of(
    item: SpotCheckItem, call: Call, *, involved: bool = False, note: str | None = None
) -> ItemFacts:
    """An item as its rules see it."""
    return ItemFacts(
        item.id,
        ItemState(item.state),
        item.version,
        tuple(item.lineage),
        mine=item.checker_id == call.actor.id,
        involved=involved,
        note=note,
    )
