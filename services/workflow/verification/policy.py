"""How often certificates are verified, as data."""

from typing import Self

from pydantic import Field, model_validator

from services.kit.policy import Entry

DAY_SECONDS = 86_400


class Allowance(Entry):
    """So many times within so many seconds."""

    times: int = Field(ge=1)
    seconds: int = Field(ge=1)


class SystemRule(Entry):
    """What another system's client may verify: pairs in one call, and in a day."""

    pairs: int = Field(ge=1, le=1000)
    daily: int = Field(ge=1)

    @model_validator(mode="after")
    def _one_call_fits(self) -> Self:
        if self.daily < self.pairs:
            raise ValueError("a day holds at least one call")
        return self

    @property
    def of_day(self) -> Allowance:
        """How many pairs a day holds."""
        return Allowance(times=self.daily, seconds=DAY_SECONDS)


class VerificationRule(Entry):
    """How often anyone verifies from one network, how often one number is tried from it and from everywhere, and what systems may.

    `everywhere` is much larger than `number`: whoever tries a number too often is stopped long before those who only hold it.
    """

    network: Allowance
    number: Allowance
    everywhere: Allowance
    system: SystemRule
    cite: str

    @model_validator(mode="after")
    def _one_network_stops_nobody(self) -> Self:
        here, everywhere = self.number, self.everywhere
        if here.times * everywhere.seconds >= everywhere.times * here.seconds:
            raise ValueError("a number may be tried oftener from everywhere than from one network")
        return self
