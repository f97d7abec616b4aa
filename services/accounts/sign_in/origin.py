"""Where a request comes from: the device by its own words, and the network by its address, which is kept masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Annotated

from fastapi import Depends, Request

LONGEST_DEVICE = 200
UNKNOWN = "-"
NETWORK_BITS: Mapping[int, int] = {4: 32, 6: 64}
"""One network is one caller: a household has one IPv4 address, and as many IPv6 addresses as it likes."""
MASKED_BITS: Mapping[int, int] = {4: 24, 6: 48}


@dataclass(frozen=True, slots=True)
class Origin:
    """The device and the address of a request; the address as the socket tells it, or a proxy that is trusted."""

    device: str = UNKNOWN
    address: IPv4Address | IPv6Address | None = None

    @property
    def network(self) -> str:
        """What tries are counted by."""
        return _cut(self.address, NETWORK_BITS)

    @property
    def masked(self) -> str:
        """What is kept and shown: enough to know the own office by, not enough to find a home."""
        return _cut(self.address, MASKED_BITS)


def origin_of(device: str | None, address: str | None) -> Origin:
    """The origin that a header and an address tell; what is no address is none."""
    shown = "".join(c for c in device or "" if c.isprintable()).strip()[:LONGEST_DEVICE]
    try:
        known = ip_address(address or "")
    except ValueError:
        return Origin(shown or UNKNOWN)
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    return Origin(shown or UNKNOWN, known)


async def current_origin(request: Request) -> Origin:
    """The origin of a request. The server put a trusted proxy's word in place of the socket's address before."""
    return origin_of(request.headers.get("user-agent"), request.client.host if request.client else None)


CurrentOrigin = Annotated[Origin, Depends(current_origin)]


def _cut(address: IPv4Address | IPv6Address | None, bits: Mapping[int, int]) -> str:
    if address is None:
        return UNKNOWN
    return str(ip_network((int(address), bits[address.version]), strict=False))
