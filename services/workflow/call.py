"""What a request brings along: its transaction, caller, moment, policies and keys."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, CurrentActor
from services.kit.clock import CurrentMoment, Moment
from services.kit.db import Tx
from services.kit.sealing import Sealer
from services.workflow.certificate.credential import Signer
from services.workflow.cycle import store as cycles
from services.workflow.policy import CurrentPolicies, NoticePolicy, Policies


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as the acts of a concept need it."""

    tx: AsyncSession
    actor: Actor
    moment: Moment
    policies: Policies
    sealer: Sealer
    signer: Signer
    province: str

    async def policy(self, cycle_id: UUID) -> NoticePolicy:
        """The notice of a cycle: the one it was opened under."""
        return self.policies[(await cycles.get(self.tx, cycle_id)).policy]


def call(request: Request, tx: Tx, actor: CurrentActor, moment: CurrentMoment, policies: CurrentPolicies) -> Call:
    """Gather it."""
    state = request.app.state
    return Call(tx, actor, moment, policies, state.sealer, state.signer, state.settings.province)


CurrentCall = Annotated[Call, Depends(call)]
