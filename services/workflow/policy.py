"""The notices as this service reads them: one typed file per concept, one `NoticePolicy` per year.

A concept adds its file by one line in `NoticePolicy`: the field's name is the file's name, its type the file's model
(defined in `<concept>/policy.py`). A model's `used` names the article keys that the concept's code relies on; a policy
that lacks one of them stops the service at start.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from fastapi import Depends, Request

from services.kit import policy
from services.kit.errors import Invalid
from services.kit.policy import Article, Articles, PolicyError, PolicyFile
from services.workflow.avoidance.policy import AvoidancePolicy
from services.workflow.batch.policy import BatchPolicy
from services.workflow.certificate.policy import CertificatePolicy
from services.workflow.committee.policy import CommitteePolicy
from services.workflow.credit_listing.policy import CreditListingPolicy
from services.workflow.criteria.policy import CriteriaPolicy
from services.workflow.cycle.policy import CyclePolicy, SeriesPolicy
from services.workflow.declaration.content import SECTIONS
from services.workflow.declaration.policy import DeclarationPolicy
from services.workflow.entitlement.policy import EntitlementPolicy
from services.workflow.historic.policy import HistoricPolicy
from services.workflow.integrity.policy import IntegrityPolicy
from services.workflow.material.policy import MaterialPolicy
from services.workflow.meeting.policy import MeetingPolicy
from services.workflow.publicity.policy import PublicityPolicy
from services.workflow.recognition.policy import RecognitionPolicy
from services.workflow.recommendation.policy import RecommendationPolicy
from services.workflow.review_chain.policy import ReviewChainPolicy
from services.workflow.route.policy import RoutePolicy
from services.workflow.sending_side.policy import SendingSidePolicy
from services.workflow.spot_check.policy import SpotCheckPolicy
from services.workflow.supervision.policy import SupervisionPolicy


@dataclass(frozen=True, slots=True)
class NoticePolicy:
    """The notice of one year; its name (`province/year`) stays with every cycle opened under it."""

    name: str
    year: int
    articles: Articles
    cycle: CyclePolicy
    batch: BatchPolicy
    series: SeriesPolicy
    criteria: CriteriaPolicy
    committee: CommitteePolicy
    avoidance: AvoidancePolicy
    recommendation: RecommendationPolicy
    publicity: PublicityPolicy
    declaration: DeclarationPolicy
    material: MaterialPolicy
    review_chain: ReviewChainPolicy
    sending_side: SendingSidePolicy
    credit_listing: CreditListingPolicy
    routes: RoutePolicy
    meeting: MeetingPolicy
    certificate: CertificatePolicy
    recognition: RecognitionPolicy
    supervision: SupervisionPolicy
    spot_check: SpotCheckPolicy
    entitlement: EntitlementPolicy
    historic: HistoricPolicy
    integrity: IntegrityPolicy


class PolicyUnknown(Invalid):
    """No policy of that year is loaded."""

    code = "POLICY_UNKNOWN"
    zh = "系统中没有 {name} 的职称评审政策"
    en = "No policy named {name} is loaded."


class Policies(Mapping[str, NoticePolicy]):
    """Every year's policy of the province, by name; both years run side by side."""

    def __init__(self, province: str, loaded: Mapping[str, NoticePolicy]) -> None:
        self._province = province
        self._loaded = dict(sorted(loaded.items()))

    def __getitem__(self, name: str) -> NoticePolicy:
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)

    @property
    def latest(self) -> NoticePolicy:
        """The newest year's, for what belongs to no cycle: series, specialties, experts."""
        return next(reversed(self._loaded.values()))

    def of_year(self, year: int) -> NoticePolicy:
        """The policy of a year.

        Raises:
            PolicyUnknown: there is none.
        """
        name = f"{self._province}/{year}"
        if name not in self._loaded:
            raise PolicyUnknown(name=name, field="year")
        return self._loaded[name]


def load(policies_dir: Path, province: str) -> Policies:
    """Read every year of a province.

    Raises:
        PolicyError: a file is missing or broken, or lacks an article that the code names.
    """
    years = policy.years(policies_dir, province)
    return Policies(
        province, {f"{province}/{year}": _load_year(policies_dir, province, year) for year in years}
    )


def _load_year(policies_dir: Path, province: str, year: int) -> NoticePolicy:
    folder = policies_dir / province / str(year)
    models = {name: kind for name, kind in get_type_hints(NoticePolicy).items() if issubclass_of_file(kind)}
    files: dict[str, Any] = {
        name: policy.load(folder / f"{name}.yaml", kind) for name, kind in models.items()
    }
    used = {key for kind in models.values() for key in getattr(kind, "used", ())}
    refuse_twice_told(files, folder)
    refuse_unknown_routes(files, folder)
    refuse_unprovable(files, folder)
    articles = Articles(files.values(), used=used, where=str(folder))
    return NoticePolicy(name=f"{province}/{year}", year=year, articles=articles, **files)


def refuse_twice_told(files: Mapping[str, PolicyFile], folder: Path) -> None:
    """Refuse an article key that two files tell differently: code names articles by key alone."""
    told: dict[str, Article] = {}
    for name, file in files.items():
        for key, article in file.articles.items():
            if told.setdefault(key, article) != article:
                raise PolicyError(f"{folder / name}.yaml: articles.{key}: another file tells it differently")


def refuse_unknown_routes(files: Mapping[str, Any], folder: Path) -> None:
    """Refuse a route that batches, materials or reviews name and the table does not have; batches are of direct ones."""
    direct = {each.code for each in files["routes"].routes if each.direct}
    if indirect := sorted({each.route for each in files["batch"].batches} - direct):
        told = ", ".join(indirect)
        raise PolicyError(f"{folder / 'batch'}.yaml: no route that is declared directly: {told}")
    named = {
        "material": {code for item in files["material"].items for code in item.asked.routes},
        "review_chain": {each.route for each in files["review_chain"].strict},
    }
    for name, codes in named.items():
        if unknown := sorted(code for code in codes if files["routes"].find(code) is None):
            raise PolicyError(f"{folder / name}.yaml: there is no route {', '.join(unknown)}")


def refuse_unprovable(files: Mapping[str, Any], folder: Path) -> None:
    """Refuse evidence that criteria may ask for and that no declaration can hold (一（一）)."""
    form, items = files["declaration"], files["material"].items
    kinds = {each.code for each in form.achievement_kinds}
    if lacking := files["criteria"].unproven(SECTIONS, kinds, {each.code for each in items}):
        raise PolicyError(
            f"{folder / 'criteria'}.yaml: evidence: nothing is called {', '.join(sorted(lacking))}"
        )


def issubclass_of_file(kind: object) -> bool:
    """Whether a field of `NoticePolicy` is a file."""
    return isinstance(kind, type) and issubclass(kind, PolicyFile)


async def policies_of(request: Request) -> Policies:
    """The policies this process loaded at start."""
    loaded: Policies = request.app.state.policies
    return loaded


CurrentPolicies = Annotated[Policies, Depends(policies_of)]
