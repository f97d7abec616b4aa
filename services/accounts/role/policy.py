"""Which roles an organisation of each kind may have, as data."""

from services.accounts.contract import OrganisationKind, Role
from services.kit.policy import PolicyFile


class RoleRules(PolicyFile):
    """roles.yaml."""

    possible: dict[OrganisationKind, list[Role]]
