"""What only those see of an organisation who see it by itself: contact, person in charge, names, what may be done."""

from datetime import date
from typing import Any
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation_words import OrganisationAction
from gateway.context import Info
from gateway.plans import Loader
from gateway.relay import OneByOne
from gateway.told import Told
from gateway.words import described, hidden, listed
from services.kit.errors import NotFound, Refusal

SOURCE = OneByOne("accounts", "/v1/organisations")


@strawberry.type(description="How an organisation is reached (联系方式).")
class OrganisationContact(Told):
    """Contact data."""

    address: str | None = described("Address (地址).")
    postcode: str | None = described("Postcode (邮政编码).")
    telephone: str | None = described("Telephone (联系电话).")
    email: str | None = described("E-mail (电子邮箱).")


@strawberry.type(description="Who is in charge at an organisation (专人负责, 一（三）3).")
class PersonInCharge(Told):
    """One of its managers."""

    uuid: strawberry.Private[UUID] = hidden("account_id")
    name: str = described("Name (姓名).")

    @strawberry.field(description="The account, as `nameThePersonInCharge` takes it.")
    def account_id(self) -> strawberry.ID:
        """The global id of the account."""
        return strawberry.ID(str(relay.GlobalID("Account", str(self.uuid))))


@strawberry.type(description="A name that an organisation had (曾用名).")
class FormerName(Told):
    """A name with its period."""

    name: str = described("The name.")
    since: date | None = described("From when; null where it had the name from the beginning.")
    until: date = described("The day of the renaming.")


@strawberry.type(description="What is read of an organisation by itself.")
class OrganisationWhole(Told):
    """The rest of an organisation."""

    contact: OrganisationContact = described("How it is reached.")
    person_in_charge: PersonInCharge | None = described("Who is in charge.")
    former_names: list[FormerName] = listed("The names it had, newest first.")
    available_actions: list[OrganisationAction] = listed("What the caller may do with it now.")


async def whole_of(info: Info, organisation: UUID) -> OrganisationWhole | None:
    """The rest of an organisation, read once for all fields that ask for it; None where the caller may not see it."""

    async def load(ids: list[UUID]) -> list[Any]:
        return await SOURCE.find(info.context, ids)

    def make() -> Loader[UUID, Any]:
        return Loader(load)

    found: Any = await _or_refusal(info.context.loader("organisation-whole", make), organisation)
    return None if found is None else OrganisationWhole.of(found)


async def _or_refusal(loader: Loader[UUID, Any], wanted: UUID) -> Any:
    try:
        found = await loader.load(wanted)
    except NotFound:
        return None
    if isinstance(found, Refusal) and not isinstance(found, NotFound):
        raise found
    return None if isinstance(found, NotFound) else found
