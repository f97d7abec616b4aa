"""Which roles an organisation of each kind may have, who may be offered one, which are delegated; as data."""

from pydantic import Field

from services.accounts.contract import OrganisationKind, Role
from services.kit.policy import Entry, PolicyFile


class DelegationRule(Entry):
    """Which roles may be handed to a colleague, and for how many days at most."""

    article: str
    roles: list[Role]
    longest_days: int = Field(ge=1, le=366)


class RoleRules(PolicyFile):
    """roles.yaml."""

    possible: dict[OrganisationKind, list[Role]]
    offered: list[Role]
    delegation: DelegationRule
