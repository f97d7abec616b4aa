"""The secret ballot: how it is opened, how an expert votes, how it is closed and counted.

Secrecy, and what it rests on:

- A vote writes two things in one transaction: a line of the roll (who has voted, nothing else) and the declaration's
  box, sealed again as a whole. Both are there, or neither.
- The box is sorted and of fixed size, sealed with a fresh nonce: neither the row nor any number of copies of it taken
  over time tells a score, an order, or which way a ballot went.
- No time, sequence or id of a ballot exists before the vote is closed. Then all ballots of a meeting are written at
  once, under random ids, in random order.
- Audit, history and events say that somebody voted, never how. A ballot is kept under no idempotency key; the roll
  makes a retry safe, and answers it without saying which way the ballot went.
- The boxes' key is itself sealed with the platform's field keys and its row goes with the count. What a database
  keeps of overwritten rows - dead tuples, write-ahead log, backups - is sealed under that key.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.kit import audit
from services.kit.errors import Basis
from services.kit.sealing import SealBroken
from services.workflow.call import Call
from services.workflow.certificate.credential import TALLY_TYPE
from services.workflow.meeting import access
from services.workflow.meeting.ballot_box import BoxSealer, ballots, cast, empty, new_key
from services.workflow.meeting.errors import (
    AlreadyVoted,
    BoxDisagrees,
    NotPresent,
    NotVotingNow,
)
from services.workflow.meeting.model import (
    Ballot,
    BallotBox,
    BallotKey,
    BallotRoll,
    Meeting,
    Member,
    Tally,
)
from services.workflow.meeting.states import State


async def open_boxes(call: Call, meeting: Meeting, declaration_ids: Sequence[UUID]) -> None:
    """Make the key of the meeting, and an empty box for every declaration."""
    key = new_key()
    sealer = BoxSealer(key, meeting.id)
    await call.tx.execute(
        insert(BallotKey).values(
            meeting_id=meeting.id, sealed=call.sealer.seal(key, context=key_of(meeting.id))
        )
    )
    boxes = [
        {"meeting_id": meeting.id, "declaration_id": each, "sealed": sealer.seal(empty(meeting.size), each)}
        for each in declaration_ids
    ]
    await call.tx.execute(insert(BallotBox), boxes)


async def vote(call: Call, meeting: Meeting, voter: Member, declaration_id: UUID, *, in_favour: bool) -> None:
    """Put one ballot into the declaration's box. `meeting` is held (`store.hold`): it cannot be closed meanwhile.

    Raises:
        NotVotingNow: the meeting is not open.
        NotPresent: the expert is not present.
        NotOnAgenda: the declaration does not stand on the agenda.
        Recused, NotHeard: the expert has stepped back from it, or its applicant was to be heard and was not.
        AlreadyVoted: the expert's ballot on it is in.
    """
    if meeting.state != State.OPEN:
        raise NotVotingNow
    if not voter.present:
        raise NotPresent
    await access.require_ballot(call, meeting, voter, declaration_id)
    await _enrol(call, meeting, voter, declaration_id)
    this = (BallotBox.meeting_id == meeting.id, BallotBox.declaration_id == declaration_id)
    held = select(BallotBox.sealed, BallotKey.sealed).join(
        BallotKey, BallotKey.meeting_id == BallotBox.meeting_id
    )
    # an open meeting has its key, and a box for every declaration of its agenda
    sealed, key = (await call.tx.execute(held.where(*this).with_for_update(of=BallotBox))).one()
    sealer = _opened_with(call, meeting, key)
    box = cast(sealer.open(sealed, declaration_id), in_favour=in_favour)
    await call.tx.execute(update(BallotBox).where(*this).values(sealed=sealer.seal(box, declaration_id)))


async def _enrol(call: Call, meeting: Meeting, voter: Member, declaration_id: UUID) -> None:
    """Write the expert into the roll; the unique key lets one of several simultaneous attempts through."""
    line = upsert(BallotRoll).values(
        meeting_id=meeting.id, declaration_id=declaration_id, expert_id=voter.expert_id
    )
    if await call.tx.scalar(line.on_conflict_do_nothing().returning(BallotRoll.expert_id)) is None:
        raise AlreadyVoted(field="declaration_id")
    await audit.record(
        call.tx,
        actor=call.actor,
        action="ballot.CAST",
        subject=f"meeting/{meeting.id}",
        moment=call.moment,
        basis=await vote_basis(call, meeting),
        detail={"declaration_id": declaration_id},
    )


async def vote_basis(call: Call, meeting: Meeting) -> tuple[Basis, ...]:
    """The article a ballot rests on."""
    return ((await call.policy(meeting.cycle_id)).articles["secret_ballot"],)


async def count(call: Call, meeting: Meeting, present: Mapping[UUID, int]) -> list[Tally]:
    """Open the boxes, write the anonymous ballots and the signed tallies, destroy boxes and key.

    `present` tells of every declaration that is decided how many were present for it; the box of any other is destroyed
    unopened. `meeting` is locked, so that no ballot can come in any more.

    Raises:
        BoxDisagrees: a box was altered, or holds another number of ballots than the roll has experts.
    """
    opened = await _opened(call, meeting, present)
    await _write_ballots(call, meeting, opened)
    policy = (await call.policy(meeting.cycle_id)).meeting
    found = []
    for declaration_id, cast_ballots in opened.items():
        in_favour = sum(cast_ballots)
        tally = Tally(
            meeting_id=meeting.id,
            declaration_id=declaration_id,
            present=present[declaration_id],
            in_favour=in_favour,
            against=len(cast_ballots) - in_favour,
            passed=policy.pass_share.reached(in_favour, present[declaration_id]),
        )
        tally.signature = call.signer.sign(told(tally), kind=TALLY_TYPE)
        found.append(tally)
    call.tx.add_all(found)
    await call.tx.flush()
    await destroy(call, meeting)
    return found


async def destroy(call: Call, meeting: Meeting) -> None:
    """Destroy boxes and key, opened or not: what could have led to a ballot goes."""
    for kind in (BallotBox, BallotKey):
        await call.tx.execute(delete(kind).where(kind.meeting_id == meeting.id))


def told(tally: Tally) -> dict[str, object]:
    """What the signature of a tally covers."""
    return {
        "meeting_id": str(tally.meeting_id),
        "declaration_id": str(tally.declaration_id),
        "present": tally.present,
        "in_favour": tally.in_favour,
        "against": tally.against,
        "passed": tally.passed,
    }


async def recount(call: Call, meeting: Meeting) -> dict[UUID, tuple[int, int]]:
    """Count the ballots themselves again: in favour and against, declaration by declaration."""
    counted = (
        select(
            Ballot.declaration_id,
            func.count().filter(Ballot.in_favour),
            func.count().filter(~Ballot.in_favour),
        )
        .where(Ballot.meeting_id == meeting.id)
        .group_by(Ballot.declaration_id)
    )
    return {each: (in_favour, against) for each, in_favour, against in await call.tx.execute(counted)}


async def _write_ballots(call: Call, meeting: Meeting, opened: dict[UUID, list[bool]]) -> None:
    rows = [
        {"id": uuid4(), "meeting_id": meeting.id, "declaration_id": each, "in_favour": ballot}
        for each, cast_ballots in opened.items()
        for ballot in cast_ballots
    ]
    secrets.SystemRandom().shuffle(rows)
    if rows:
        await call.tx.execute(insert(Ballot), rows)


async def _opened(call: Call, meeting: Meeting, decided: Collection[UUID]) -> dict[UUID, list[bool]]:
    """The ballots of every declaration that is decided, each checked against the roll."""
    sealer = await _sealer(call, meeting)
    boxes = select(BallotBox.declaration_id, BallotBox.sealed).where(BallotBox.meeting_id == meeting.id)
    rolls = (
        select(BallotRoll.declaration_id, func.count())
        .where(BallotRoll.meeting_id == meeting.id)
        .group_by(BallotRoll.declaration_id)
    )
    voters = dict((await call.tx.execute(rolls)).all())
    locked = await call.tx.execute(boxes.order_by(BallotBox.declaration_id).with_for_update())
    return {
        each: _agreeing(sealer, sealed, each, voters.get(each, 0))
        for each, sealed in locked
        if each in decided
    }


def _agreeing(sealer: BoxSealer, sealed: bytes, declaration_id: UUID, voters: int) -> list[bool]:
    try:
        found = ballots(sealer.open(sealed, declaration_id))
    except SealBroken as error:
        raise BoxDisagrees from error
    if len(found) != voters:
        raise BoxDisagrees
    return found


async def _sealer(call: Call, meeting: Meeting) -> BoxSealer:
    sealed = await call.tx.scalar(select(BallotKey.sealed).where(BallotKey.meeting_id == meeting.id))
    if sealed is None:
        raise NotVotingNow
    return _opened_with(call, meeting, sealed)


def _opened_with(call: Call, meeting: Meeting, sealed: bytes) -> BoxSealer:
    return BoxSealer(call.sealer.open(sealed, context=key_of(meeting.id)), meeting.id)


def key_of(meeting_id: UUID) -> str:
    """What the key of a meeting's boxes is sealed for."""
    return f"ballot_key/{meeting_id}"
