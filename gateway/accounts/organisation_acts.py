"""Acts on organisations that exist: their direct superior's, and what they keep right about themselves."""

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import body_of
from gateway.words import described, id_of, optional


@strawberry.input
class OrganisationActInput(Act):
    """What every change of an organisation takes."""

    id: strawberry.ID = id_of("Organisation", "The organisation.")
    reason: str = described("Why (事由); kept in its history.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(
    description="Another name for an organisation directly below one that the caller manages (更名)."
)
class RenameOrganisationInput(OrganisationActInput):
    """Rename it."""

    name: str = described("The new name (机构名称).")


@strawberry.input(
    description="Another superior for it (划转), by who is above both; judged as if that one created it (附件3)."
)
class MoveOrganisationInput(OrganisationActInput):
    """Move it."""

    superior_id: strawberry.ID = id_of("Organisation", "The new superior (上级机构).")


@strawberry.input(description="The organisation of its kind, below the same superior, to go into (合并).")
class MergeOrganisationInput(OrganisationActInput):
    """Merge it."""

    into_id: strawberry.ID = id_of("Organisation", "The organisation that takes everything over.")


@strawberry.input(description="An organisation to close (停用); nothing live may be below it.")
class CloseOrganisationInput(OrganisationActInput):
    """Close it."""


@strawberry.input(description="A closed organisation to take into use again (恢复使用).")
class ReopenOrganisationInput(OrganisationActInput):
    """Reopen it."""


@strawberry.input(description="How an organisation is reached; what is left out is left empty.")
class UpdateOrganisationContactInput(Act):
    """Write down its contact."""

    id: strawberry.ID = id_of("Organisation", "The organisation, or one directly below the caller's.")
    address: str | None = optional("Address (地址).")
    postcode: str | None = optional("Postcode (邮政编码), six digits.")
    telephone: str | None = optional("Telephone (联系电话).")
    email: str | None = optional("E-mail (电子邮箱).")


@strawberry.input(description="The manager who is in charge at an organisation (专人负责, 一（三）3).")
class NameThePersonInChargeInput(Act):
    """Name the person in charge."""

    id: strawberry.ID = id_of("Organisation", "The organisation, or one directly below the caller's.")
    account_id: strawberry.ID = id_of("Account", "An account that holds ORGANISATION_MANAGER there.")


@strawberry.type(description="What came of an act on an organisation.")
class OrganisationPayload(Payload):
    """The organisation."""

    organisation: Organisation | None = optional("The organisation as it is now.")


@strawberry.type
class OrganisationActMutation:
    """Acts on organisations that exist."""

    @mutation("Give an organisation another name; the former one stays searchable.")
    async def rename_organisation(
        self, info: Info, input: RenameOrganisationInput
    ) -> OrganisationPayload | None:
        """Rename it."""
        return await _act(info, "RENAME", input)

    @mutation("Put an organisation, with all below it, below another superior.")
    async def move_organisation(self, info: Info, input: MoveOrganisationInput) -> OrganisationPayload | None:
        """Move it."""
        return await _act(info, "MOVE", input)

    @mutation("Let an organisation go into another one of its kind, with organisations, people and seats.")
    async def merge_organisation(
        self, info: Info, input: MergeOrganisationInput
    ) -> OrganisationPayload | None:
        """Merge it."""
        return await _act(info, "MERGE", input)

    @mutation("Close an organisation that has nothing live below it.")
    async def close_organisation(
        self, info: Info, input: CloseOrganisationInput
    ) -> OrganisationPayload | None:
        """Close it."""
        return await _act(info, "CLOSE", input)

    @mutation("Take a closed organisation into use again.")
    async def reopen_organisation(
        self, info: Info, input: ReopenOrganisationInput
    ) -> OrganisationPayload | None:
        """Reopen it."""
        return await _act(info, "REOPEN", input)

    @mutation("Write down how an organisation is reached.")
    async def update_organisation_contact(
        self, info: Info, input: UpdateOrganisationContactInput
    ) -> OrganisationPayload | None:
        """Write it down."""
        return await _write(info, "PUT", "contact", input)

    @mutation("Name the manager who is in charge at an organisation.")
    async def name_the_person_in_charge(
        self, info: Info, input: NameThePersonInChargeInput
    ) -> OrganisationPayload | None:
        """Name the person."""
        return await _write(info, "PUT", "person-in-charge", input)


async def _act(info: Info, action: str, given: OrganisationActInput) -> OrganisationPayload:
    return await _write(info, "POST", f"actions/{action}", given)


async def _write(
    info: Info,
    method: str,
    what: str,
    given: OrganisationActInput | UpdateOrganisationContactInput | NameThePersonInChargeInput,
) -> OrganisationPayload:
    thing = uuid_of(given.id, "Organisation")
    done = await info.context.accounts.write(
        method, f"/v1/organisations/{thing}/{what}", body_of(given, "id")
    )
    return OrganisationPayload(organisation=Organisation.of(done.record), basis=Basis.each(done.basis))
