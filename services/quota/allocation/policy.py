"""How the numbers of a pool may be used, as the notice says it."""

from collections.abc import Mapping

from pydantic import PositiveInt, model_validator

from services.kit.policy import Entry, PolicyFile
from services.quota.contract import PostPool, TitleLevel


class PoolRule(Entry):
    """One pool: which level a level's vacancies may serve, and how many exits open a place (None: they open none)."""

    steps_down: Mapping[TitleLevel, TitleLevel]
    exits_per_place: PositiveInt | None

    @model_validator(mode="after")
    def _one_step_each(self) -> "PoolRule":
        order = list(TitleLevel)
        for upper, lower in self.steps_down.items():
            if order.index(lower) != order.index(upper) + 1:
                raise ValueError(f"{upper} may serve the next level down only, not {lower}")
        return self


class AllocationFile(PolicyFile):
    """What one year's notice says of the allocation of places."""

    pools: Mapping[PostPool, PoolRule]

    @model_validator(mode="after")
    def _every_pool_has_its_rule(self) -> "AllocationFile":
        if missing := set(PostPool) - set(self.pools):
            raise ValueError(f"says nothing of {', '.join(sorted(missing))}")
        return self
