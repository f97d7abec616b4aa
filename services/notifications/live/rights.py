"""For how long a stream may go on: as long as its token, and as long as accounts still knows the seats it tells."""

import base64
import time
from dataclasses import dataclass

import orjson

from services.kit.auth import Actor, TokenVerifier
from services.kit.errors import Forbidden, NotFound, Refusal, Unauthenticated
from services.neighbours.client import Neighbour
from services.notifications.live.states import Ending


@dataclass(frozen=True, slots=True)
class Rights:
    """What a stream was opened with."""

    actor: Actor
    token: str
    verifier: TokenVerifier
    accounts: Neighbour

    @property
    def seconds_left(self) -> float:
        """How long the token, which was verified before, is good."""
        content = self.token.split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        return float(claims["exp"]) - time.time()

    async def ended(self) -> Ending | None:
        """Why the stream has to end, if it has to.

        While accounts does not answer the token is believed, as it is everywhere; a seat held on another's behalf is
        believed until the token ends.
        """
        if self.seconds_left <= 0:
            return Ending.TOKEN_ENDED
        try:
            await self.verifier.verify(self.token)
            held = await self._held()
        except Unauthenticated:
            return Ending.TOKEN_ENDED
        except (Forbidden, NotFound):
            return Ending.RIGHTS_CHANGED
        except Refusal:
            return None
        own = (seat for seat in self.actor.seats if seat.on_behalf_of is None)
        told = {(seat.role, str(seat.organisation_id)) for seat in own}
        return None if told <= held else Ending.RIGHTS_CHANGED

    async def _held(self) -> set[tuple[str, str]]:
        me = await self.accounts.request("GET", "/v1/me", headers={"authorization": f"Bearer {self.token}"})
        return {(each["role"], each["organisation_id"]) for each in me["roles"]}
