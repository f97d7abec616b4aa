"""Verification over HTTP: by number and name for anyone; many at a time for another province's system."""

from typing import Annotated

from fastapi import Query, Request

from services.kit.db import Tx
from services.kit.http import SCOPE, refusals, router
from services.workflow.act import CurrentAct
from services.workflow.certificate.schemas import VerificationOut
from services.workflow.policy import CurrentPolicies
from services.workflow.verification import errors, service
from services.workflow.verification.counting import network_of
from services.workflow.verification.schemas import Pair, PairsIn, VerificationsOut

VERIFYING = "certificates.verify"
"""The scope that a client needs to verify many at a time; it opens nothing else."""

routes = router(prefix="/v1/certificates", tags=["verification"])


@routes.get("/verify", responses=refusals(errors.TooManyVerifications))
async def verify(
    request: Request,
    tx: Tx,
    policies: CurrentPolicies,
    number: Annotated[str, Query(max_length=64)],
    name: Annotated[str, Query(max_length=120)],
) -> VerificationOut:
    """Whether a certificate of that number belongs to a person of that name, and still stands (public).

    An unknown number, a wrong name and a mistyped number are answered alike, by the same work: there is nothing to
    enumerate.
    """
    policy = policies.latest
    return await service.for_anyone(
        tx,
        request.app.state.sealer,
        policy.certificate.verification,
        policy.articles["certificate_data"],
        pair=Pair(number=number, name=name),
        network=network_of(request),
    )


@routes.post(
    "/verifications",
    responses=refusals(errors.SystemsOnly, errors.TooManyPairs, errors.TooManyVerifications),
    openapi_extra={SCOPE: VERIFYING},
)
async def verify_many(body: PairsIn, request: Request, act: CurrentAct) -> VerificationsOut:
    """The same of many pairs, for another system's own client with the scope `certificates.verify`; audited."""
    policy = act.policies.latest
    rule, basis = policy.certificate.verification, policy.articles["certificate_data"]
    items = await service.for_system(act, request.app.state.sealer, rule, basis, body.pairs)
    return VerificationsOut(items=items)
