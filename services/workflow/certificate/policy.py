"""What the notice says about filing, and the province's own rules for certificates, as data."""

import re
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field, field_validator, model_validator

from services.accounts.contract import OrganisationLevel, TitleLimit
from services.kit.errors import Basis
from services.kit.policy import Entry, PolicyFile
from services.quota.contract import PostPool, TitleLevel
from services.workflow.certificate.errors import DocumentNumberInvalid
from services.workflow.certificate.number import Line, is_well_formed
from services.workflow.correction.states import CorrectableField
from services.workflow.credential.policy import CredentialRule
from services.workflow.verification.policy import VerificationRule


class Jurisdiction(Entry):
    """Which level of HRSS files which titles (职称管理权限)."""

    cite: str
    levels: dict[TitleLevel, OrganisationLevel]

    @field_validator("levels")
    @classmethod
    def _complete(cls, levels: dict[TitleLevel, OrganisationLevel]) -> dict[TitleLevel, OrganisationLevel]:
        if missing := set(TitleLevel) - set(levels):
            raise ValueError(f"levels without an HRSS: {', '.join(sorted(missing))}")
        return levels


class DocumentNumber(Entry):
    """What the number of a formal document looks like."""

    pattern: str
    example: str
    cite: str

    @model_validator(mode="after")
    def _example_fits(self) -> "DocumentNumber":
        if not self.fits(self.example):
            raise ValueError("the example does not fit the pattern")
        return self

    def fits(self, told: str) -> bool:
        """Whether `told` can be a document number."""
        return re.fullmatch(self.pattern, told) is not None

    def require(self, told: str, basis: Sequence[Basis]) -> None:
        """Refuse what cannot be one.

        Raises:
            DocumentNumberInvalid: it does not look like the number of a document.
        """
        if not self.fits(told):
            raise DocumentNumberInvalid(
                given=told, example=self.example, field="document_number", basis=basis
            )


class NumberRule(Entry):
    """How certificate numbers are put together."""

    cite: str
    prefix: str = Field(pattern=r"^[0-9]{2}$")
    sequence_digits: int = Field(ge=3, le=9)
    series_digits: int = Field(ge=1, le=4)
    levels: dict[TitleLevel, str]
    series: dict[str, str]

    @model_validator(mode="after")
    def _codes_are_distinct(self) -> "NumberRule":
        for codes, width in ((self.levels, 1), (self.series, self.series_digits)):
            told = list(codes.values())
            if len(set(told)) < len(told) or any(
                not re.fullmatch(f"[0-9]{{{width}}}", code) for code in told
            ):
                raise ValueError(f"codes are distinct and have {width} digits")
        return self

    def line(self, year: int, series: str, level: str) -> Line:
        """What the running number of such a certificate counts."""
        return Line(self.prefix, year, self.series[series], self.levels[TitleLevel(level)])

    def gives(self, number: str, since: int) -> bool:
        """Whether a number, in its one form, is of the shape that is given here to certificates of `since` or later."""
        shape = rf"{self.prefix}(\d{{4}})\d{{{self.series_digits + 1 + self.sequence_digits}}}[0-9X]"
        found = re.fullmatch(shape, number, re.ASCII)
        return found is not None and int(found[1]) >= since and is_well_formed(number)


class LimitRule(Entry):
    """What a certificate says of where alone it is valid, by the pool of posts it was declared for."""

    code: TitleLimit
    pool: PostPool
    text: str
    cite: str

    def told(self) -> dict[str, str]:
        """As the certificate bears it."""
        return {"code": self.code, "text": self.text, "cite": self.cite}


class CorrectionRule(Entry):
    """What of a certificate may be corrected; of an imported one whatever its row told wrongly."""

    fields: tuple[CorrectableField, ...]
    imported: tuple[CorrectableField, ...]
    cite: str


class CertificatePolicy(PolicyFile):
    """`certificate.yaml` of one year."""

    used: ClassVar[frozenset[str]] = frozenset(
        {
            "result_filing",
            "result_unpublicised",
            "certificate_data",
            "certificate_corrected",
            "certificate_void",
        }
    )

    jurisdiction: Jurisdiction
    document: DocumentNumber
    number: NumberRule
    limits: tuple[LimitRule, ...]
    credential: CredentialRule
    verification: VerificationRule
    corrections: CorrectionRule

    @field_validator("limits")
    @classmethod
    def _targeted_is_limited(cls, limits: tuple[LimitRule, ...]) -> tuple[LimitRule, ...]:
        if not any(each.pool is PostPool.TARGETED for each in limits):
            raise ValueError("say where a title from targeted posts is valid (一（四）1)")
        return limits

    def limits_of(self, pool: str) -> list[dict[str, str]]:
        """What narrows the use of a title that was declared for posts of `pool`."""
        return [each.told() for each in self.limits if each.pool == pool]
