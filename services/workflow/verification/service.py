"""Pairs of number and name, looked up all at once."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit
from services.kit.errors import Basis
from services.kit.sealing import Sealer
from services.workflow.act import Act
from services.workflow.certificate import names, number, reading
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.schemas import VerificationOut
from services.workflow.verification.counting import count
from services.workflow.verification.errors import SystemsOnly, TooManyPairs
from services.workflow.verification.policy import VerificationRule
from services.workflow.verification.schemas import Pair

SYSTEM = "integration"
Key = tuple[str, str]


async def for_anyone(
    tx: AsyncSession, sealer: Sealer, rule: VerificationRule, basis: Basis, *, pair: Pair, network: str
) -> VerificationOut:
    """Whether number and name of a pair belong together; counted under the network, the number and both.

    Raises:
        TooManyVerifications: too often from that network, of that number from it, or of that number.
    """
    told = number.normalise(pair.number)
    await count(tx, sealer.index(network, context="verification/network"), rule.network, basis)
    here = sealer.index(f"{network}\n{told}", context="verification/number")
    await count(tx, here, rule.number, basis)
    await count(tx, sealer.index(told, context="verification/everywhere"), rule.everywhere, basis)
    [answer] = await _answers(tx, [pair])
    return answer


async def for_system(
    act: Act, sealer: Sealer, rule: VerificationRule, basis: Basis, pairs: Sequence[Pair]
) -> list[VerificationOut]:
    """The same for another system's client, many at a time; the call is audited.

    Raises:
        SystemsOnly: the caller is no client that speaks for itself.
        TooManyPairs: more than a call holds.
        TooManyVerifications: more than a day holds.
    """
    if act.actor.kind != SYSTEM:
        raise SystemsOnly(basis=(basis,))
    if len(pairs) > rule.system.pairs:
        raise TooManyPairs(limit=rule.system.pairs, field="pairs", basis=(basis,))
    day = sealer.index(f"{act.actor.id}\n{act.moment.today}", context="verification/system")
    await count(act.tx, day, rule.system.of_day, basis, weight=len(pairs))
    answers = await _answers(act.tx, pairs)
    seat = act.actor.seats[0] if act.actor.seats else None
    await audit.record(
        act.tx,
        actor=act.actor,
        action="certificate.VERIFY",
        subject=f"client/{act.actor.id}",
        moment=act.moment,
        organisation_id=seat.organisation_id if seat else None,
        basis=(basis,),
        detail={
            "asked": len(pairs),
            "found": [each.certificate.number for each in answers if each.certificate],
        },
    )
    return answers


async def _answers(tx: AsyncSession, pairs: Sequence[Pair]) -> list[VerificationOut]:
    """What is answered to each pair; of several certificates of one pair, the newest is meant."""
    keys = [(number.normalise(each.number), names.normalise(each.name)) for each in pairs]
    named = tuple_(Certificate.number_key, Certificate.holder_key).in_(set(keys))
    rows = await tx.scalars(select(Certificate).where(named).order_by(Certificate.id))
    found: dict[Key, Certificate] = {(each.number_key, each.holder_key): each for each in rows}
    told = await reading.verifications(tx, list(found.values()))
    return [told[found[key].id] if key in found else VerificationOut(valid=False) for key in keys]
