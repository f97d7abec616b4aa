"""A case begins: a complaint by anybody at any time, or one that a body above opens on what was found true or ex officio."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from services.kit import audit, outbox
from services.kit.auth import Actor, Seat
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.neighbours.client import Neighbour
from services.workflow import authorship, rows
from services.workflow.act import Act, Look
from services.workflow.certificate import number as numbers
from services.workflow.contract import IntegrityCaseMoved
from services.workflow.integrity import deadline, grounds, store
from services.workflow.integrity.errors import CaseExists, NobodyConcerned, TooManyComplaints
from services.workflow.integrity.grounds import Concerned
from services.workflow.integrity.involvement import involved
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.policy import ComplaintLimits
from services.workflow.integrity.schemas import CaseIn, ComplaintIn
from services.workflow.integrity.states import CaseState, Ground
from services.workflow.integrity.steps import INVESTIGATORS
from services.workflow.policy import NoticePolicy
from services.workflow.supervision.errors import YouActedOnIt

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def complain(
    look: Look, body: ComplaintIn, author: Actor | None, sealer: Sealer, province: str
) -> tuple[IntegrityCase, Basis]:
    """Take a complaint about who declares, or holds a certificate, under a number; `author` None is anonymous.

    Everything that is answered, and every limit, is the same whether or not the number is known here: it tells nobody
    which numbers there are. Counting the caller's tries would, but keep a trace of who complains.

    Raises:
        NobodyConcerned: there is nothing at all yet that anybody could complain of.
        TooManyComplaints: there were many anonymous ones, of the number or at all.
    """
    policy = look.policies.latest
    basis = policy.articles["report_checked"]
    about = await grounds.of_number(look, body.number, body.holder_name) or await grounds.of_nobody(look)
    number_key = numbers.normalise(body.number)
    if author is None:
        await _refuse_flood(look, number_key, policy.integrity.complaints, basis)
    case = _row(about, Ground.COMPLAINT, body.text, look, province)
    case.number, case.number_key, case.holder_name = body.number, number_key, body.holder_name
    case.anonymous = author is None
    case.identity = authorship.seal(sealer, author, context(case.id))
    _due(case, deadline.COMPLAIN, about.policy, look.moment)
    await rows.add(look.tx, case)
    await outbox.publish(look.tx, moved(case, deadline.COMPLAIN, case.state, case.due_on), look.moment)
    # without its author: the audit is read by more people than may know who complained
    await audit.record(
        look.tx,
        actor=None,
        action="integrity_case.COMPLAIN",
        subject=f"integrity_case/{case.id}",
        moment=look.moment,
        basis=[basis],
        detail={"anonymous": case.anonymous},
    )
    return case, basis


async def _refuse_flood(look: Look, number_key: str, limits: ComplaintLimits, basis: Basis) -> None:
    """Nothing of the caller is kept to count by: the limit is of all anonymous complaints, one after the other."""
    await look.tx.execute(text("select pg_advisory_xact_lock(hashtextextended('complaint/anonymous', 0))"))
    since = look.moment.instant - DAY
    if await store.anonymous(look.tx, since, number_key) >= limits.anonymous_of_one_number_a_day:
        raise TooManyComplaints(seconds=int(DAY.total_seconds()), basis=[basis])
    if await store.anonymous(look.tx, look.moment.instant - HOUR) >= limits.anonymous_an_hour:
        raise TooManyComplaints(seconds=int(HOUR.total_seconds()), basis=[basis])


async def open_case(act: Act, asked: CaseIn, accounts: Neighbour) -> tuple[IntegrityCase, tuple[Basis, ...]]:
    """Open a case; it is under investigation at once.

    Raises:
        NobodyConcerned, ReportNotFound, ObjectionNotFound, FindingNotFound: it is about nobody in the caller's reach.
        GroundNotEstablished, CaseExists: what it rests on was not found true, or led to a case already.
        YouActedOnIt: the caller has acted on the declaration behind it, or is the person.
    """
    act.actor.require(*INVESTIGATORS)
    about = await grounds.concerned(act, asked, accounts)
    seat = act.actor.seat(*INVESTIGATORS, within=about.lineage)
    if seat is None:
        raise NobodyConcerned(field="person_id")
    basis = (about.policy.articles["misconduct"],)
    case = _row(about, asked.ground, asked.text, act, act.province)
    case.source_id, case.state = asked.sources.get(asked.ground), CaseState.INVESTIGATING
    case.handler_id = seat.organisation_id
    if await involved(act.tx, case, act.actor):
        raise YouActedOnIt(basis=basis)
    _due(case, deadline.OPEN, about.policy, act.moment)
    await _begun(act, case, seat, basis)
    return case, basis


async def _begun(act: Act, case: IntegrityCase, seat: Seat, basis: tuple[Basis, ...]) -> None:
    second = CaseExists(basis=basis)
    await rows.begin(act, case, seat, basis=basis, taken={"uq_integrity_case_source": second})
    await outbox.publish(act.tx, moved(case, deadline.OPEN, case.state, case.due_on), act.moment)


def _due(case: IntegrityCase, action: str, policy: NoticePolicy, moment: Moment) -> None:
    for name, value in deadline.after(action, policy.integrity.days, moment.today).items():
        setattr(case, name, value)


def _row(about: Concerned, ground: Ground, told: str, act: Act | Look, province: str) -> IntegrityCase:
    return IntegrityCase(
        id=new_id(),
        province=province,
        version=1,
        policy=about.policy.name,
        state=CaseState.RECEIVED,
        ground=ground,
        source_id=None,
        person_id=about.person_id,
        account_id=about.account_id,
        person_name=about.person_name,
        declaration_id=about.declaration_id,
        certificate_id=about.certificate_id,
        lineage=about.lineage,
        hrss_id=about.hrss_id,
        text=told,
        anonymous=False,
        identity=None,
        opened_at=act.moment.instant,
        certificate_ids=[],
        certificate_numbers=[],
    )


def context(case_id: UUID) -> str:
    """What the author's seal is bound to."""
    return f"integrity_case.identity/{case_id}"


def moved(case: IntegrityCase, action: str, after: str, due_on: date | None) -> IntegrityCaseMoved:
    """The event of a step that finds nothing; `due_on` is by when the next is to be done."""
    return IntegrityCaseMoved(
        case_id=case.id,
        person_id=case.person_id or case.id,
        hrss_id=case.hrss_id,
        action=action,
        after=after,
        known=case.charge is not None,
        document_number=case.document_number,
        **deadline.told(case, action, due_on),
    )
