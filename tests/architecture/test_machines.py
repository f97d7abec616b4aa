"""Every table of steps is whole: each state is reached from where things begin, and none is a trap."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from importlib import import_module

import pytest

from deploy.local.layout import PROJECT
from docs.__main__ import MACHINES
from docs.machines import Machine
from services.invariants.checking import GUARDED
from services.kit.steps import Branch, Step
from services.quota.contract import ReservationState
from services.workflow.supervision.states import FindingState

AT_ONCE = {ReservationState.EXEMPT, FindingState.VOIDED}
"""Where something begins and stays, without any step."""

FROM_MOMENTS = {"推送记录", "通知发送"}
"""Where these stand follows from when they were sent, given up and so on."""


def leads_to(step: Step) -> tuple[StrEnum, ...]:
    """The states in which a step can end."""
    return step.to.options if isinstance(step.to, Branch) else (step.to,)


def closure(begin: Iterable[StrEnum], pairs: set[tuple[StrEnum, StrEnum]]) -> set[StrEnum]:
    """Everything that can be reached along `pairs`."""
    found = set(begin)
    while more := {after for before, after in pairs if before in found} - found:
        found |= more
    return found


def ways(machine: Machine) -> set[tuple[StrEnum, StrEnum]]:
    """From which state to which a step leads."""
    return {(before, after) for (before, _), step in machine.steps.items() for after in leads_to(step)}


def first(machine: Machine) -> StrEnum:
    """Where a thing begins."""
    return next(iter(machine.steps))[0]


def states(machine: Machine) -> set[StrEnum]:
    """The whole vocabulary of states."""
    return set(type(first(machine))) - AT_ONCE


def ends(machine: Machine) -> set[StrEnum]:
    """The states that no step leaves for another; a thing that goes on for ever has none."""
    return states(machine) - {before for before, after in ways(machine) if before != after}


def titled(machines: Iterable[Machine]) -> pytest.MarkDecorator:
    """One case a machine, by its title."""
    chosen = list(machines)
    return pytest.mark.parametrize("machine", chosen, ids=[machine.title for machine in chosen])


@titled(MACHINES)
def test_every_state_is_reached(machine):
    """All states of the vocabulary are reached from the first one of the table."""
    assert closure([first(machine)], ways(machine)) == states(machine)


@titled(filter(ends, MACHINES))
def test_no_state_is_a_trap(machine):
    """Where there are ends, a way leads to one of them from every state."""
    backwards = {(after, before) for before, after in ways(machine)}
    assert closure(ends(machine), backwards) == states(machine)


def test_the_check_of_invariants_knows_every_machine():
    """Each table with states is looked at by its own machine; what follows from moments has no state to look at."""
    guarded = [of(PROJECT / "policies", "qinghai") for of in GUARDED.values()]
    machines = [steps for each in guarded for steps in each.machines.values()]
    missing = {each.title for each in MACHINES if not any(each.steps is known for known in machines)}
    assert missing == FROM_MOMENTS
    for service in GUARDED:
        import_module(f"services.{service}.main")  # all of its tables
    bases = [import_module(f"services.{service}.base").Base for service in GUARDED]
    with_states = {
        name for base in bases for name, table in base.metadata.tables.items() if "state" in table.columns
    }
    assert {table for each in guarded for table in each.machines} == with_states
