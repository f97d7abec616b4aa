"""One request as the concepts see it: who acts, when, in which transaction, under which notices."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, CurrentActor, PerhapsActor
from services.kit.clock import CurrentMoment, Moment
from services.kit.db import Tx
from services.workflow.policy import CurrentPolicies, Policies


@dataclass(frozen=True, slots=True)
class Act:
    """A signed-in caller's request."""

    actor: Actor
    moment: Moment
    tx: AsyncSession
    policies: Policies
    province: str


@dataclass(frozen=True, slots=True)
class Look:
    """A reader's request; published things are read without signing in."""

    actor: Actor | None
    moment: Moment
    tx: AsyncSession
    policies: Policies


async def current_act(
    request: Request, actor: CurrentActor, moment: CurrentMoment, tx: Tx, policies: CurrentPolicies
) -> Act:
    """The request that is being answered."""
    return Act(actor, moment, tx, policies, request.app.state.settings.province)


async def current_look(actor: PerhapsActor, moment: CurrentMoment, tx: Tx, policies: CurrentPolicies) -> Look:
    """The request that is being answered."""
    return Look(actor, moment, tx, policies)


CurrentAct = Annotated[Act, Depends(current_act)]
CurrentLook = Annotated[Look, Depends(current_look)]
