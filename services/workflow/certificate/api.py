"""The HTTP face of filing and certificates."""

from uuid import UUID

from fastapi import Request
from sqlalchemy import func, select

from services.accounts.contract import TitleLimit
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.errors import Unavailable
from services.kit.http import LAGS, Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, RulesBroken
from services.workflow.call import CurrentCall
from services.workflow.certificate import ending, reading, service, store
from services.workflow.certificate import errors as refused
from services.workflow.certificate.credential import Signer
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.schemas import (
    CertificateOut,
    FilingIn,
    KeysOut,
    ResultOut,
    VoidCertificateIn,
    VoidIn,
)
from services.workflow.certificate.states import Origin
from services.workflow.cycle.errors import OutsideWindow, RunOver

routes = router(prefix="/v1", tags=["certificate"])


@routes.post(
    "/results/{declaration_id}/file",
    status_code=201,
    responses=refusals(
        refused.ResultNotFound,
        refused.NotTheFilingHrss,
        refused.DocumentNumberInvalid,
        refused.NotInPublicity,
        refused.PublicityNotOver,
        refused.SeriesWithoutCode,
        RunOver,
        OutsideWindow,
        Unavailable,
    ),
)
async def file_result(declaration_id: UUID, body: FilingIn, call: CurrentCall) -> Decided[CertificateOut]:
    """File a result by a formal document, and issue its certificate (title officers of the HRSS managing the level)."""
    certificate, basis = await service.file_result(call, declaration_id, body.document_number)
    return decided((await reading.told(call.tx, [certificate]))[0], basis)


@routes.post(
    "/results/{declaration_id}/void",
    responses=refusals(refused.ResultNotFound, ActionNotAvailable, RulesBroken),
)
async def void_result(declaration_id: UUID, body: VoidIn, call: CurrentCall) -> Decided[ResultOut]:
    """Declare a result void before it is filed, with the reason (the committee's office)."""
    declaration, basis = await ending.void_result(call, declaration_id, body.note)
    return decided(ResultOut(declaration_id=declaration.id, state=declaration.state), basis)


@routes.post(
    "/certificates/{certificate_id}/void",
    responses=refusals(
        refused.CertificateNotFound,
        refused.NotWhoIssuedIt,
        refused.DocumentNumberInvalid,
        refused.ChangeNotPossible,
        ActionNotAvailable,
        RulesBroken,
    ),
)
async def void_certificate(
    certificate_id: UUID, body: VoidCertificateIn, call: CurrentCall
) -> Decided[CertificateOut]:
    """Declare a certificate void by a document, with the reason (title officers of the HRSS that issued it, or above)."""
    found, basis = await ending.void_certificate(call, certificate_id, body.document_number, body.note)
    return decided((await reading.told(call.tx, [found]))[0], basis)


@routes.get("/certificates/keys")
async def keys(request: Request) -> KeysOut:
    """The public keys by which credentials, status lists and signed tallies are verified, as a JWK set (public)."""
    signer: Signer = request.app.state.signer
    return KeysOut(**signer.published())


@routes.get("/certificates", openapi_extra=LAGS)
async def list_certificates(
    tx: Tx,
    actor: CurrentActor,
    person_id: UUID | None = None,
    limit: TitleLimit | None = None,
    origin: Origin | None = None,
    import_id: UUID | None = None,
    first: First = 50,
    after: After = None,
) -> Page[CertificateOut]:
    """The caller's own certificates, and those of the caller's organisations; newest first.

    With `limit` those only that are valid where it says, such as the results of targeted review (一（四）1).
    """
    seen = store.seen_by(actor)
    if person_id is not None:
        seen = seen.where(Certificate.person_id == person_id)
    if limit is not None:
        seen = seen.where(Certificate.limits.contains([{"code": limit}]))
    if origin is not None:
        seen = seen.where(Certificate.origin == origin)
    if import_id is not None:
        seen = seen.where(Certificate.import_id == import_id)
    total = await tx.scalar(select(func.count()).select_from(seen.subquery()))
    found, cursor = await page(tx, seen, Certificate.id, first, after)
    return Page(items=await reading.told(tx, found), next_cursor=cursor, total=total)


@routes.get("/certificates/{certificate_id}", responses=refusals(refused.CertificateNotFound))
async def read(certificate_id: UUID, tx: Tx, actor: CurrentActor) -> CertificateOut:
    """A certificate, for its holder and the organisations concerned."""
    return (await reading.told(tx, [await store.get(tx, certificate_id, actor)]))[0]
