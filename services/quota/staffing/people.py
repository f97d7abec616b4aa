"""Who a movement is of: people are known by account, or by a name that is theirs alone in the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.ids import new_id
from services.quota.staffing import store
from services.quota.staffing.errors import NameAmbiguous, PersonTaken
from services.quota.staffing.model import StaffMember

LONGEST_NAME = 60
"""How many characters a name has; the annual form has room for them."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a caller names one: by the ledger's own id, or by name and, where there is one, account."""

    name: str | None = None
    person_id: UUID | None = None
    id: UUID | None = None


def known(named: Named, people: Sequence[StaffMember]) -> StaffMember | None:
    """The one of `people` who is meant; None where it is somebody new.

    Raises:
        NameAmbiguous: somebody of that name is there, and it is not said whether it is the same person.
    """
    if named.person_id is not None:
        by_account = [each for each in people if each.person_id == named.person_id]
        if by_account:
            return by_account[0]
    namesakes = [each for each in people if each.name == named.name]
    without = [each for each in namesakes if each.person_id is None]
    if named.person_id is None and without and len(namesakes) == 1:
        return without[0]
    if without or (named.person_id is None and namesakes):
        raise NameAmbiguous(name=named.name, field="member.name")
    return None


async def of_unit(tx: AsyncSession, unit_id: UUID, named: Named, province: str) -> StaffMember:
    """The person of the unit's ledger, taken up where nobody knew of one; call it under the book's lock.

    Raises:
        MemberNotFound: the unit's ledger does not know the id.
        NameAmbiguous: see `known`.
    """
    if named.id is not None:
        return await store.member(tx, unit_id, named.id)
    ids = [named.person_id] if named.person_id else []
    found = known(named, await store.members_like(tx, unit_id, ids, [str(named.name)]))
    if found is not None:
        return found
    new = StaffMember(
        id=new_id(), province=province, unit_id=unit_id, name=str(named.name), person_id=named.person_id
    )
    tx.add(new)
    await tx.flush()
    return new


async def mend(tx: AsyncSession, member: StaffMember, name: str, person_id: UUID | None) -> StaffMember:
    """Write a name rightly and tie the person to an account; call it under the book's lock.

    Raises:
        PersonTaken: the account is another's, or the person has another one.
        NameAmbiguous: somebody else without account has that name.
    """
    others = await store.members_like(tx, member.unit_id, [person_id] if person_id else [], [name])
    others = [each for each in others if each.id != member.id]
    account = person_id or member.person_id
    if member.person_id not in {None, account} or any(
        account and each.person_id == account for each in others
    ):
        raise PersonTaken(field="person_id")
    if account is None and others:
        raise NameAmbiguous(name=name, field="name")
    changed = update(StaffMember).where(StaffMember.id == member.id)
    await tx.execute(changed.values(name=name, person_id=account))
    await tx.refresh(member)
    return member
