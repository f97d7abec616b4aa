"""Whose an imported certificate is, told over HTTP."""

from uuid import UUID

from services.kit.errors import Unavailable
from services.kit.http import Decided, decided, refusals, router
from services.workflow.call import CurrentCall
from services.workflow.certificate import errors as refused
from services.workflow.certificate import reading
from services.workflow.certificate.schemas import CertificateOut
from services.workflow.historic import errors, holder
from services.workflow.historic.schemas import HolderIn

routes = router(prefix="/v1/certificates", tags=["historic"])


@routes.post(
    "/{certificate_id}/holder",
    responses=refusals(
        refused.CertificateNotFound,
        refused.NotWhoIssuedIt,
        refused.DocumentNumberInvalid,
        refused.ChangeNotPossible,
        errors.HolderUnknown,
        errors.HolderNameDiffers,
        errors.HolderIdDiffers,
        errors.HolderIsYou,
        errors.HolderKnown,
        Unavailable,
    ),
)
async def link(certificate_id: UUID, body: HolderIn, call: CurrentCall) -> Decided[CertificateOut]:
    """Tell once whose an imported certificate is, by a document (title officers of who issued it, or above)."""
    certificate, basis = await holder.link(call, certificate_id, body)
    return decided((await reading.told(call.tx, [certificate]))[0], basis)
