"""The history of sign-ins: a line for each try at an account; the address is masked before it is kept."""

from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.second_factor.states import How
from services.accounts.session.model import SignIn
from services.accounts.session.states import Outcome
from services.accounts.sign_in.origin import Origin
from services.kit.ids import new_id


async def tell(
    tx: AsyncSession, account_id: UUID, outcome: Outcome, origin: Origin, how: How | None = None
) -> None:
    """Write a line."""
    line = {"outcome": outcome, "how": how, "device": origin.device, "address": origin.masked}
    await tx.execute(insert(SignIn).values(id=new_id(), account_id=account_id, **line))


def lines_of(account_id: UUID) -> Select[SignIn]:
    """The lines of an account."""
    return select(SignIn).where(SignIn.account_id == account_id)
