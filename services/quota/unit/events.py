"""What accounts tells of an organisation that concerns its card; moves and mergers come to `line/`."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationClosed, OrganisationRenamed, OrganisationReopened
from services.kit.inbox import type_of_handler
from services.kit.outbox import Event
from services.quota.unit import store


class CardListener:
    """Keeps cards true."""

    def handlers(self) -> Mapping[type[Event], type_of_handler]:
        """The events listened to."""
        return {
            OrganisationRenamed: self.renamed,
            OrganisationClosed: self.closed_or_open,
            OrganisationReopened: self.closed_or_open,
        }

    async def renamed(self, tx: AsyncSession, event: OrganisationRenamed, *_: object) -> None:
        """It is called by its new name, as a unit and as an authority."""
        await store.hear_alone(tx)
        await store.rename(tx, event.organisation_id, event.name)

    async def closed_or_open(
        self, tx: AsyncSession, event: OrganisationClosed | OrganisationReopened, *_: object
    ) -> None:
        """Whether it is in use is asked before its card is shown again."""
        await store.hear_alone(tx)
        await store.doubt(tx, event.organisation_id)
