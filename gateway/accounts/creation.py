"""Who may create an organisation, asked before anyone tries (附件3); a front end draws its form from the answer."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from gateway.accounts.industry import Industry
from gateway.accounts.organisation_words import FieldNeed
from gateway.context import Info
from gateway.refusals import Basis, camel
from gateway.told import Told, body_of
from gateway.words import described, listed, optional, optional_id_of
from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature


@strawberry.type(description="A kind of organisation that may create another.")
class Creator(Told):
    """Who may create what was asked about."""

    kind: OrganisationKind = described("Its kind.")
    level: OrganisationLevel | None = described("Its level.")
    industry: str | None = described("Its industry, for authorities.")
    region_code: str | None = described("Its region (行政区划代码).")
    region_name: str | None = described("Name of its region (行政区划名称).")
    summary: str = described("Who that is, in words.")


@strawberry.type(description="Why a creation would be refused, in the words it would be refused with.")
class CreationRefusal(Told):
    """A refusal told beforehand."""

    code: str = described("Its stable name.")
    message: str = described("Why.")
    field: str | None = described("The input field concerned.")

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """The refusal, its field as the input of this schema spells it."""
        return super().of({**record, "field": camel(record.get("field"))})


@strawberry.type(description="A field of the form with which an organisation is created.")
class CreationField(Told):
    """A field."""

    name: str = described("The field of `createOrganisation`.")
    need: FieldNeed = described("Whether it has to be filled in.")

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """The field as the input of this schema spells it."""
        return super().of({**record, "name": camel(record["name"])})


@strawberry.type(description="A sort of organisation that the creator asked about may create.")
class Creatable(Told):
    """What may be created."""

    kind: OrganisationKind = described("Its kind.")
    level: OrganisationLevel = described("Its level.")
    nature: OrganisationNature | None = described("Its nature; null for those that have none.")
    region_codes: list[str] = listed("Where (行政区划代码).")
    industries: list[Industry] = listed("The industries it may have (所属行业).")
    fields: list[CreationField] = listed("What its form asks for.")
    basis: list[Basis] = listed("The articles that allow it.")


@strawberry.type(description="Who may create an organisation, told before anyone tries (附件3).")
class CreationExplained(Told):
    """What the rules say."""

    allowed: bool = described("Whether the creator asked about may.")
    refusal: CreationRefusal | None = described("Why the creator asked about may not.")
    who_may: list[Creator] = listed("Who may.")
    basis: list[Basis] = listed("The articles that say so.")
    creatable: list[Creatable] = listed("All that the creator asked about may create.")


@strawberry.input(description="An organisation that somebody thinks of creating.")
class ExplainCreationInput:
    """Ask who may create; with `creator_id` alone, what that one may create."""

    name: str | None = optional("Full name (机构名称).")
    kind: OrganisationKind | None = optional("Kind (机构类别).")
    level: OrganisationLevel | None = optional("Level (层级).")
    nature: OrganisationNature | None = optional("What it is by law (单位性质).")
    industry: str | None = optional("Industry of an authority (所属行业).")
    region_code: str | None = optional("Region (行政区划代码).")
    uscc: str | None = optional("Unified social credit code (统一社会信用代码).")

    creator_id: strawberry.ID | None = optional_id_of("Organisation", "Whether this one may.")


@strawberry.type
class CreationQuery:
    """What may be created."""

    @strawberry.field(description="Who may create such an organisation, and on which article (附件3).")
    async def explain_creation(
        self, info: Info, input: Annotated[ExplainCreationInput, strawberry.argument(description="What.")]
    ) -> CreationExplained | None:
        """Ask before acting."""
        return CreationExplained.of(
            await info.context.accounts.ask("/v1/organisations/explain-creation", body_of(input))
        )
