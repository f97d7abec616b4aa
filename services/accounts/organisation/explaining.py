"""What an explanation of a creation looks like over HTTP."""

from collections.abc import Mapping, Sequence

from services.accounts.organisation.options import Option
from services.accounts.organisation.policy import Industry
from services.accounts.organisation.rules import Verdict, WhoMay
from services.accounts.organisation.schemas import (
    CreatableOut,
    ExplanationOut,
    FieldOut,
    IndustryOut,
    ReasonOut,
    WhoMayOut,
)
from services.kit.errors import Basis, Language
from services.kit.http import BasisOut


def explanation(
    verdict: Verdict,
    possible: Sequence[Option],
    allowed: bool,
    articles: Mapping[str, Basis],
    language: Language,
) -> ExplanationOut:
    """A verdict, and what else a creator may create, in the language asked for."""
    refusal = verdict.refusal
    reason = (
        ReasonOut(code=refusal.code, message=refusal.message(language), field=refusal.field)
        if refusal
        else None
    )
    return ExplanationOut(
        allowed=allowed,
        refusal=reason,
        who_may=[_who(who, language) for who in verdict.who_may],
        basis=[BasisOut(cite=b.cite, summary=b.summary) for b in verdict.basis],
        creatable=[_creatable(each, articles) for each in possible],
    )


def industries_of(industries: Mapping[str, Industry]) -> list[IndustryOut]:
    """Lines of work with their names."""
    return [IndustryOut(code=code, zh=each.zh, en=each.en) for code, each in industries.items()]


def _who(who: WhoMay, language: Language) -> WhoMayOut:
    return WhoMayOut(
        kind=who.kind,
        level=who.level,
        industry=who.industry,
        region_code=who.region.code if who.region else None,
        region_name=who.region.name if who.region else None,
        summary=who.summary(language),
    )


def _creatable(option: Option, articles: Mapping[str, Basis]) -> CreatableOut:
    basis = [articles[key] for key in option.articles]
    return CreatableOut(
        kind=option.kind,
        level=option.level,
        nature=option.nature,
        region_codes=[region.code for region in option.regions],
        industries=industries_of(option.industries),
        fields=[FieldOut(name=name, need=need) for name, need in option.fields.items()],
        basis=[BasisOut(cite=b.cite, summary=b.summary) for b in basis],
    )
