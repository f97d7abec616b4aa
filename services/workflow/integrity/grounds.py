"""Whom a case is about, and on what it rests: a declaration, a certificate, a recommendation made public, or a person."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from services.accounts.contract import OrganisationKind
from services.neighbours.client import Neighbour
from services.workflow.act import Act, Look
from services.workflow.certificate import names, standing
from services.workflow.certificate import number as numbers
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.states import Standing
from services.workflow.cycle import store as cycles
from services.workflow.declaration import source
from services.workflow.declaration import store as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action, State
from services.workflow.integrity import store
from services.workflow.integrity.errors import GroundNotEstablished, NobodyConcerned
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.schemas import CaseIn
from services.workflow.integrity.states import Ground
from services.workflow.policy import NoticePolicy
from services.workflow.publicity import store as publicities
from services.workflow.publicity.model import Publicity
from services.workflow.publicity.states import ObjectionState, PublicityKind
from services.workflow.recommendation.model import Recommendation
from services.workflow.report import store as reports
from services.workflow.report.states import ReportState
from services.workflow.route.standing import facts_of
from services.workflow.supervision import store as findings
from services.workflow.supervision.states import FindingKind

LIKE_NUMBERS = 20
"""No more certificates than these are looked at of one number; ours are given once, old ones by few bodies."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a case is about; `lineage` are the bodies above the unit, `hrss_id` the nearest HRSS of them.

    A certificate whose holder is not known here is about nobody yet but the name printed on it.
    """

    person_id: UUID | None
    account_id: UUID | None
    person_name: str | None
    lineage: list[UUID]
    hrss_id: UUID
    policy: NoticePolicy
    declaration_id: UUID | None = None
    certificate_id: UUID | None = None


async def concerned(act: Act, asked: CaseIn, accounts: Neighbour) -> Concerned:
    """Whom a case that an officer opens is about.

    Raises:
        NobodyConcerned: nobody, or out of reach.
        ReportNotFound, ObjectionNotFound, FindingNotFound: what it rests on is out of reach.
        GroundNotEstablished: what it rests on was not found true.
    """
    source_id = asked.sources.get(asked.ground)
    if source_id is not None:
        return await _of_source(act, asked.ground, source_id)
    return await named(act, asked.number, asked.holder_name, asked.person_id, accounts)


async def named(
    act: Act, number: str | None, holder_name: str | None, person_id: UUID | None, accounts: Neighbour
) -> Concerned:
    """Who is meant by a number (and the name printed on what it is of), or by a person.

    Raises:
        NobodyConcerned: nobody.
    """
    if number is None:
        assert person_id is not None, "the shape demands one of them"
        return await _of_person(act, person_id, accounts)
    found = await of_number(act, number, holder_name)
    if found is None:
        raise NobodyConcerned(field="number")
    return found


async def _of_source(act: Act, ground: Ground, source_id: UUID) -> Concerned:
    if ground is Ground.REPORT:
        report = await reports.report(act.tx, source_id, act.actor)
        _require(report.state == ReportState.FOUNDED)
        return await _of_declaration(act, await act.tx.get_one(Declaration, report.declaration_id))
    if ground is Ground.FINDING:
        finding = await findings.finding(act.tx, source_id, act.actor)
        _require(finding.kind == FindingKind.RESULT_VOID)
        return await _of_declaration(act, await act.tx.get_one(Declaration, finding.declaration_ids[0]))
    objection = await publicities.objection(act.tx, source_id, act.actor)
    _require(objection.state == ObjectionState.UPHELD)
    return await _of_publicity(act, await publicities.get(act.tx, objection.publicity_id))


def _require(established: bool) -> None:
    if not established:
        raise GroundNotEstablished


async def _of_publicity(act: Act, public: Publicity) -> Concerned:
    if public.kind == PublicityKind.RESULT:
        return await _of_declaration(act, await act.tx.get_one(Declaration, public.subject_id))
    source = await act.tx.get_one(Recommendation, public.subject_id)
    cycle = await cycles.get(act.tx, source.cycle_id)
    told = (source.person_id, source.account_id, source.person_name)
    bodies = bodies_above(source.lineage, source.unit_id)
    return Concerned(*told, bodies, _hrss(source.path, bodies), act.policies[cycle.policy])


async def of_number(act: Act | Look, number: str, holder_name: str | None = None) -> Concerned | None:
    """Who declares, or holds a certificate, under a number; None: nobody, or nobody but the writer of a draft."""
    wanted = select(Declaration).where(Declaration.number == number, Declaration.state != State.DRAFT)
    declaration: Declaration | None = await act.tx.scalar(wanted)
    if declaration is not None:
        return await _of_declaration(act, declaration)
    found = await _under(act, number, holder_name)
    return await _of_certificate(act, found[0]) if len(found) == 1 else None


async def _under(act: Act | Look, number: str, holder_name: str | None) -> list[Certificate]:
    """The certificates that a number, and a name, may mean: two bodies may have given one, and one is void when it comes anew."""
    held = select(Certificate).where(Certificate.number_key == numbers.normalise(number))
    if holder_name is not None:
        held = held.where(Certificate.holder_key == names.normalise(holder_name))
    found = list(await act.tx.scalars(held.order_by(Certificate.id).limit(LIKE_NUMBERS)))
    last = [each for each in found if each.id not in {later.replaces_id for later in found}]
    if len(last) < 2:  # noqa: PLR2004 - one, or none
        return last
    stands = await standing.standings(act.tx, [each.id for each in last])
    return [each for each in last if stands[each.id] is Standing.IN_FORCE]


async def of_nobody(look: Look) -> Concerned:
    """A complaint about a number that is not known here: the province finds out whom it means.

    Raises:
        NobodyConcerned: nothing is there yet that anybody could complain of.
    """
    province_id = await store.province_of(look.tx)
    if province_id is None:
        raise NobodyConcerned(field="number")
    return Concerned(None, None, None, [province_id], province_id, look.policies.latest)


async def _of_declaration(act: Act | Look, row: Declaration) -> Concerned:
    bodies = bodies_above(row.lineage, row.unit_id)
    return Concerned(
        row.person_id,
        row.account_id,
        row.person_name,
        bodies,
        _hrss(row.path, bodies),
        act.policies[row.policy],
        declaration_id=row.id,
        certificate_id=await act.tx.scalar(_issued(row.id)),
    )


def _issued(declaration_id: UUID) -> Select[UUID]:
    ours = select(Certificate.id).where(Certificate.declaration_id == declaration_id)
    return ours.order_by(Certificate.id.desc()).limit(1)


async def _of_certificate(act: Act | Look, row: Certificate) -> Concerned:
    """Who tells whose it is at the same instant waits, and binds the holder by the case; or has told, and it is about the holder."""
    if row.person_id is None:
        await standing.lock(act.tx, row.id)
        await act.tx.refresh(row)
    return Concerned(
        row.person_id,
        row.account_id,
        row.holder_name,
        _reached_by(row),
        row.issuer_id,
        act.policies.latest,
        declaration_id=row.declaration_id,
        certificate_id=row.id,
    )


def _reached_by(row: Certificate) -> list[UUID]:
    """The bodies above the unit, and who issued it: the line of a certificate without a unit ends with the issuer."""
    line = list(row.lineage)
    if row.issuer_id not in line:
        return [*bodies_above(line, row.unit_id), row.issuer_id]
    return bodies_above(line, row.unit_id) if row.unit_id else line[: line.index(row.issuer_id) + 1]


async def _of_person(act: Act, person_id: UUID, accounts: Neighbour) -> Concerned:
    policy = act.policies.latest
    person = await facts_of(accounts, person_id, policy.year)
    if person is None:
        raise NobodyConcerned(field="person_id")
    line = [each.id for each in person.lineage]
    bodies = bodies_above(line, person.employer_id)
    path = [each.model_dump(mode="json") for each in person.lineage]
    return Concerned(person.person_id, person.account_id, person.name, bodies, _hrss(path, bodies), policy)


def bodies_above(lineage: Sequence[UUID], unit_id: UUID | None) -> list[UUID]:
    """The bodies above the unit concerned; of who has none all but the last of the line."""
    line = list(lineage)
    concerned_id = unit_id or line[-1]
    return line[: line.index(concerned_id)] if concerned_id in line[1:] else line[:1]


def _hrss(path: Iterable[dict[str, str]], bodies: list[UUID]) -> UUID:
    """The nearest HRSS among the bodies above, which hears of the case first."""
    above = [
        each["id"]
        for each in path
        if each["kind"] == OrganisationKind.HRSS and UUID(str(each["id"])) in bodies
    ]
    return UUID(str(above[-1])) if above else bodies[0]


async def at_stake(act: Act, case: IntegrityCase) -> Certificate | None:
    """The certificate in force today for what a case is about; none is issued until this transaction ends."""
    if case.declaration_id is not None:
        await source.lock(act.tx, case.declaration_id, Action.DISQUALIFY)
        await declarations.lock_any(act.tx, case.declaration_id)
        issued_id = await act.tx.scalar(_issued(case.declaration_id))
    else:
        issued_id = case.certificate_id
    held = [] if issued_id is None else (await standing.hold(act.tx, issued_id))[-1:]
    return next(iter(await in_force(act, held)), None)


async def in_force(act: Act, held: Sequence[Certificate]) -> list[Certificate]:
    """Those of several locked certificates that are in force, not void or revoked already."""
    stands = await standing.standings(act.tx, [each.id for each in held])
    return [each for each in held if stands[each.id] is Standing.IN_FORCE]


async def in_their_place(act: Act, named: Iterable[Certificate]) -> list[Certificate]:
    """What stands for several certificates today, each once: they, or what came in their place; locked in the given order."""
    last = [(await standing.hold(act.tx, each.id))[-1] for each in named]
    return list({each.id: each for each in last}.values())


async def certificates(act: Act, ids: Collection[UUID]) -> list[Certificate]:
    """Several certificates in the order of their keys, in which everybody locks them."""
    wanted = select(Certificate).where(Certificate.id.in_(ids)).order_by(Certificate.id)
    return list(await act.tx.scalars(wanted))
