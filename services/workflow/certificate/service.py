"""Filing a result and issuing its certificate: one transaction, one number."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit import audit, outbox
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.neighbours.client import Neighbour
from services.quota.contract import PostPool, TitleLevel
from services.workflow.act import Act
from services.workflow.call import Call
from services.workflow.certificate import store
from services.workflow.certificate.errors import (
    NotInPublicity,
    PublicityNotOver,
    ResultNotFound,
    SeriesWithoutCode,
)
from services.workflow.certificate.jurisdiction import Hrss, filed_by_another, filing_hrss
from services.workflow.certificate.model import Certificate, CertificateCounter
from services.workflow.certificate.number import compose
from services.workflow.certificate.states import Origin, Way
from services.workflow.committee import store as committees
from services.workflow.contract import CertificateIssued, TargetedResultFiled
from services.workflow.cycle import store as cycles
from services.workflow.cycle.service import require_window
from services.workflow.cycle.states import Window
from services.workflow.declaration import service as declarations
from services.workflow.declaration import store as declaration_store
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action, State
from services.workflow.meeting.model import Meeting
from services.workflow.policy import NoticePolicy
from services.workflow.publicity import service as publicity
from services.workflow.publicity.states import Outcome


@dataclass(frozen=True, slots=True)
class Filing:
    """A result about to be filed: whose, by whom, on which document."""

    declaration: Declaration
    policy: NoticePolicy
    hrss: Hrss
    seat: Seat
    document_number: str


async def file_result(
    call: Call, declaration_id: UUID, document_number: str
) -> tuple[Certificate, list[Basis]]:
    """File a result by a formal document and issue the certificate (三（六）4).

    Raises:
        ResultNotFound: no such declaration in the caller's reach.
        NotTheFilingHrss: another HRSS manages titles of that level.
        DocumentNumberInvalid: not the number of a document.
        NotInPublicity, PublicityNotOver: the publicity is missing, still runs, or an objection stands.
        Unavailable: accounts does not answer; nothing was changed.
    """
    filing = await _judged(call, declaration_id, document_number)
    masked = await masked_number(call.accounts, filing.declaration.person_id)
    declaration = await declaration_store.lock_any(call.tx, declaration_id)
    basis = await _require_publicity_over(call, declaration, filing.policy)
    certificate = await _issue(call, filing, masked)
    await declarations.move(
        call.tx,
        declaration_id,
        Action.FILE,
        call.actor,
        call.moment,
        policies=call.policies,
        note=document_number,
    )
    await outbox.publish(call.tx, event_of(certificate), call.moment)
    await _file_with_the_province(call, declaration, certificate)
    await audit.record(
        call.tx,
        actor=call.actor,
        action="certificate.ISSUE",
        subject=f"certificate/{certificate.id}",
        moment=call.moment,
        organisation_id=filing.hrss.id,
        basis=basis,
        detail={"number": certificate.number, "document_number": document_number},
    )
    return certificate, basis


async def _judged(call: Call, declaration_id: UUID, document_number: str) -> Filing:
    """Who may file what, before anything is locked or asked of another service."""
    call.actor.require(Role.TITLE_OFFICER)
    declaration = await call.tx.get(Declaration, declaration_id)
    reach = call.actor.seat(Role.TITLE_OFFICER, within=declaration.lineage) if declaration else None
    if declaration is None or reach is None:
        raise ResultNotFound(field="declaration_id")
    policy = call.policies[(await cycles.get(call.tx, declaration.cycle_id)).policy]
    rules, basis = policy.certificate, policy.articles["result_filing"]
    wanted = rules.jurisdiction.levels[TitleLevel(declaration.level)]
    hrss = filing_hrss(declaration.path, wanted)
    seat = call.actor.seat(Role.TITLE_OFFICER, within=(hrss.id,)) if hrss else None
    if hrss is None or seat is None:
        raise filed_by_another(policy, TitleLevel(declaration.level), [basis])
    rules.document.require(document_number, [basis])
    if declaration.series not in rules.number.series:
        raise SeriesWithoutCode(series=declaration.series)
    require_window(await cycles.get(call.tx, declaration.cycle_id), Window.FILE, call.moment)
    return Filing(declaration, policy, hrss, seat, document_number)


async def _require_publicity_over(call: Call, declaration: Declaration, policy: NoticePolicy) -> list[Basis]:
    """Refuse a result without complete publicity; else end the publicity, because this filing now rests on it."""
    basis = [policy.articles["result_filing"], policy.articles["result_unpublicised"]]
    if declaration.state != State.IN_RESULT_PUBLICITY:
        raise NotInPublicity(state=State(declaration.state).zh, basis=basis)
    public = await store.result_publicity(call.tx, declaration.id)
    await publicity.lock(call.tx, public.id)
    standing = await publicity.standing(call.tx, public.id)
    if early := publicity.not_yet_over(public, call.moment):
        raise PublicityNotOver(why_zh=early.zh, why_en=early.en, basis=basis)
    if standing.open or standing.upheld:
        raise PublicityNotOver(
            why_zh=f"异议待处理 {standing.open} 件、已成立 {standing.upheld} 件",
            why_en=f"{standing.open} objections are open and {standing.upheld} were upheld.",
            basis=basis,
        )
    await publicity.end(call.tx, public.id, Outcome.SETTLED, call.moment)
    return basis


async def _issue(call: Call, filing: Filing, masked: str | None) -> Certificate:
    declaration = filing.declaration
    certificate = Certificate(
        id=new_id(),
        province=declaration.province,
        origin=Origin.REVIEWED,
        number=await next_number(call.tx, filing.policy, declaration.series, declaration.level),
        declaration_id=declaration.id,
        cycle_id=declaration.cycle_id,
        year=filing.policy.year,
        person_id=declaration.person_id,
        account_id=declaration.account_id,
        holder_name=declaration.person_name,
        masked_resident_id=masked,
        unit_id=declaration.unit_id,
        unit_name=declaration.unit_name,
        way=Way.REVIEW,
        document_number=filing.document_number,
        issuer_id=filing.hrss.id,
        issuer_name=filing.hrss.name,
        issued_on=call.moment.today,
        limits=filing.policy.certificate.limits_of(declaration.pool),
        lineage=list(declaration.lineage),
        **await _decided(call, declaration),
        **await _title(call, filing),
    )
    call.tx.add(certificate)
    await call.tx.flush()
    return certificate


async def _decided(call: Call, declaration: Declaration) -> dict[str, Any]:
    """Which committee passed the declaration, and when: the title is obtained on that day."""
    meeting = await call.tx.get_one(Meeting, await store.meeting_of(call.tx, declaration.id))
    committee = await committees.get(call.tx, meeting.committee_id)
    return {
        "meeting_id": meeting.id,
        "committee_id": committee.id,
        "committee_name": committee.name,
        "obtained_on": meeting.voted_on,
    }


async def _title(call: Call, filing: Filing) -> dict[str, Any]:
    """Series, specialty and level, with their names."""
    declaration = filing.declaration
    series = filing.policy.series.find(declaration.series)
    specialty = (
        await cycles.specialty(call.tx, declaration.specialty_id) if declaration.specialty_id else None
    )
    return {
        "series": declaration.series,
        "series_name": series.name if series else declaration.series,
        "specialty_id": declaration.specialty_id,
        "specialty_name": specialty.name if specialty else None,
        "level": declaration.level,
    }


async def next_number(tx: AsyncSession, policy: NoticePolicy, series: str, level: str) -> str:
    """The next number of its line; whoever files beside waits for this transaction, so that no number is left out."""
    rules = policy.certificate.number
    line = rules.line(policy.year, series, level)
    counted = insert(CertificateCounter).values(stem=line.stem, last=1)
    raised = counted.on_conflict_do_update(
        index_elements=["stem"], set_={"last": CertificateCounter.last + 1}
    )
    sequence = await tx.scalar(raised.returning(CertificateCounter.last))
    return compose(line, int(sequence or 0), rules.sequence_digits)


async def masked_number(accounts: Neighbour, person_id: UUID, *, as_service: bool = False) -> str | None:
    """The resident id, masked; of who has none the first document by which he or she is known; None of whom the caller may not see."""
    answer = await accounts.ask("/v1/people/lookup", {"ids": [str(person_id)]}, as_service=as_service)
    found = next(iter(answer["items"]), None)
    if found is None:
        return None
    documents = found.get("documents") or ()
    numbers = (found.get("masked_resident_id"), *(each["masked_number"] for each in documents))
    return next((each for each in numbers if each), None)


def policy_of(act: Act, certificate: Certificate) -> NoticePolicy:
    """The notice that a certificate was issued under; of one that no review here led to, the newest."""
    return act.policies.of_year(certificate.year) if certificate.cycle_id else act.policies.latest


def event_of(certificate: Certificate) -> CertificateIssued:
    """That a certificate was issued."""
    return CertificateIssued(
        certificate_id=certificate.id,
        number=certificate.number,
        person_id=certificate.person_id,
        account_id=certificate.account_id,
        unit_id=certificate.unit_id,
        declaration_id=certificate.declaration_id,
        lineage=certificate.lineage,
    )


async def _file_with_the_province(call: Call, declaration: Declaration, certificate: Certificate) -> None:
    """Results of targeted review are the provincial HRSS's to know, whoever issues the certificate (一（四）1)."""
    province_id = declaration.lineage[0]
    if declaration.pool == PostPool.TARGETED and certificate.issuer_id != province_id:
        filed = TargetedResultFiled(
            certificate_id=certificate.id,
            number=certificate.number,
            holder_name=certificate.holder_name,
            unit_id=certificate.unit_id,
            issuer_name=certificate.issuer_name,
            province_id=province_id,
            level=certificate.level,
        )
        await outbox.publish(call.tx, filed, call.moment)
