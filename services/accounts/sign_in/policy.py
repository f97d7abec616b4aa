"""How people sign in, as data: passwords, second factor, back-off, codes, tokens, sessions, history."""

from typing import Self

from pydantic import Field, model_validator

from services.accounts.contract import Role
from services.kit.policy import Entry, PolicyFile


class PasswordRule(Entry):
    """What a password must be; none of the last `former` is taken again, the present one included, and it holds no `words`."""

    min_length: int = Field(ge=8)
    max_length: int
    min_classes: int = Field(ge=1, le=4)
    former: int = Field(ge=0, le=20)
    words: list[str] = Field(default_factory=list)


class BackOff(Entry):
    """From the `after`th wrong try on each waits: `first_seconds`, doubling, never more than `longest_minutes`."""

    after: int = Field(ge=1)
    first_seconds: int = Field(ge=1)
    longest_minutes: int = Field(ge=1)
    forget_minutes: int = Field(ge=1)

    @model_validator(mode="after")
    def _is_forgotten_last(self) -> Self:
        if self.forget_minutes < self.longest_minutes:
            raise ValueError("tries are not forgotten before the longest wait is over")
        return self


class Lockout(Entry):
    """Wrong tries are counted three ways.

    `pair` is a name from one network, `name` a name from everywhere, `network` one network at every name; right tries do
    not count. From a network where a name was used rightly within `usual_days` only `pair` counts: nobody elsewhere can
    lock its owner out.
    """

    pair: BackOff
    name: BackOff
    network: BackOff
    usual_days: int = Field(ge=1)


class SecondFactorRule(Entry):
    """Whose sign-in needs a one-time password, and how it works (RFC 6238)."""

    article: str
    roles: list[Role]
    issuer: str
    window_steps: int = Field(ge=0, le=2)
    challenge_minutes: int = Field(ge=1, le=30)
    recovery_codes: int = Field(ge=1, le=20)
    tries: BackOff


class ActivationRule(Entry):
    """How long a first sign-in code is good."""

    valid_days: int = Field(ge=1)


class SessionRule(Entry):
    """How long a session lives unused, and at most; how long two refreshes with one token count as one."""

    idle_hours: int = Field(ge=1)
    longest_days: int = Field(ge=1)
    grace_seconds: int = Field(ge=0, le=60)


class HistoryRule(Entry):
    """How long sign-ins and ended sessions are kept."""

    article: str
    keep_days: int = Field(ge=1)


class SignInRules(PolicyFile):
    """sign_in.yaml."""

    article: str
    password: PasswordRule
    second_factor: SecondFactorRule
    lockout: Lockout
    activation: ActivationRule
    access_token_minutes: int = Field(ge=1, le=60)
    session: SessionRule
    history: HistoryRule
