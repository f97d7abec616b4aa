"""All of one year's rules that accounts needs, checked at start; each concept's part is in its own `policy.py`."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from services.accounts.employment.policy import EmploymentRules
from services.accounts.intake.policy import IntakeRules
from services.accounts.learning.guides import GuideFile, files_of
from services.accounts.learning.policy import LearningRules
from services.accounts.oauth.policy import OAuthRules
from services.accounts.organisation.policy import Creation, OrganisationRules, RegionFile, Special
from services.accounts.organisation.regions import Former, Region, formers_of, regions_of
from services.accounts.person.policy import PeopleRules
from services.accounts.record.policy import RecordRules
from services.accounts.role.policy import RoleRules
from services.accounts.sign_in.policy import SignInRules
from services.files.policy import FileRules
from services.kit.errors import NotFound
from services.kit.policy import Articles, PolicyError, PolicyFile, load, years


class Policy:
    """All of one year's rules that accounts needs."""

    def __init__(self, folder: Path, year: int, *, used: Iterable[str] = ()) -> None:
        self.year = year
        self.organisations = load(folder / "organisations.yaml", OrganisationRules)
        region_file = load(folder / "regions.yaml", RegionFile)
        self.people = load(folder / "people.yaml", PeopleRules)
        self.employment = load(folder / "employment.yaml", EmploymentRules)
        self.records = load(folder / "records.yaml", RecordRules)
        self.evidence = load(folder / "evidence.yaml", FileRules)
        self.intake = load(folder / "intake.yaml", IntakeRules)
        self.roles = load(folder / "roles.yaml", RoleRules)
        self.sign_in = load(folder / "sign_in.yaml", SignInRules)
        self.learning = load(folder / "learning.yaml", LearningRules)
        self.oauth = load(folder / "oauth.yaml", OAuthRules)
        self.guide_files: Mapping[str, GuideFile] = files_of(folder / "guides", self.learning.guides)
        self.regions: Mapping[str, Region] = regions_of(region_file)
        self.former_regions: tuple[Former, ...] = formers_of(region_file)
        self.placed: Mapping[str, Region] = {
            **{former.code: former.successor for former in self.former_regions},
            **self.regions,
        }
        """Divisions by their present codes, and by those that rows of before still hold."""
        files: list[PolicyFile] = [
            *(self.organisations, region_file, self.people, self.roles, self.sign_in, self.learning),
            *(self.employment, self.oauth, self.records, self.evidence, self.intake),
        ]
        self.articles = Articles(files, used={*used, *self._named()}, where=str(folder))
        if self.organisations.root.region_code not in self.regions:
            raise PolicyError(f"{folder / 'organisations.yaml'}: the root's region is not in regions.yaml")

    def _named(self) -> set[str]:
        rows: list[Creation | Special] = [*self.organisations.creation, *self.organisations.special]
        more = {
            self.organisations.root.article,
            self.sign_in.article,
            self.sign_in.second_factor.article,
            self.roles.delegation.article,
            self.sign_in.history.article,
            self.oauth.article,
            *self.people.named(),
            *self.records.named(),
        }
        return {row.article for row in rows} | more


class NoSuchCycle(NotFound):
    """There is no policy for that year."""

    code = "NO_SUCH_CYCLE"
    zh = "没有 {year} 年度的政策"
    en = "There is no policy for {year}."


class Policies:
    """The policies of one province, year by year."""

    def __init__(self, policies_dir: Path, province: str, *, used: Iterable[str] = ()) -> None:
        self.province = province
        used = set(used)
        self._by_year = {
            year: Policy(policies_dir / province / str(year), year, used=used)
            for year in years(policies_dir, province)
        }

    def of(self, year: int) -> Policy:
        """The policy of a cycle.

        Raises:
            NoSuchCycle: that year has none.
        """
        if year not in self._by_year:
            raise NoSuchCycle(year=year, field="cycle")
        return self._by_year[year]

    def on(self, day: date) -> Policy:
        """The policy that rules on a day: the newest that has begun, or the first there is."""
        begun = [year for year in self._by_year if year <= day.year]
        return self._by_year[max(begun, default=min(self._by_year))]
