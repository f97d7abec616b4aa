"""A request that needs the platform's keys: what every act has, with the sealer and the signer."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.kit.sealing import Sealer
from services.neighbours.client import Neighbour
from services.workflow.act import Act, CurrentAct
from services.workflow.certificate.credential import Signer
from services.workflow.cycle import store as cycles
from services.workflow.policy import NoticePolicy


@dataclass(frozen=True, slots=True)
class Call(Act):
    """One request, as meetings and certificates need it."""

    sealer: Sealer
    signer: Signer
    accounts: Neighbour

    async def policy(self, cycle_id: UUID) -> NoticePolicy:
        """The notice of a cycle: the one it was opened under."""
        return self.policies[(await cycles.get(self.tx, cycle_id)).policy]


async def call(request: Request, act: CurrentAct) -> Call:
    """Gather it."""
    state = request.app.state
    return Call(
        act.actor, act.moment, act.tx, act.policies, act.province, state.sealer, state.signer, state.accounts
    )


CurrentCall = Annotated[Call, Depends(call)]
