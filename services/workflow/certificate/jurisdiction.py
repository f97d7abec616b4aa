"""Which HRSS files a result: the one that manages titles of that level (职称管理权限, 三（六）4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.kit.errors import Basis
from services.quota.contract import TitleLevel
from services.workflow.certificate.errors import NotTheFilingHrss
from services.workflow.policy import NoticePolicy

HIGHER: Mapping[OrganisationLevel, int] = {
    OrganisationLevel.COUNTY: 0,
    OrganisationLevel.PREFECTURE: 1,
    OrganisationLevel.PROVINCE: 2,
}


@dataclass(frozen=True, slots=True)
class Hrss:
    """An HRSS on the line above an applicant."""

    id: UUID
    name: str
    level: OrganisationLevel


def filed_by_another(policy: NoticePolicy, level: TitleLevel, basis: Sequence[Basis]) -> NotTheFilingHrss:
    """The refusal of whoever is of no HRSS that files titles of the level."""
    wanted, told = policy.certificate.jurisdiction.levels[level], policy.series.level_names[level]
    return NotTheFilingHrss(level=level, level_zh=told, hrss=wanted, hrss_zh=wanted.zh, basis=basis)


def filing_hrss(path: Sequence[Mapping[str, Any]], wanted: OrganisationLevel) -> Hrss | None:
    """The HRSS of the wanted level on the applicant's line, else the nearest above it; None without any.

    `path` runs from the root to the applicant's unit or department: [{id, name, kind, level}]. A provincial hospital
    has no prefecture's HRSS above it; the provincial one files its middle titles.
    """
    line = [
        Hrss(UUID(str(node["id"])), node["name"], OrganisationLevel(node["level"]))
        for node in path
        if node["kind"] == OrganisationKind.HRSS
    ]
    fitting = [each for each in line if HIGHER[each.level] >= HIGHER[wanted]]
    return min(fitting, key=lambda each: HIGHER[each.level], default=None)
