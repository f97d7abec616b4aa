"""A request for recognition: by the person, or by the unit for whoever works there; mended where it came back (一（六）)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.accounts.contract import PersonFacts, PersonKind, Role
from services.kit import outbox
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis, Unavailable
from services.kit.ids import new_id
from services.kit.steps import refuse_broken
from services.quota.contract import TitleLevel
from services.workflow import rows
from services.workflow.call import Call
from services.workflow.certificate.jurisdiction import Hrss, filing_hrss
from services.workflow.integrity.bar import require_not_barred
from services.workflow.policy import NoticePolicy
from services.workflow.recognition import moving, store, title
from services.workflow.recognition.errors import (
    NotEmployed,
    PersonNotYours,
    RecognitionUnderWay,
    TitleNotOnRecord,
)
from services.workflow.recognition.model import Recognition
from services.workflow.recognition.rules import FIT, Asked
from services.workflow.recognition.schemas import RecognitionIn, ResubmitIn, TitleIn
from services.workflow.recognition.states import RecognitionAction, RecognitionState, Wish
from services.workflow.route.standing import facts_of

Answer = tuple[Recognition, tuple[Basis, ...]]


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose title is asked to be recognised, for what, and what is told of it."""

    policy: NoticePolicy
    person_id: UUID
    kind: PersonKind
    wish: Wish
    body: TitleIn

    @property
    def has_unit(self) -> bool:
        """Whether the person works for a unit; who declares directly has none (二（二）2)."""
        return self.policy.declaration.direct.article(self.kind) is None

    @property
    def basis(self) -> tuple[Basis, ...]:
        """What the request rests on; of a qualification also where its correspondence stands."""
        articles, found = self.policy.articles, self.policy.recognition.qualification(self.body.qualification)
        rests = (articles["mutual_recognition"], articles["recognised_titles"])
        return rests if found is None else (*rests, found.basis())

    @property
    def columns(self) -> dict[str, Any]:
        """What the request keeps of what the caller tells."""
        return {
            "source": self.body.source,
            "issued_in": self.body.issued_in,
            "qualification": self.body.qualification,
            "remark": self.body.remark,
        }


async def ask(call: Call, body: RecognitionIn) -> Answer:
    """Ask for the recognition of a title.

    Raises:
        PersonNotYours: the caller is neither the person nor his or her unit.
        NotEmployed: the person belongs to no employer.
        TitleNotOnRecord, RulesBroken: it is no title that is recognised.
        RecognitionUnderWay: a request for it is under way.
        Barred: the person is barred for misconduct (一（八）).
        Unavailable: accounts does not answer; nothing was changed.
    """
    policy = call.policies.latest
    person_id = body.person_id or call.actor.person_id
    person = await facts_of(call.accounts, person_id, policy.year) if person_id else None
    seat = _seat(call.actor, person)
    if person is None or seat is None:
        raise PersonNotYours(field="person_id")
    if person.employer_id is None:
        raise NotEmployed(field="person_id", basis=[policy.articles["recognised_titles"]])
    claim = Claim(policy, person.person_id, person.kind, body.wish, body)
    told = await _fit(call, claim)
    await require_not_barred(call.tx, claim.person_id, call.moment.today, policy, "person_id")
    row = _row(call, claim, person, told, seat)
    taken = {"uq_recognition_live": RecognitionUnderWay(field="record_id", basis=claim.basis)}
    await rows.begin(call, row, seat, basis=claim.basis, taken=taken)
    await outbox.publish(call.tx, moving.event(row, RecognitionAction.SUBMIT, row.state), call.moment)
    return row, claim.basis


def _seat(actor: Actor, person: PersonFacts | None) -> Seat | None:
    """As the person, or for the unit that the person works for."""
    if person is None:
        return None
    if actor.person_id == person.person_id:
        return actor.seat(Role.APPLICANT)
    return actor.seat(Role.RECOMMENDER, within=(person.employer_id,)) if person.employer_id else None


async def _fit(call: Call, claim: Claim) -> dict[str, Any]:
    """The title as accounts has it, where it is one that is recognised."""
    told = await title.on_record(call.accounts, claim.person_id, claim.body.record_id)
    if told is None:
        raise TitleNotOnRecord(field="record_id", basis=[claim.policy.articles["recognised_titles"]])
    refuse_broken(RecognitionAction.SUBMIT, FIT, await _asked(call, claim, told), claim.policy.articles)
    return told


async def _asked(call: Call, claim: Claim, told: Mapping[str, Any]) -> Asked:
    """The title as its rules see it."""
    rules, body = claim.policy.recognition, claim.body
    found = rules.qualification(body.qualification)
    kept = {each.code for each in rules.limits} if found else set()
    return Asked(
        source=body.source,
        wish=claim.wish,
        issued_in=body.issued_in,
        place=rules.places.get(body.issued_in or ""),
        qualification_code=body.qualification,
        qualification=(found.series, found.level) if found else None,
        title=(told["series"], told["level"]),
        series_known=claim.policy.series.find(told["series"]) is not None,
        limited=bool(set(told["limits"]) - kept),
        scanned=bool(told["evidence"]),
        ours=await store.here(call.tx, claim.person_id, told["title_key"]),
        recognised=await store.confirmed(call.tx, claim.person_id, told["title_key"]),
        has_unit=claim.has_unit,
    )


def _row(call: Call, claim: Claim, person: PersonFacts, told: Mapping[str, Any], seat: Seat) -> Recognition:
    path = [each.model_dump(mode="json", include={"id", "name", "kind", "level"}) for each in person.lineage]
    unit = next((each for each in path if each["id"] == str(person.employer_id)), path[-1])
    hrss = _hrss(claim.policy, path, told["level"])
    state = RecognitionState.UNDER_VERIFICATION
    return Recognition(
        id=new_id(),
        province=call.province,
        policy=claim.policy.name,
        person_id=person.person_id,
        account_id=person.account_id,
        person_name=person.name,
        person_kind=person.kind,
        by_unit=seat.role == Role.RECOMMENDER,
        unit_id=UUID(unit["id"]),
        unit_name=unit["name"],
        hrss_id=hrss.id,
        hrss_name=hrss.name,
        path=path,
        lineage=[each.id for each in person.lineage],
        wish=claim.wish,
        state=state,
        due_on=moving.due_on(claim.policy, state, call.moment.today),
        returned=[],
        version=1,
        **claim.columns,
        **told,
    )


def _hrss(policy: NoticePolicy, path: Sequence[Mapping[str, Any]], level: str) -> Hrss:
    """Who manages titles of the level (职称工作管理权限)."""
    found = filing_hrss(path, policy.certificate.jurisdiction.levels[TitleLevel(level)])
    if found is None:
        raise Unavailable(part="accounts")
    return found


async def mend(call: Call, recognition_id: UUID, body: ResubmitIn) -> Answer:
    """Ask again with what was returned; the title is taken anew from the record.

    Raises:
        RecognitionNotFound, ActionNotAvailable, NotYourStep, StaleVersion: nothing was changed.
        TitleNotOnRecord, RulesBroken: it is no title that is recognised.
        RecognitionUnderWay: a request for that title is under way.
        Barred: the person is barred for misconduct (一（八）).
        Unavailable: accounts does not answer; nothing was changed.
    """
    action = RecognitionAction.RESUBMIT
    row = await store.get(call.tx, recognition_id, call.actor)
    moving.judge(call, row, action, body.version)
    policy = call.policies[row.policy]
    claim = Claim(policy, row.person_id, PersonKind(row.person_kind), Wish(row.wish), body)
    told = await _fit(call, claim)
    await require_not_barred(call.tx, claim.person_id, call.moment.today, policy)
    row = await store.get(call.tx, recognition_id, call.actor, locked=True)
    move = moving.judge(call, row, action, body.version)
    hrss = _hrss(policy, row.path, told["level"])
    place = {"hrss_id": hrss.id, "hrss_name": hrss.name, "returned": []}
    try:
        await moving.take(call, row, move, note=body.remark, **told, **claim.columns, **place)
    except IntegrityError as error:
        raise RecognitionUnderWay(field="record_id", basis=claim.basis) from error
    return row, tuple(dict.fromkeys((*move.basis, *claim.basis)))
