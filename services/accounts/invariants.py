"""What must hold of organisations and people, whatever happens to processes and networks."""

from collections.abc import Iterator
from pathlib import Path

from services.accounts.delegation.steps import STEPS as DELEGATION
from services.accounts.employment.steps import CHANGE_STEPS
from services.accounts.intake.steps import STEPS as INTAKE
from services.accounts.learning.steps import STEPS as LEARNING
from services.accounts.oauth.steps import STEPS as CLIENT
from services.accounts.organisation.steps import STEPS as ORGANISATION
from services.accounts.person.steps import PERSON_STEPS
from services.accounts.question_bank.steps import STEPS as QUESTION_BANK
from services.accounts.record.steps import STEPS as RECORD
from services.invariants.agreement import Side
from services.invariants.invariant import Guarded, Invariant, holds

PATH = """
select t.id, 'its path is not that of its superior and itself' from organisation t
left join organisation p on p.id = t.parent_id
where {slice} and t.lineage is distinct from coalesce(p.lineage, '{}') || t.id
"""
"""Of all organisations at once this says that there is no circle: along one, paths would grow without end."""

CLOSURE = """
select t.id, 'an organisation of its path is not in the closure' from {table} t
where {{slice}} and exists (
    select from unnest(t.lineage) above (id)
    where not exists (select from {table}_closure c where c.ancestor_id = above.id and c.descendant_id = t.id)
)
"""

BENEATH = """
select t.descendant_id, 'the closure says otherwise than its path' from {table}_closure t
left join {table} d on d.id = t.descendant_id
where {{slice}} and t.ancestor_id <> all(coalesce(d.lineage, '{{}}'))
"""
"""The closure is kept by ancestors and gone through by them: looking for each descendant would read all of it."""

PLACE = """
select t.id, 'its path is not that of its department or unit' from person t
join organisation o on o.id = coalesce(t.department_id, t.employer_id)
where {slice} and t.lineage is distinct from o.lineage
"""

EMPLOYMENT = """
select t.id, count(e.id) || ' present employments, ' || count(e.id) filter (where e.organisation_id = t.employer_id) || ' here'
from person t left join employment e on e.person_id = t.id and e.ended_on is null
where {slice} group by t.id, t.employer_id
having count(e.id) <> num_nonnulls(t.employer_id)
or count(e.id) <> count(e.id) filter (where e.organisation_id = t.employer_id)
"""

PEOPLE = Side("accounts", "person", "select t.id, t.account_id from person t where {slice}")
UNITS = Side("accounts", "organisation", "select t.id from organisation t where {slice}")


def _closure(table: str) -> Iterator[Invariant]:
    says = f"the closure holds every organisation of the path of each {table}"
    yield holds(f"{table}.closure", says, table, CLOSURE.format(table=table))
    says, closure = f"the closure has each {table} below organisations of its path only", f"{table}_closure"
    yield holds(f"{table}.beneath", says, closure, BENEATH.format(table=table), key="ancestor_id")


def guarded(_policies: Path, _province: str) -> Guarded:
    """The machines and invariants of the schema."""
    return Guarded(
        machines={
            "person": PERSON_STEPS,
            "employer_change": CHANGE_STEPS,
            "question_bank": QUESTION_BANK,
            "delegation": DELEGATION,
            "intake": INTAKE,
            "organisation": ORGANISATION,
            "test_attempt": LEARNING,
            "person_record": RECORD,
            "oauth_client": CLIENT,
        },
        invariants=(
            holds("organisation.path", "a path is the superior's, and itself", "organisation", PATH),
            *_closure("organisation"),
            holds("person.place", "a person's path is that of the department or unit", "person", PLACE),
            *_closure("person"),
            holds(
                "person.employment",
                "who has an employer has one present employment, with that employer",
                "person",
                EMPLOYMENT,
            ),
        ),
    )
