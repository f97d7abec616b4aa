"""The services that workflow asks."""

from typing import Annotated

from fastapi import Depends, Request

from services.neighbours.client import Neighbour
from services.workflow.settings import Settings


def parts(settings: Settings) -> dict[str, str]:
    """Their names and addresses."""
    return {"accounts": settings.accounts_url, "quota": settings.quota_url}


async def accounts_of(request: Request) -> Neighbour:
    """The accounts service."""
    neighbour: Neighbour = request.app.state.accounts
    return neighbour


async def quota_of(request: Request) -> Neighbour:
    """The quota service."""
    neighbour: Neighbour = request.app.state.quota
    return neighbour


AccountsService = Annotated[Neighbour, Depends(accounts_of)]
QuotaService = Annotated[Neighbour, Depends(quota_of)]
