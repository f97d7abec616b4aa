"""How the overview names places, and what its chart says, as data."""

from pydantic import model_validator

from services.kit.policy import Entry, PolicyFile
from services.quota.ratio.rules import RegionCode


class Place(Entry):
    """A prefecture, or the province itself, as it is called in a chart."""

    code: RegionCode
    name: str


class ChartWords(Entry):
    """What the chart says beside its figures; `{year}` stands for the year."""

    title: str
    note: str


class OverviewFile(PolicyFile):
    """The places in their order, and the chart."""

    places: tuple[Place, ...]
    chart: ChartWords

    @model_validator(mode="after")
    def _no_place_twice(self) -> "OverviewFile":
        codes = [place.code for place in self.places]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"names twice {', '.join(twice)}")
        return self
