"""What an organisation must tell of itself, by its kind: nature, line of work, unified social credit code.

The code (GB 32100) is what makes an organisation the same one when it comes again, so every legal person gives one.
Two kinds differ, and the policy says so: an internal department is no legal person and has none; an HRSS title
department may leave it out, because its region identifies it (there is one in each).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError

from services.accounts.contract import OrganisationKind
from services.accounts.organisation.errors import OrganisationMalformed
from services.accounts.organisation.policy import Need, OrganisationRules
from services.accounts.organisation.rules import Creator, Proposal
from services.kit.errors import Basis, Finding

LENGTH = 18
FIRST_AS_DIGIT = "9"


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks what is told against the policy's rows."""

    rules: OrganisationRules
    articles: Mapping[str, Basis]

    def completed(self, proposal: Proposal) -> Proposal:
        """The proposal with its kind's usual nature where none is told."""
        return replace(proposal, nature=proposal.nature or self.rules.kinds[proposal.kind].default_nature)

    def findings(self, proposal: Proposal, uscc: str | None, creator: Creator) -> list[Finding]:
        """All that does not fit, one finding for each field."""
        return [*self._nature(proposal), *self._industry(proposal, creator), *self._uscc(proposal.kind, uscc)]

    def _nature(self, proposal: Proposal) -> Iterator[Finding]:
        kind = self.rules.kinds[proposal.kind]
        if proposal.nature in kind.natures or (proposal.nature is None and not kind.natures):
            return
        allowed = "、".join(kind.natures) or "-"
        zh = f"{kind.zh}的性质应为：{allowed}"
        yield Finding(
            "NATURE_DOES_NOT_FIT",
            zh,
            f"The nature of an {kind.en} is one of: {allowed}.",
            "nature",
            self._at("kinds"),
        )

    def _industry(self, proposal: Proposal, creator: Creator) -> Iterator[Finding]:
        kind, special = self.rules.kinds[proposal.kind], self.rules.special_for(proposal.nature)
        need = special.industry if special and special.industry else kind.industry
        if proposal.industry is None:
            if need is Need.REQUIRED:
                zh, en = f"{kind.zh}应填写所属行业", f"An {kind.en} tells its industry."
                yield Finding("INDUSTRY_MISSING", zh, en, "industry", self._at("kinds"))
            return
        known = self.rules.industries.get(proposal.industry)
        if known is None or proposal.kind not in known.kinds or need is Need.FORBIDDEN:
            codes = "、".join(
                code for code, each in self.rules.industries.items() if proposal.kind in each.kinds
            )
            zh, en = (
                f"{kind.zh}的行业应为：{codes or '-'}",
                f"The industry of an {kind.en} is one of: {codes or '-'}.",
            )
            yield Finding("INDUSTRY_DOES_NOT_FIT", zh, en, "industry", self._at("kinds"))
        elif (above := known.only_under) and (creator.kind, creator.level) != (above.kind, above.level):
            zh, en = (
                f"{known.zh}只设在省级人力资源社会保障部门",
                f"{known.en} is a division of the provincial HRSS only.",
            )
            yield Finding("INDUSTRY_ELSEWHERE", zh, en, "industry", self._at("private_technical_schools"))

    def _uscc(self, kind: OrganisationKind, uscc: str | None) -> Iterator[Finding]:
        rule = self.rules.kinds[kind]
        if uscc is None:
            if rule.uscc is Need.REQUIRED:
                zh, en = (
                    f"{rule.zh}应填写统一社会信用代码",
                    f"An {rule.en} gives its unified social credit code.",
                )
                yield Finding("USCC_MISSING", zh, en, "uscc", self._at("uscc"))
        elif rule.uscc is Need.FORBIDDEN:
            zh, en = f"{rule.zh}没有统一社会信用代码", f"An {rule.en} has no unified social credit code."
            yield Finding("USCC_FORBIDDEN", zh, en, "uscc", self._at("departments"))
        elif not uscc_is_right(uscc):
            zh, en = (
                "统一社会信用代码应为18位且校验码正确",
                "The unified social credit code has 18 characters, the last a check.",
            )
            yield Finding("USCC_WRONG", zh, en, "uscc", self._at("uscc"))

    def _at(self, article: str) -> tuple[Basis, ...]:
        return (self.articles[article],)


def malformed(findings: Sequence[Finding]) -> OrganisationMalformed:
    """The refusal that tells all findings at once."""
    return OrganisationMalformed(
        field=findings[0].field,
        findings=findings,
        basis=list(dict.fromkeys(basis for found in findings for basis in found.basis)),
        reasons_zh="；".join(found.zh for found in findings),
        reasons_en=" ".join(found.en for found in findings),
    )


def compact_uscc(uscc: str | None) -> str | None:
    """The code without blanks and in capitals; None for an empty one."""
    return stdnum_uscc.compact(uscc) or None if uscc else None


def uscc_is_right(uscc: str) -> bool:
    """Whether form and check character are right.

    The library takes digits only in the first place, yet the standard lets registering authorities be letters
    (N for agriculture, Y for others): so a letter there is checked by its check character and the rest by the library.
    """
    if len(uscc) != LENGTH:
        return False
    try:
        if stdnum_uscc.calc_check_digit(uscc[:-1]) != uscc[-1]:
            return False
        rest = FIRST_AS_DIGIT + uscc[1:-1]
        stdnum_uscc.validate(rest + stdnum_uscc.calc_check_digit(rest))
    except (ValidationError, ValueError):
        return False
    return True


def single_key(rules: OrganisationRules, proposal: Proposal) -> str | None:
    """What two organisations of a kind of which a region has one share; None for other kinds."""
    return f"{proposal.kind}/{proposal.region.code}" if rules.kinds[proposal.kind].single else None
