"""Verifications are counted before anything is looked up, in the database, so that many at once and many replicas gain nothing.

What exists and what does not is counted alike. What is refused is not counted: hammering does not prolong the wait. The
database's clock counts.
"""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request
from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.db import Database
from services.kit.errors import Basis
from services.workflow.verification.errors import TooManyVerifications
from services.workflow.verification.model import VerificationCount
from services.workflow.verification.policy import Allowance

NOW = func.clock_timestamp()
BARE = {"synchronize_session": False}
NETWORK_BITS = {4: 32, 6: 64}
"""One network is one caller: a household has one IPv4 address, and as many IPv6 addresses as it likes."""


async def count(
    tx: AsyncSession, digest: bytes, allowed: Allowance, basis: Basis, *, weight: int = 1
) -> None:
    """Count `weight` verifications under a key.

    Raises:
        TooManyVerifications: they are more than remain; says after how many seconds the count begins anew.
    """
    over = VerificationCount.until <= NOW
    until = NOW + timedelta(seconds=allowed.seconds)
    used = VerificationCount.used + weight
    first = insert(VerificationCount).values(digest=digest, used=weight, until=until)
    counted = first.on_conflict_do_update(
        index_elements=[VerificationCount.digest],
        set_={
            "used": case((over, weight), else_=used),
            "until": case((over, until), else_=VerificationCount.until),
        },
        where=or_(over, used <= allowed.times),
    ).returning(VerificationCount.used)
    if await tx.scalar(counted) is None:
        left = select(func.ceil(func.extract("epoch", VerificationCount.until - NOW)))
        seconds = await tx.scalar(left.where(VerificationCount.digest == digest))
        raise TooManyVerifications(seconds=max(1, int(seconds or 1)), basis=(basis,))


async def sweep(database: Database) -> None:
    """Forget what is over."""
    async with database.begin() as tx:
        gone = delete(VerificationCount).where(VerificationCount.until <= NOW)
        await tx.execute(gone.execution_options(**BARE))


def network_of(request: Request) -> str:
    """The network of a caller. The server put a trusted proxy's word in place of the socket's address before."""
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return "-"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ip_network((int(address), NETWORK_BITS[address.version]), strict=False))
