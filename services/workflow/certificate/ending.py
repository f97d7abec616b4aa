"""Declaring a result void: an objection was upheld, or the finding of an inquiry says so (三（二）).

Before it is filed its declaration ends; once it is filed, what its certificate stands at since is a fact of its own too.
Either way nobody holds the title, so that the recommendation's place is free again.
"""

from dataclasses import dataclass, field
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.workflow.call import Call
from services.workflow.certificate import standing, store
from services.workflow.certificate.errors import NotWhoIssuedIt, ResultFiled, ResultNotFound
from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.certificate.service import policy_of
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from services.workflow.declaration import service as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action
from services.workflow.publicity import service as publicity
from services.workflow.publicity.states import Outcome


@dataclass(frozen=True, slots=True)
class Void:
    """That a result is void: why, by which document, from which seat, and what that rests on."""

    note: str
    document_number: str
    seat: Seat
    cause: Cause
    basis: tuple[Basis, ...] = field(default=())


async def void_result(call: Call, declaration_id: UUID, note: str) -> tuple[Declaration, list[Basis]]:
    """End a result that passed and was not filed; its publicity, if any, ends with it.

    Raises:
        RoleMissing: the caller is of no committee's office.
        ResultNotFound: no such declaration of the caller's office.
        ActionNotAvailable: the declaration has not passed.
        ResultFiled: it is filed, so that its certificate is to be declared void.
    """
    call.actor.require(Role.COMMITTEE_OFFICE)
    declaration = await call.tx.get(Declaration, declaration_id)
    if declaration is None or not call.actor.seat(Role.COMMITTEE_OFFICE, within=(declaration.office_id,)):
        raise ResultNotFound(field="declaration_id")
    ended = await end_result(call, declaration_id, note)
    if await store.of_declaration(call.tx, declaration_id) is not None:
        raise ResultFiled(
            field="declaration_id", basis=[call.policies[ended.policy].articles["certificate_void"]]
        )
    return ended, [call.policies[declaration.policy].articles["result_void"]]


async def end_result(call: Call, declaration_id: UUID, note: str) -> Declaration:
    """End a declaration on whose result nobody may rest, for whoever has been let in; its publicity ends with it.

    Raises:
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    ended = await declarations.move(
        call.tx, declaration_id, Action.END, call.actor, call.moment, policies=call.policies, note=note
    )
    public = await store.last_result_publicity(call.tx, declaration_id)
    if public is not None:
        await publicity.lock(call.tx, public.id)
        if (await publicity.standing(call.tx, public.id)).outcome is None:
            await publicity.end(call.tx, public.id, Outcome.CANCELLED, call.moment)
    return ended


async def void(call: Call, declaration: Declaration, told: Void) -> None:
    """Declare a result void, filed or not, for whoever has been let in; which of both is asked under the lock.

    Raises:
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, ChangeNotPossible: nothing was changed.
    """
    await end_result(call, declaration.id, told.note)
    first = await store.of_declaration(call.tx, declaration.id)
    if first is not None:
        await _voided(call, first.id, told)


async def void_certificate(
    call: Call, certificate_id: UUID, document_number: str, note: str
) -> tuple[Certificate, tuple[Basis, ...]]:
    """Declare a certificate void by a document; the declaration that it came of ends with it.

    Raises:
        CertificateNotFound: there is none that the caller may see.
        NotWhoIssuedIt: that is for who issued it, and for who stands above.
        DocumentNumberInvalid: not the number of a document.
        ActionNotAvailable, ChangeNotPossible: it is void already; of a superseded one, the one in its place is.
    """
    certificate = await store.get(call.tx, certificate_id, call.actor)
    policy = policy_of(call, certificate)
    basis = (policy.articles["certificate_void"],)
    seat = call.actor.seat(Role.TITLE_OFFICER, within=upwards(certificate))
    if seat is None:
        raise NotWhoIssuedIt(issuer=certificate.issuer_name, basis=basis)
    policy.certificate.document.require(document_number, basis)
    told = Void(note, document_number, seat, Cause("certificate", certificate.id), basis)
    if certificate.declaration_id is not None:
        await end_result(call, certificate.declaration_id, note)
    change = await _voided(call, certificate.id, told)
    return await call.tx.get_one(Certificate, change.certificate_id), basis


def upwards(certificate: Certificate) -> tuple[UUID, ...]:
    """Who issued a certificate, and who stands above."""
    line = certificate.lineage
    above = line[: line.index(certificate.issuer_id)] if certificate.issuer_id in line else []
    return (*above, certificate.issuer_id)


async def _voided(call: Call, certificate_id: UUID, told: Void) -> CertificateChange:
    return await standing.record(
        call,
        certificate_id,
        ChangeKind.VOIDED,
        cause=told.cause,
        document_number=told.document_number,
        note=told.note,
        seat=told.seat,
        basis=told.basis,
    )
