"""The session that the caller's own token belongs to."""

import base64
import binascii
import json
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request


async def current_session(request: Request) -> UUID | None:
    """The session named in the token; None for a token that has none. The token was verified before."""
    parts = request.headers.get("authorization", "").rpartition(" ")[2].split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
        return UUID(claims["sid"])
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return None


CurrentSession = Annotated[UUID | None, Depends(current_session)]
