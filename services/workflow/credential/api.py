"""Credentials over HTTP: for holders and the organisations concerned; status lists and metadata for any verifier."""

import time
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import refusals, router
from services.workflow.certificate import store as certificates
from services.workflow.certificate.errors import CertificateNotFound
from services.workflow.credential import errors, metadata, status_list, store
from services.workflow.credential.issuer import CurrentIssuer
from services.workflow.credential.schemas import CredentialOut, IssuerMetadata, TypeMetadata

routes = router(prefix="/v1/certificates", tags=["credential"])
well_known = router(tags=["credential"])


@well_known.get("/.well-known/jwt-vc-issuer")
async def issuer_metadata(issuer: CurrentIssuer) -> IssuerMetadata:
    """Who issues credentials, and where the keys are (public)."""
    return metadata.of_issuer(issuer)


@routes.get("/types/{name}", responses=refusals(errors.CredentialTypeNotFound))
async def type_metadata(name: str, issuer: CurrentIssuer) -> TypeMetadata:
    """What a type of credential is called, and what its claims are (public)."""
    return metadata.of_type(issuer, name)


@routes.get("/status/{list_no}", responses=refusals(errors.StatusListNotFound))
async def status(
    list_no: Annotated[int, Path(ge=1, le=2**31 - 1)], issuer: CurrentIssuer, tx: Tx
) -> Response:
    """A token status list: which credentials no longer stand, signed (public)."""
    await store.require(tx, list_no)
    rule = issuer.rule.status
    lst = status_list.packed(rule.size, await store.invalid(tx, list_no))
    told = status_list.claims(
        issuer.status_url(list_no), lst, now=int(time.time()), ttl=rule.ttl_seconds, lasts=rule.lasts_seconds
    )
    headers = {"cache-control": f"public, max-age={rule.ttl_seconds}"}
    token = issuer.signer.sign(told, kind=status_list.TYPE)
    return Response(token, media_type=status_list.MEDIA_TYPE, headers=headers)


@routes.get("/{certificate_id}/credential", responses=refusals(CertificateNotFound))
async def credential(
    certificate_id: UUID, actor: CurrentActor, issuer: CurrentIssuer, tx: Tx
) -> CredentialOut:
    """A certificate as a signed credential, for its holder and the organisations concerned."""
    certificate = await certificates.get(tx, certificate_id, actor)
    place = await store.place_of(tx, certificate.id, issuer.rule.status.size)
    return CredentialOut(certificate_id=certificate.id, credential=issuer.credential(certificate, place))
