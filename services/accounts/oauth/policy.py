"""Third parties as data: scopes in words, lifetimes, who registers clients, and how an external issuer's people are found."""

from typing import Self

from pydantic import Field, model_validator

from services.accounts.contract import OrganisationKind, Role
from services.accounts.oauth.states import FirstFoundBy
from services.accounts.sign_in.policy import BackOff
from services.kit.policy import Entry, PolicyFile


class ScopeWords(Entry):
    """What someone reads before letting a client have a scope."""

    zh: str
    en: str


class LivesFor(Entry):
    """How long a session lives unused, and at most."""

    idle_hours: int = Field(ge=1)
    longest_days: int = Field(ge=1)


class ExternalRule(Entry):
    """How people of an external issuer are found, and who may still sign in here."""

    first_found_by: FirstFoundBy
    still_here: list[Role]
    leeway_seconds: int = Field(ge=0, le=300)


class OAuthRules(PolicyFile):
    """oauth.yaml."""

    article: str
    registered_by: list[OrganisationKind]
    scopes: dict[str, ScopeWords]
    of_people: list[str]
    code_seconds: int = Field(ge=10, le=600)
    access_token_minutes: int = Field(ge=1, le=60)
    id_token_minutes: int = Field(ge=1, le=60)
    client_session: LivesFor
    browser_session: LivesFor
    former_secret_hours: int = Field(ge=0)
    tries: BackOff
    external: ExternalRule

    @model_validator(mode="after")
    def _known(self) -> Self:
        if unknown := set(self.of_people) - set(self.scopes):
            raise ValueError(f"of_people names scopes that are not there: {', '.join(sorted(unknown))}")
        return self
