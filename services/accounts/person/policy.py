"""Where people of each kind get their account, as data (附件3 四)."""

from services.accounts.contract import OrganisationNature, PersonKind
from services.accounts.organisation.policy import Label, Place
from services.kit.policy import PolicyFile


class PersonRule(Label):
    """Where people of a kind get their account."""

    natures: list[OrganisationNature]
    creator: Place | None = None
    article: str


class PeopleRules(PolicyFile):
    """people.yaml."""

    kinds: dict[PersonKind, PersonRule]
    county_rests_on: dict[str, str]
