"""Printed certificates over HTTP: a link for who may see the certificate; the link is the right to fetch it."""

from fastapi import Request, Response

from services.admission.errors import TooBusy
from services.files.errors import LinkInvalid
from services.files.serving import attachment_headers
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import READS, Decided, decided, refusals, router
from services.typesetting import MEDIA_TYPES, Format
from services.workflow.certificate import standing
from services.workflow.certificate import store as certificates
from services.workflow.certificate.errors import CertificateNotFound
from services.workflow.certificate.model import Certificate
from services.workflow.credential import paper, store
from services.workflow.credential.issuer import CurrentIssuer
from services.workflow.credential.links import PAPERS
from services.workflow.credential.schemas import PaperIn, PaperOut
from services.workflow.policy import CurrentPolicies

papers = router(prefix="/v1/certificate-papers", tags=["credential"])


@papers.post("", status_code=201, responses=refusals(CertificateNotFound), openapi_extra=READS)
async def link(
    body: PaperIn, request: Request, actor: CurrentActor, issuer: CurrentIssuer, tx: Tx
) -> Decided[PaperOut]:
    """A link to a certificate on paper (PDF with QR code), for its holder and the organisations concerned."""
    certificate = await certificates.get(tx, body.certificate_id, actor)
    minutes = issuer.rule.link_minutes
    path, ends = PAPERS.issue(request.app.state.sealer, actor, minutes, certificate_id=certificate.id)
    return decided(PaperOut(path=path, expires_at=ends))


@papers.get("/{token}", responses=refusals(LinkInvalid, TooBusy))
async def fetch(
    token: str, request: Request, issuer: CurrentIssuer, policies: CurrentPolicies, tx: Tx
) -> Response:
    """The certificate that a link is for."""
    asked = PAPERS.read(request.app.state.sealer, token)
    certificate = await tx.get_one(Certificate, asked.certificate_id)
    place = await store.place_of(tx, certificate.id, issuer.rule.status.size)
    changed = (await standing.last_changes(tx, [certificate.id])).get(certificate.id)
    names = policies.latest.series.level_names
    await tx.commit()  # all is read: no connection is held while it is made
    content = await paper.printed(paper.Face(certificate, changed, names), issuer, place)
    headers = attachment_headers(f"{certificate.holder_name}{issuer.rule.title}.pdf", len(content))
    return Response(content, media_type=MEDIA_TYPES[Format.PDF], headers=headers)
