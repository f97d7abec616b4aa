"""The terms that cells of an import may hold, and the fields of a creation as its own model takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.accounts.contract import (
    ContractKind,
    DocumentKind,
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
    PersonKind,
)
from services.accounts.intake.states import Kind
from services.accounts.person.states import RestsOn
from services.accounts.policy import Policy
from services.spreadsheet.columns import Terms, terms_by

NESTED = ("manager_", "document_", "contract_", "aid_")
OPEN_TERMS = ("region_code", "industry")
"""Fields of which a creation itself refuses what is no term."""


def terms_of(policy: Policy, kind: Kind) -> Terms:
    """The terms of the columns: official words, the policy's names, identifiers."""
    rules = policy.organisations
    if kind is Kind.PEOPLE:
        people: dict[str, str] = {each: rule.zh for each, rule in policy.people.kinds.items()}
        return {
            "kind": terms_by(PersonKind, people),
            "rests_on": terms_by(RestsOn),
            "document_kind": terms_by(DocumentKind),
            "contract_kind": terms_by(ContractKind),
        }
    regions = {region.code: code for code, region in policy.regions.items()}
    return {
        "kind": terms_by(OrganisationKind, {each: rule.zh for each, rule in rules.kinds.items()}),
        "level": terms_by(OrganisationLevel, {each: label.zh for each, label in rules.levels.items()}),
        "nature": terms_by(OrganisationNature, {each: label.zh for each, label in rules.natures.items()}),
        "industry": {term: code for code, each in rules.industries.items() for term in (each.zh, code)},
        "region_code": regions | _unambiguous(policy),
    }


def _unambiguous(policy: Policy) -> dict[str, str]:
    """Regions by name, where one only is called so."""
    names = [region.name for region in policy.regions.values()]
    return {r.name: code for code, r in policy.regions.items() if names.count(r.name) == 1}


def nested(values: Mapping[str, str], leaving: Sequence[str] = ()) -> dict[str, Any]:
    """The values as a creation's own model takes them: `manager_name` is the `name` of its `manager`."""
    told: dict[str, Any] = {}
    for field, value in values.items():
        prefix = next((each for each in NESTED if field.startswith(each)), None)
        if prefix is not None:
            told.setdefault(prefix[:-1], {})[field.removeprefix(prefix)] = value
        elif field not in leaving:
            told[field] = value
    return told
