"""The services that quota asks."""

from typing import Annotated

from fastapi import Depends, Request

from services.neighbours.client import Neighbour
from services.quota.settings import Settings


def parts(settings: Settings) -> dict[str, str]:
    """Their names and addresses."""
    return {"accounts": settings.accounts_url, "workflow": settings.workflow_url}


async def accounts_of(request: Request) -> Neighbour:
    """The accounts service."""
    neighbour: Neighbour = request.app.state.accounts
    return neighbour


AccountsService = Annotated[Neighbour, Depends(accounts_of)]
