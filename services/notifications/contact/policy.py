"""`contact.yaml`: how many contacts one has, and what codes stand."""

from typing import ClassVar

from pydantic import Field

from services.kit.policy import PolicyFile


class ContactPolicy(PolicyFile):
    """contact.yaml."""

    used: ClassVar[frozenset[str]] = frozenset({"contacts", "legal_notices"})

    most_contacts: int = Field(ge=1)
    code_minutes: int = Field(ge=1)
    code_tries: int = Field(ge=1)
    codes_a_day: int = Field(ge=1)
    codes_apart_seconds: int = Field(ge=0)
