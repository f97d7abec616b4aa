"""Every table of steps is whole: each state is reached from where things begin, and none is a trap."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import pytest

from docs.__main__ import MACHINES
from docs.machines import Machine
from services.kit.steps import Branch, Step
from services.quota.contract import ReservationState
from services.workflow.supervision.states import FindingState

AT_ONCE = {ReservationState.EXEMPT, FindingState.VOIDED}
"""Where something begins and stays, without any step."""


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
