"""What is to be said of rows: each by itself, with what accounts knows of its holder and its issuer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.kit.errors import Basis, Finding, Language, Refusal
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.neighbours.client import Neighbour
from services.workflow.act import Act
from services.workflow.certificate import names, number
from services.workflow.certificate.states import Origin
from services.workflow.historic import errors
from services.workflow.historic.cells import HistoricRow, opened, row_of, terms_of
from services.workflow.historic.model import HistoricImport
from services.workflow.historic.steps import ARTICLE
from services.workflow.policy import NoticePolicy

NAMES_AT_ONCE = 200

Told = dict[str, Any]
"""A refusal as it is kept: {code, zh, en, field, column, basis}."""


@dataclass(frozen=True, slots=True)
class Job:
    """The work on one import; `since` is the first year of which the platform itself gives numbers."""

    import_id: UUID
    organisation_id: UUID
    organisation_name: str
    by_hrss: bool
    lineage: tuple[UUID, ...]
    province: str
    policy: NoticePolicy
    since: int
    today: date
    sealer: Sealer
    accounts: Neighbour

    @classmethod
    def of(cls, act: Act, row: HistoricImport, sealer: Sealer, accounts: Neighbour) -> "Job":
        """The work on an import."""
        since = min(each.year for each in act.policies.values())
        who = (row.id, row.organisation_id, row.organisation_name, row.by_hrss, tuple(row.lineage))
        return cls(*who, row.province, act.policies.latest, since, act.moment.today, sealer, accounts)

    @property
    def basis(self) -> Basis:
        """Where an import rests."""
        return self.policy.articles[ARTICLE]

    def told(self, refused: Refusal | Finding) -> Told:
        """A refusal as it is kept, with the column that it is about."""
        columns = {each.field: each.zh for each in self.policy.historic.columns}
        return {
            "code": refused.code,
            "zh": refused.message(Language.ZH),
            "en": refused.message(Language.EN),
            "field": refused.field,
            "column": columns.get(refused.field or ""),
            "basis": [{"cite": self.basis.cite, "summary": self.basis.summary}],
        }


@dataclass(frozen=True, slots=True)
class Issuer:
    """A body that issued certificates, as accounts knows it."""

    id: UUID
    name: str
    lineage: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever a resident id belongs to, as far as accounts knows; `masked` is empty where it can be nobody's."""

    masked: str | None = None
    person_id: UUID | None = None
    account_id: UUID | None = None
    name: str | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Holder":
        """As accounts tells it."""
        person, account = (UUID(told[key]) if told[key] else None for key in ("person_id", "account_id"))
        return cls(told["masked_number"], person, account, told["name"])


NOBODY = Holder()


class Judge:
    """Judges rows some hundreds at a time; issuers are asked for once in a file."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._terms = terms_of(job.policy)
        self._issuers: dict[str, list[Issuer]] = {}

    async def judge(self, rows: Sequence[tuple[int, bytes]]) -> list[Told]:
        """What is kept of each row: its keys, the certificate it would become, what is wrong with it."""
        job, read = self._job, []
        for row_no, kept in rows:
            cells = opened(job.sealer, job.import_id, kept)
            read.append((row_no, *row_of(cells, job.policy, self._terms, job.basis)))
        there = [row for _, row, _ in read if row is not None]
        await self._learn_issuers({row.issuer for row in there if row.issuer})
        holders = await self._holders({row.resident_id for row in there if row.resident_id})
        return [self._judged(row_no, row, found, holders) for row_no, row, found in read]

    async def _learn_issuers(self, asked: Iterable[str]) -> None:
        new = [each for each in asked if each not in self._issuers]
        for at in range(0, len(new), NAMES_AT_ONCE):
            part = new[at : at + NAMES_AT_ONCE]
            body = {"below": str(self._job.organisation_id), "names": part}
            answer = await self._job.accounts.ask("/v1/organisations/called", body, as_service=True)
            by_name = defaultdict(list)
            for each in answer["items"]:
                line = tuple(map(UUID, each["lineage_ids"]))
                by_name[each["called"]].append(Issuer(UUID(each["id"]), each["called"], line))
            self._issuers |= {name: by_name[name] for name in part}

    async def _holders(self, numbers: Iterable[str]) -> Mapping[str, Holder]:
        asked = list(numbers)
        if not asked:
            return {}
        answer = await self._job.accounts.ask("/v1/people/by-number", {"numbers": asked}, as_service=True)
        return {told: Holder.of(found) for told, found in zip(asked, answer["items"], strict=True)}

    def _judged(
        self, row_no: int, row: HistoricRow | None, found: Sequence[Finding], holders: Mapping[str, Holder]
    ) -> Told:
        job = self._job
        judged: Told = {"row_no": row_no, "number_key": None, "holder_key": None, "issuer_id": None}
        if row is None:
            return judged | {"ready": None, "refusals": [job.told(each) for each in found]}
        holder = holders.get(row.resident_id or "", NOBODY)
        issuer = self._issuer(row)
        refused = [*self._about(row, holder), *([issuer] if isinstance(issuer, Refusal) else [])]
        if isinstance(issuer, Refusal):
            return judged | {"ready": None, "refusals": [job.told(each) for each in refused]}
        ready = self._certificate(row_no, row, holder, issuer)
        keys = {key: ready[key] for key in ("number_key", "holder_key")} | {"issuer_id": issuer.id}
        refusals = [job.told(each) for each in refused] or None
        return judged | keys | {"ready": ready, "refusals": refusals}

    def _issuer(self, row: HistoricRow) -> Issuer | Refusal:
        job = self._job
        if row.issuer is None or row.issuer == job.organisation_name:
            return Issuer(job.organisation_id, job.organisation_name, job.lineage)
        found = self._issuers[row.issuer]
        if len(found) == 1:
            return found[0]
        kind = errors.IssuerAmbiguous if found else errors.IssuerNotYours
        return kind(issuer=row.issuer, field="issuer")

    def _about(self, row: HistoricRow, holder: Holder) -> list[Refusal]:
        """What is wrong with a row that can be read."""
        job, found = self._job, list[Refusal]()
        earliest = job.policy.historic.earliest
        if not earliest <= row.obtained_on <= job.today:
            found.append(errors.DayImpossible(earliest=earliest, latest=job.today, field="obtained_on"))
        elif row.issued_on and not row.obtained_on <= row.issued_on <= job.today:
            found.append(errors.DayImpossible(earliest=row.obtained_on, latest=job.today, field="issued_on"))
        if row.resident_id and holder.masked is None:
            found.append(errors.ResidentIdWrong(field="resident_id"))
        if holder.name is not None and not names.same(row.holder_name, holder.name):
            found.append(errors.HolderNameDiffers(field="holder_name"))
        if job.policy.certificate.number.gives(number.normalise(row.number), job.since):
            found.append(errors.NumberOfOurs(field="number"))
        return found

    def _certificate(self, row_no: int, row: HistoricRow, holder: Holder, issuer: Issuer) -> Told:
        """The certificate that comes of a row, column by column."""
        job = self._job
        series = job.policy.series.find(row.series)
        limits = [each.told() for each in job.policy.historic.limits if each.code == row.limit]
        plain = row.model_dump(mode="json", exclude={"resident_id", "issuer", "limit", "issued_on"})
        return plain | {
            "id": str(new_id()),
            "province": job.province,
            "origin": Origin.IMPORTED,
            "import_id": str(job.import_id),
            "import_row": row_no,
            "vouched": job.by_hrss,
            "number_key": number.normalise(row.number),
            "holder_key": names.normalise(row.holder_name),
            "year": row.obtained_on.year,
            "person_id": holder.person_id and str(holder.person_id),
            "account_id": holder.account_id and str(holder.account_id),
            "masked_resident_id": holder.masked,
            "series_name": series.name if series else row.series,
            "issuer_id": str(issuer.id),
            "issuer_name": issuer.name,
            "issued_on": (row.issued_on or row.obtained_on).isoformat(),
            "limits": limits,
            "lineage": [str(each) for each in issuer.lineage],
        }
