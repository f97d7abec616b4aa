"""The whole check: each schema by itself, its audit chain, then what the schemas must agree on."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from services.accounts import invariants as accounts
from services.invariants import agreements
from services.invariants.agreement import Agreement, compare
from services.invariants.invariant import Broken, Guarded, Invariant
from services.invariants.walking import Begin, Pace, Report, Say, every, walk
from services.kit import audit
from services.notifications import invariants as notifications
from services.quota import invariants as quota
from services.workflow import invariants as workflow

GUARDED: Mapping[str, Callable[[Path, str], Guarded]] = {
    "accounts": accounts.guarded,
    "workflow": workflow.guarded,
    "quota": quota.guarded,
    "notifications": notifications.guarded,
}
"""What each service says must hold of its schema."""


@dataclass(frozen=True, slots=True)
class Everything:
    """All that must hold: of each schema by itself, and of several together."""

    invariants: Mapping[str, tuple[Invariant, ...]]
    agreements: tuple[Agreement, ...]

    @classmethod
    def by(cls, policies: Path, province: str) -> Self:
        """By the policies of the province's years.

        Raises:
            PolicyError: a policy is missing or broken.
        """
        guarded = {name: tuple(every(of(policies, province))) for name, of in GUARDED.items()}
        return cls(guarded, tuple(agreements.every()))


@dataclass(frozen=True, slots=True)
class Asked:
    """How to look: only at invariants whose names begin with `only`; `patience` seconds for what is under way."""

    only: str = ""
    pace: Pace = field(default_factory=Pace)
    patience: float = 10.0

    def wants(self, name: str) -> bool:
        """Whether an invariant is asked for."""
        return name.startswith(self.only)


async def check(
    begins: Mapping[str, Begin], everything: Everything, asked: Asked, say: Say
) -> AsyncIterator[Report]:
    """Look through all schemas that are given, one invariant after the other."""
    for service, begin in begins.items():
        for each in everything.invariants[service]:
            if asked.wants(each.name):
                yield await walk(service, begin, each, asked.pace, say)
        if asked.wants(CHAIN):
            yield await _chain(service, begin)
    for agreement in everything.agreements:
        if asked.wants(agreement.name) and begins.keys() >= set(agreement.services):
            yield await compare(agreement, begins, asked.pace, asked.patience, say)


CHAIN = "audit.whole"


async def _chain(service: str, begin: Begin) -> Report:
    report = Report(service, CHAIN, "the chain of audit is whole")
    try:
        async with begin() as tx:
            await audit.verify(tx)
    except audit.ChainBroken as broken:
        report.note(Broken(f"link {broken.no}", str(broken)))
    return report
