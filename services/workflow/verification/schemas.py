"""Shapes of verification for other systems on the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.workflow.certificate.schemas import VerificationOut

Number = Annotated[str, Field(max_length=64)]
Name = Annotated[str, Field(max_length=120)]


class Pair(BaseModel):
    """The number of a certificate, and the name of its holder."""

    model_config = ConfigDict(extra="forbid")

    number: Number
    name: Name


class PairsIn(BaseModel):
    """Certificates to verify."""

    model_config = ConfigDict(extra="forbid")

    pairs: Annotated[list[Pair], Field(min_length=1)]


class VerificationsOut(BaseModel):
    """The answer to each pair, in the order asked."""

    items: list[VerificationOut]
