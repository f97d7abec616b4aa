"""Timelines (办理记录): every step a thing has taken, by whom, when, why, and on which article."""

from datetime import datetime
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, listed


@strawberry.type(description="One step of a timeline (办理记录).")
class HistoryEntry(Told):
    """A step taken."""

    action: str = described("What was done (操作).")
    before: str | None = described("The state before.")
    after: str | None = described("The state after.")
    actor_name: str | None = described("Who did it (经办人); null where the rules keep it secret.")
    role: str | None = described("In which role (角色).")
    at: datetime = described("When (时间).")
    note: str | None = described("Why, in the actor's words (意见).")
    basis: list[Basis] = listed("The articles it rests on (依据).")
    organisation_id: strawberry.Private[UUID | None]

    @strawberry.field(description="For which organisation.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)
