"""What a unit, a person and a declaration consist of, table by table: what is copied many times."""

from collections.abc import Sequence

from bench.last_hour.copying import CODE, DIGEST, NOTHING, NUMBER, Part
from demo.scenes.opening import LEVEL

PLACES = "<places>"
"""How many posts of the level a unit has, and may recommend for."""


def _numbered(value: str) -> str:
    return f"{value}{NUMBER}"


def _coded(value: str) -> str:
    return value if value == NOTHING else CODE


def _with_places(posts: str) -> str:
    return posts.replace('"count": 1', f'"count": {PLACES}')


UNIT: Sequence[Part] = (
    Part("accounts.organisation", "id", {"name": _numbered, "uscc": _coded}),
    Part("accounts.organisation_closure", "descendant_id"),
    Part("quota.unit_card", "unit_id", {"name": _numbered}),
    Part("quota.annual_form", "unit_id"),
    Part("quota.annual_form_column", "form_id"),
    Part("quota.annual_form_note", "form_id"),
    Part("quota.ledger", "unit_id"),
    Part("workflow.recommendation_plan", "unit_id", {"posts": _with_places}),
    Part("workflow.ranked_list", "plan_id"),
)
"""A hospital with a department, its approved posts, its published plan and list."""

PERSON: Sequence[Part] = (
    Part("accounts.account", "id", {"login": lambda _: f"c{NUMBER}"}),
    Part("accounts.person", "account_id"),
    Part("accounts.person_document", "person_id", {"digest": lambda _: DIGEST}),
    Part("accounts.person_closure", "descendant_id"),
    Part("accounts.employment", "person_id"),
    Part("accounts.role_grant", "account_id"),
    Part("accounts.former_password", "account_id"),
    Part("accounts.person_record", "person_id"),
    Part("accounts.test_attempt", "person_id"),
)
"""Somebody who works there, with what is on record, and has passed the test."""

LISTED: Sequence[Part] = (
    *PERSON,
    Part("workflow.registration", "person_id"),
    Part("workflow.ranked_person", "registration_id"),
)
"""Who is on the unit's list, and may be recommended."""

DECLARED: Sequence[Part] = (
    *LISTED,
    Part("workflow.recommendation", "person_id"),
    Part("workflow.recommendation_verdict", "recommendation_id"),
    Part("workflow.publicity", "subject_id"),
    Part("workflow.publicity_end", "publicity_id"),
    Part("quota.reservation", "recommendation_id"),
    Part("workflow.declaration", "person_id", {"number": lambda _: f"L{NUMBER}"}),
    Part("workflow.declaration_round", "declaration_id"),
    Part("workflow.declaration_fact", "declaration_id"),
    Part("workflow.material", "declaration_id"),
    Part("workflow.material_opening", "declaration_id"),
    Part("workflow.material_verdict", "declaration_id"),
)
"""Who was recommended and declares, with materials and what reviewers found of them."""

GIVE_PLACES = f"""
update quota.annual_form_column set approved = $2::int + employed + qualified_not_employed
where level = '{LEVEL}' and form_id in (select id from quota.annual_form where unit_id = any($1))
"""  # noqa: S608 - our own words
