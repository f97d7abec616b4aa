"""Shapes of accounts, tokens and first sign-in codes over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from services.accounts.authorization import Act, Far
from services.accounts.contract import Role
from services.accounts.person.resident_id import looks_like_one
from services.accounts.second_factor.states import Kind
from services.accounts.sign_in.activation import Code
from services.kit.auth import Actor


def _not_an_identity(login: str) -> str:
    if looks_like_one(login):
        raise ValueError("a sign-in name is not a resident id")
    return login


def _text(secret: SecretStr) -> SecretStr:
    """Half of a character that takes two (a lone surrogate) is JSON, and no text that could be hashed."""
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half a character") from None
    return secret


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Login = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{2,59}$"),
    AfterValidator(_not_an_identity),
]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=256), AfterValidator(_text)]


class Asked(BaseModel):
    """Base of request bodies: a field that is not known is refused, so that a typo does not pass for silence."""

    model_config = ConfigDict(extra="forbid")


class HeldRole(BaseModel):
    """A role at an organisation."""

    role: Role
    organisation_id: UUID
    organisation_name: str


class AccountOut(BaseModel):
    """Someone who can sign in, with the roles held."""

    id: UUID
    login: str
    name: str
    person_id: UUID | None
    roles: list[HeldRole]


class PermissionOut(BaseModel):
    """What the caller's token lets him or her do, by which role where, and how far from there."""

    act: Act
    organisation_id: UUID
    far: Far
    role: Role


class MeOut(AccountOut):
    """The caller's account; for front ends, what the token at hand allows."""

    permissions: list[PermissionOut]


class ActivationOut(BaseModel):
    """The code with which the account's owner sets a password; it is told this once."""

    login: str
    code: str
    expires_at: datetime

    @classmethod
    def told(cls, code: Code, actor: Actor) -> "ActivationOut | None":
        """A code as whoever opened the account is told it; a client is not: whoever has a code sets the password."""
        return cls.model_validate(code, from_attributes=True) if actor.scope is None else None


class AccountCreatedOut(BaseModel):
    """A new account and its code."""

    account: AccountOut
    activation: ActivationOut


class ActivateIn(Asked):
    """The code, and the password chosen."""

    login: str = Field(max_length=60)
    code: str = Field(max_length=40)
    password: Secret


class SignInIn(Asked):
    """A sign-in name and its password."""

    login: str = Field(max_length=60)
    password: Secret


class RefreshIn(Asked):
    """The refresh token of a session."""

    refresh_token: str = Field(max_length=200)


class SessionOut(BaseModel):
    """Tokens of a session; `expires_in` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    account: AccountOut
    withheld: list[Role] = Field([], description="held, but not carried until a second factor was given")


class SignedInOut(SessionOut):
    """Tokens of a session whose second factor was enrolled just now: its recovery codes are told this once."""

    recovery_codes: list[str] = []


class EnrolmentOut(BaseModel):
    """What an authenticator app is told: by hand, as a link, or as a picture (an SVG in a data URI)."""

    secret: str
    uri: str
    qr: str


class ChallengeOut(BaseModel):
    """The password was right, and a code is asked for; with `ENROL` an app is set up first."""

    challenge_token: str = Field(validation_alias="token")
    kind: Kind
    expires_in: int
    enrolment: EnrolmentOut | None = None


class AnswerIn(Asked):
    """The answer to a challenge: a one-time password, or a recovery code."""

    challenge_token: str = Field(max_length=200)
    code: str = Field(min_length=1, max_length=40)


class PasswordIn(Asked):
    """The present password, and the one to be."""

    old_password: Secret
    password: Secret


class ServiceTokenOut(BaseModel):
    """A service's own token."""

    access_token: str
    expires_in: int


class Jwks(BaseModel):
    """The public keys that verify tokens (RFC 7517)."""

    keys: list[dict[str, str]]
