"""What happens to materials: they are announced, replaced, removed, opened and judged."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.files.inspection import type_of
from services.files.refusing import refuse_classified_words
from services.kit import audit
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import refuse_broken
from services.workflow.declaration import facts
from services.workflow.declaration import service as declarations
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.call import Call
from services.workflow.declaration.model import Declaration
from services.workflow.material import links, store
from services.workflow.material.errors import (
    FileMissing,
    ItemNotAsked,
    MaterialNotFound,
    NotOpened,
    NotYourMaterial,
    ReasonMissing,
    ReplacedNotThere,
    TooManyOfItem,
)
from services.workflow.material.model import Material, MaterialOpening, MaterialVerdict
from services.workflow.material.policy import Item
from services.workflow.material.schemas import MaterialIn, VerdictIn
from services.workflow.material.states import MaterialState, Verdict
from services.workflow.policy import NoticePolicy
from services.workflow.review_chain import rules as review


async def announce(call: Call, declaration_id: UUID, body: MaterialIn) -> tuple[Material, tuple[Basis, ...]]:
    """A new material that waits for its file; what it replaces stays in force until the file is there.

    Raises:
        DeclarationNotFound, NotWithApplicant, NotReturned, RulesBroken: the applicant may not write now.
        ItemNotAsked: nobody asked for it.
        Classified, FileTypeNotTaken: it would not be taken.
        TooManyOfItem, ReplacedNotThere: it does not fit what is there.
    """
    declaration = await declarations.lock_own(call, declaration_id)
    policy = call.policy(declaration)
    await refuse_untimely(call, declaration, policy, body.item)
    item = asked_item(declaration, policy, body.item)
    nothing_classified = policy.articles["nothing_classified"]
    named = {"title": body.title, "file_name": body.file_name}
    refuse_classified_words(policy.material, nothing_classified, **named)
    type_of(policy.material, body.file_name)
    replaces_id = await _replaced(call, declaration, item, body.replaces_id)
    material = Material(
        id=new_id(),
        province=declaration.province,
        created_at=call.moment.instant,
        declaration_id=declaration.id,
        item=item.code,
        title=body.title,
        file_name=body.file_name,
        obtained_on=body.obtained_on,
        replaces_id=replaces_id,
        questioned_turn=0,
    )
    call.tx.add(material)
    await call.tx.flush()
    basis = (policy.articles["clear_materials"], nothing_classified)
    await note(call, material, "ANNOUNCE", basis)
    return material, basis


async def refuse_untimely(call: Call, declaration: Declaration, policy: NoticePolicy, item: str) -> None:
    """Refuse to write outside the window, and after a return what was not returned."""
    case = await facts.case_of(call.tx, declaration, policy, actor=call.actor, moment=call.moment)
    declarations.refuse_not_returned(case, {item}, policy.articles["materials_fixed"])
    refuse_broken("EDIT", (declarations.in_time(case),), case, policy.articles)


def asked_item(declaration: Declaration, policy: NoticePolicy, code: str) -> Item:
    """The kind of material, which has to be asked of this person (二（五）2).

    Raises:
        ItemNotAsked: it is not.
    """
    asked = facts.items_asked(declaration, policy)
    found = next((each for each in asked if each.code == code), None)
    if found is None:
        known = policy.material.item(code)
        basis = [known.basis()] if known else [policy.articles["clear_materials"]]
        possible = "、".join(each.code for each in asked)
        raise ItemNotAsked(item=known.name if known else code, possible=possible, field="item", basis=basis)
    return found


async def _replaced(
    call: Call, declaration: Declaration, item: Item, replaces_id: UUID | None
) -> UUID | None:
    there = await store.live_of(call.tx, declaration.id, item.code)
    if replaces_id is not None:
        if replaces_id not in {each.id for each in there}:
            raise ReplacedNotThere(field="replaces_id")
        return _in_place_of(call, there, replaces_id)
    if len(there) < item.at_most:
        return None
    if item.at_most == 1:
        return _in_place_of(call, there, there[0].id)
    raise TooManyOfItem(item=item.name, limit=item.at_most, field="item", basis=[item.basis()])


def _in_place_of(call: Call, there: Sequence[Material], replaces_id: UUID) -> UUID:
    """What goes out of force when the new file is there; others that were to replace it and have no file go at once.

    So for one material comes one, however many are announced for it.
    """
    told = next(each for each in there if each.id == replaces_id)
    waiting = [each for each in there if each.standing is MaterialState.AWAITING_FILE and each.replaces_id]
    in_force = told.replaces_id if told in waiting and told.replaces_id else told.id
    for each in waiting:
        if each.replaces_id == in_force:
            each.replaced_at = call.moment.instant
    return in_force


async def link_again(call: Call, material_id: UUID) -> tuple[Material, tuple[Basis, ...]]:
    """The material, still without its file, for another link.

    Raises:
        MaterialNotFound: there is none that still waits for its file.
        NotWithApplicant: the declaration is under review.
    """
    material = await store.get(call.tx, material_id, call.actor)
    declaration = await declarations.see_own(call, material.declaration_id)
    if material.standing is not MaterialState.AWAITING_FILE:
        raise MaterialNotFound(field="material_id")
    return material, (call.policy(declaration).articles["clear_materials"],)


async def remove(call: Call, material_id: UUID) -> tuple[Material, tuple[Basis, ...]]:
    """Take a material out of the declaration; its row stays, and names it.

    Raises:
        MaterialNotFound: there is none, or it is out already.
        NotWithApplicant, NotReturned, RulesBroken: the applicant may not write now.
    """
    seen = await store.get(call.tx, material_id, call.actor)
    declaration = await declarations.lock_own(call, seen.declaration_id)
    material = await store.get_any(call.tx, material_id)
    if material.standing not in {MaterialState.AWAITING_FILE, MaterialState.STORED}:
        raise MaterialNotFound(field="material_id")
    policy = call.policy(declaration)
    await refuse_untimely(call, declaration, policy, material.item)
    material.removed_at = call.moment.instant
    declarations.touch(declaration, {material.item} if material.stored_at else set())
    basis = (policy.articles["materials_fixed"],)
    await note(call, material, "REMOVE", basis)
    return material, basis


def upload_link(call: Call, material: Material, policy: NoticePolicy) -> tuple[str, datetime]:
    """Where the file of an announced material is sent."""
    minutes = policy.material.limits.upload_minutes
    return links.issue(call.sealer, links.Purpose.UPLOAD, material.id, call.actor, minutes)


async def open_(call: Call, material_id: UUID) -> tuple[str, datetime, tuple[Basis, ...]]:
    """Where the file is read. Whoever reviews the declaration now is recorded as having opened it (三（二）).

    Raises:
        MaterialNotFound: there is none that the caller may read.
        FileMissing: its file is not there yet.
    """
    material = await store.get(call.tx, material_id, call.actor)
    if material.stored_at is None:
        raise FileMissing
    declaration = await declaration_store.get(call.tx, material.declaration_id, call.actor)
    policy = call.policy(declaration)
    case = await facts.case_of(call.tx, declaration, policy, actor=call.actor, moment=call.moment)
    seat = facts.reviewing_seat(call.actor, case)
    if seat is not None:
        opening = MaterialOpening(
            material_id=material.id,
            organisation_id=seat.organisation_id,
            account_id=call.actor.id,
            turn=declaration.turn,
            declaration_id=declaration.id,
            opened_at=call.moment.instant,
        )
        await store.record_opening(call.tx, opening)
    basis = (policy.articles["no_one_click"],)
    await note(call, material, "OPEN", basis, seat)
    minutes = policy.material.limits.download_minutes
    url, ends = links.issue(call.sealer, links.Purpose.DOWNLOAD, material.id, call.actor, minutes)
    return url, ends, basis


async def judge(call: Call, material_id: UUID, body: VerdictIn) -> tuple[Material, tuple[Basis, ...]]:
    """Record what the reviewer found of a material, which he or she has opened.

    Raises:
        MaterialNotFound: there is none that the caller may read.
        NotYourMaterial: the declaration is not with the caller for review now.
        NotOpened: a verdict without a look is none.
        ReasonMissing: a deficiency needs its reason.
        RulesBroken: it is the caller's own, or the time for reviews is over.
    """
    seen = await store.get(call.tx, material_id, call.actor)
    declaration = await declaration_store.lock(call.tx, seen.declaration_id, call.actor)
    material = await store.get_any(call.tx, material_id)
    policy = call.policy(declaration)
    seat = await _reviewing(call, declaration, policy)
    if material.standing is not MaterialState.STORED:
        raise MaterialNotFound(field="material_id")
    if not await store.has_opened(call.tx, material, seat.organisation_id, call.actor.id):
        raise NotOpened(field="material_id", basis=[policy.articles["no_one_click"]])
    if body.verdict is Verdict.DEFICIENT and body.reason is None:
        raise ReasonMissing(field="reason", basis=[policy.articles["return_level_by_level"]])
    await store.record_verdict(call.tx, _verdict(call, declaration, material, seat, body))
    basis = (policy.articles["verify_materials"],)
    await note(call, material, f"JUDGE_{body.verdict}", basis, seat)
    return material, basis


def _verdict(
    call: Call, declaration: Declaration, material: Material, seat: Seat, body: VerdictIn
) -> MaterialVerdict:
    return MaterialVerdict(
        id=new_id(),
        province=declaration.province,
        material_id=material.id,
        declaration_id=declaration.id,
        organisation_id=seat.organisation_id,
        account_id=call.actor.id,
        reviewer_name=call.actor.name,
        turn=declaration.turn,
        round=declaration.round,
        verdict=body.verdict,
        reason=body.reason,
        judged_at=call.moment.instant,
    )


async def _reviewing(call: Call, declaration: Declaration, policy: NoticePolicy) -> Seat:
    """The seat by which the caller reviews the declaration now."""
    case = await facts.case_of(call.tx, declaration, policy, actor=call.actor, moment=call.moment)
    seat = facts.reviewing_seat(call.actor, case)
    if seat is None:
        raise NotYourMaterial(basis=[policy.articles["each_answers"]])
    refuse_broken("JUDGE", (review.review_in_time, review.not_ones_own), case, policy.articles)
    return seat


async def note(
    call: Call, material: Material, action: str, basis: tuple[Basis, ...], seat: Seat | None = None
) -> None:
    """Write what was done with a material into the audit log."""
    await audit.record(
        call.tx,
        actor=call.actor,
        action=f"material.{action}",
        subject=f"material/{material.id}",
        moment=call.moment,
        organisation_id=seat.organisation_id if seat else None,
        basis=basis,
        detail={"declaration_id": str(material.declaration_id), "item": material.item},
    )
