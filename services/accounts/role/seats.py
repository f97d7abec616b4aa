"""The seats of an account: its own, and those it holds for colleagues on leave; and which of them a session carries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.delegation import store as delegations
from services.accounts.installation import Desk
from services.accounts.role import store
from services.accounts.second_factor.states import How
from services.kit.auth import Seat


@dataclass(frozen=True, slots=True)
class Carried:
    """What a token says of its bearer's roles; `withheld` are those that wait for the second factor."""

    seats: Sequence[Seat]
    withheld: Sequence[Seat]


async def held(tx: AsyncSession, desk: Desk, account_id: UUID) -> list[Seat]:
    """Every seat of an account today, its own before those held for others: acts are done in one's own name first."""
    own = await store.seats_of(tx, account_id)
    return own + await delegations.seats_of(tx, account_id, desk.moment.today)


def need_second_factor(desk: Desk, roles: Iterable[str]) -> bool:
    """Whether any of some roles may only be exercised by someone who gave a second factor."""
    wanted = desk.policy.sign_in.second_factor.roles
    return desk.installation.second_factor and any(role in wanted for role in roles)


async def carried(tx: AsyncSession, desk: Desk, account_id: UUID, how: How) -> Carried:
    """The seats that a session begun in the way `how` carries now."""
    seats = await held(tx, desk, account_id)
    if how is not How.PASSWORD:
        return Carried(seats, [])
    bare = [seat for seat in seats if not need_second_factor(desk, [seat.role])]
    return Carried(bare, [seat for seat in seats if seat not in bare])
