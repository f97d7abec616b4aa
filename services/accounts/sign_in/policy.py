"""How people sign in, as data: passwords, lockout, codes, tokens, sessions."""

from pydantic import Field

from services.kit.policy import Entry, PolicyFile


class PasswordRule(Entry):
    """What a password must be."""

    min_length: int = Field(ge=8)
    max_length: int
    min_classes: int = Field(ge=1, le=4)


class Lockout(Entry):
    """After how many wrong tries for how long."""

    after: int = Field(ge=1)
    minutes: int = Field(ge=1)


class ActivationRule(Entry):
    """How long a first sign-in code is good."""

    valid_days: int = Field(ge=1)


class SessionRule(Entry):
    """How long a session lives unused, and at most."""

    idle_hours: int = Field(ge=1)
    longest_days: int = Field(ge=1)


class SignInRules(PolicyFile):
    """sign_in.yaml."""

    article: str
    password: PasswordRule
    lockout: Lockout
    activation: ActivationRule
    access_token_minutes: int = Field(ge=1, le=60)
    session: SessionRule
