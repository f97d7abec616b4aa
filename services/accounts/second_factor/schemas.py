"""Shapes of the second factor over HTTP."""

from pydantic import BaseModel, Field

from services.accounts.sign_in.schemas import Asked, Secret


class SecondFactorOut(BaseModel):
    """Whether the caller has a second factor, whether a role held needs it, and how many recovery codes are left."""

    enrolled: bool
    required: bool
    recovery_codes_left: int


class EnrolIn(Asked):
    """The password, and where a second factor is to be replaced a code of the present one."""

    password: Secret
    code: str | None = Field(None, min_length=1, max_length=40)


class CodeIn(Asked):
    """A one-time password, or a recovery code."""

    code: str = Field(min_length=1, max_length=40)


class RecoveryCodesOut(BaseModel):
    """Codes for the day the device is lost, each good once; they are told this once."""

    recovery_codes: list[str]
