"""Sweeping what is over: ended sessions with their tokens, old history, forgotten tries. Any replica does it."""

from services.accounts.installation import Desk, Installation
from services.accounts.session import store
from services.kit import clock
from services.kit.db import Database


async def sweep(database: Database, installation: Installation, *, simulated: bool) -> int:
    """Sweep until nothing is left; how many rows went."""
    swept = 0
    while True:
        async with database.begin() as tx:
            desk = Desk(installation, await clock.now(tx, simulated=simulated))
            now = await store.sweep(tx, desk.policy.sign_in.history.keep_days)
        swept += now
        if not now:
            return swept
