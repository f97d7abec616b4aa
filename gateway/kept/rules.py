"""Which public answers are kept, for how long, and what each tells of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Age:
    """How old an answer may be, in seconds."""

    here: float
    """In the gateway, unless what it tells of changes before."""
    outside: int = 0
    """In a browser, or a cache on its way, counted from when it was asked for; none: each time it is asked whether it still holds."""
    renewing: int = 0
    """For how much longer it may be shown while a new one is fetched."""

    def within(self, other: "Age") -> "Age":
        """The age of what is made of two."""
        return Age(
            min(self.here, other.here),
            min(self.outside, other.outside),
            min(self.renewing, other.renewing),
        )


ASKED_EACH_TIME = Age(here=5)
"""What must not be shown once it is cancelled: outside nobody shows it without asking, here a purge takes it out."""
MOMENT = Age(here=30, outside=30, renewing=30)
COUNTED = Age(here=60, outside=60, renewing=240)
"""What is counted over a whole year and tells its moment itself: each count is asked for once a minute, whatever moves."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How an answer is kept; what it tells of may name steps of its path."""

    age: Age
    tags: tuple[str, ...] = ()


RULES: Mapping[str, Mapping[str, Rule]] = {
    "workflow": {
        "/v1/cycles": Rule(MOMENT, ("cycle",)),
        "/v1/cycles/{cycle_id}": Rule(MOMENT, ("cycle/{cycle_id}",)),
        "/v1/cycles/{cycle_id}/extensions": Rule(MOMENT, ("cycle/{cycle_id}",)),
        "/v1/cycles/{cycle_id}/pass-marks": Rule(MOMENT, ("cycle/{cycle_id}",)),
        "/v1/cycles/{cycle_id}/figures": Rule(COUNTED),
        "/v1/extensions/{extension_id}": Rule(MOMENT, ("extension/{extension_id}",)),
        "/v1/batches": Rule(MOMENT, ("batch",)),
        "/v1/batches/{batch_id}": Rule(MOMENT, ("batch/{batch_id}",)),
        "/v1/specialties": Rule(MOMENT, ("specialty",)),
        "/v1/specialties/{specialty_id}": Rule(MOMENT, ("specialty/{specialty_id}",)),
        "/v1/arrangements": Rule(MOMENT, ("arrangement",)),
        "/v1/arrangements/{arrangement_id}": Rule(MOMENT, ("arrangement/{arrangement_id}",)),
        "/v1/criteria": Rule(MOMENT, ("criteria",)),
        "/v1/criteria/{criteria_id}": Rule(MOMENT, ("criteria/{criteria_id}",)),
        "/v1/committees": Rule(MOMENT, ("committee",)),
        "/v1/committees/{committee_id}": Rule(MOMENT, ("committee/{committee_id}",)),
        "/v1/recommendation-plans": Rule(MOMENT, ("recommendation_plan",)),
        "/v1/recommendation-plans/{plan_id}": Rule(MOMENT, ("recommendation_plan/{plan_id}",)),
        "/v1/publicities": Rule(ASKED_EACH_TIME, ("publicity",)),
        "/v1/publicities/{publicity_id}": Rule(ASKED_EACH_TIME, ("publicity",)),
        # what the notice says, which changes with a release
        "/v1/series": Rule(MOMENT),
        "/v1/routes": Rule(MOMENT),
        "/v1/routes/what-if": Rule(MOMENT),
        "/v1/declaration-process": Rule(MOMENT),
    },
    "quota": {"/v1/ratios": Rule(MOMENT), "/v1/ratios/rows": Rule(MOMENT)},
}
"""Part -> path -> rule. What stands here is the same for everybody who does not say who he or she is.

Whether a certificate is good (`/v1/certificates/...`) stands here nowhere: it is asked of workflow each time. What it
signs for verifiers elsewhere says itself for how long that may be believed.
"""
PATHS = {
    part: [(re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), rule) for path, rule in rules.items()]
    for part, rules in RULES.items()
}


def rule_of(part: str, path: str) -> Rule | None:
    """How the answer of a path is kept, with what it tells of; None: not at all."""
    for pattern, rule in PATHS.get(part, ()):
        if found := pattern.fullmatch(path):
            return Rule(rule.age, tuple(tag.format_map(found.groupdict()) for tag in rule.tags))
    return None
