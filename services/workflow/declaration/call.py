"""A request about declarations, materials or reviews: what every act has, with neighbours, sealer and language."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.kit.errors import Language
from services.kit.http import language_of
from services.kit.sealing import Sealer
from services.neighbours.client import Neighbour
from services.workflow.act import Act, CurrentAct
from services.workflow.declaration.model import Declaration
from services.workflow.neighbours import AccountsService, QuotaService
from services.workflow.policy import NoticePolicy


@dataclass(frozen=True, slots=True)
class Call(Act):
    """One request, as declarations, materials and reviews need it."""

    accounts: Neighbour
    quota: Neighbour
    sealer: Sealer
    language: Language

    def policy(self, declaration: Declaration) -> NoticePolicy:
        """The notice under which the declaration began."""
        return self.policies[declaration.policy]


async def call(request: Request, act: CurrentAct, accounts: AccountsService, quota: QuotaService) -> Call:
    """Gather it."""
    return Call(
        actor=act.actor,
        moment=act.moment,
        tx=act.tx,
        policies=act.policies,
        province=act.province,
        accounts=accounts,
        quota=quota,
        sealer=request.app.state.sealer,
        language=language_of(request),
    )


CurrentCall = Annotated[Call, Depends(call)]
