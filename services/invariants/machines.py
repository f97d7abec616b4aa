"""What must hold of everything with states: it stands where its history ends, and its history follows its table of steps.

Both come from the table itself. A step that a release takes out of a table is still in the history of what took it, and would be
named here: such a step stays in the table, with a rule that lets nobody take it any more.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from services.invariants.invariant import Invariant, by_sql, holds
from services.kit.steps import Branch, Step

STANDS = """
select t.id, t.state || ' in the row, ' || coalesce(h.after, 'nothing') || ' in the history' from {table} t
left join lateral (
    select after from history where subject_id = t.id and subject_kind = '{table}' order by seq desc limit 1
) h on true
where {{slice}} and t.state is distinct from h.after
"""

CONNECTED = """
select id, coalesce(before, 'a beginning') || ' comes after ' || coalesce(former, 'nothing') from (
    select t.id, h.before, lag(h.after) over (partition by t.id order by h.seq) as former
    from {table} t join history h on h.subject_id = t.id and h.subject_kind = '{table}' where {{slice}}
) told where before is distinct from former
"""

STEPPED = """
select t.id, h.before || ' - ' || h.action || ' -> ' || h.after
from {table} t join history h on h.subject_id = t.id and h.subject_kind = '{table}'
where {{slice}} and h.before is not null and not exists (
    select from unnest(cast(:befores as text[]), cast(:actions as text[]), cast(:afters as text[])) s (before, action, after)
    where s.before = h.before and s.action = h.action and s.after = h.after
)
"""

Steps = Mapping[tuple[StrEnum, StrEnum], Step[Any]]


def of_machine(table: str, steps: Steps) -> Iterator[Invariant]:
    """What must hold of the rows of one table with states."""
    yield holds(
        f"{table}.state", "the state is the one that the history ends with", table, STANDS.format(table=table)
    )
    yield holds(
        f"{table}.history",
        "every step of the history begins where the one before it ended",
        table,
        CONNECTED.format(table=table),
    )
    befores, actions, afters = map(list, zip(*ways(steps), strict=True))
    known = by_sql(STEPPED.format(table=table), befores=befores, actions=actions, afters=afters)
    yield Invariant(f"{table}.steps", "every step of the history is one of the table of steps", table, known)


def ways(steps: Steps) -> Iterator[tuple[str, str, str]]:
    """Every (state, action, state after) that a table of steps knows."""
    for (before, action), step in steps.items():
        for after in step.to.options if isinstance(step.to, Branch) else (step.to,):
            yield str(before), str(action), str(after)


def reached_from(steps: Steps, *begin: str) -> tuple[str, ...]:
    """The states that can be reached from some, these included."""
    found = set(begin)
    while more := {after for before, _, after in ways(steps) if before in found} - found:
        found |= more
    return tuple(sorted(found))
