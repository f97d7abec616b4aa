"""Which addresses of the network a stranger's URL may lead to: public ones, and nothing of ours."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

GLOBAL_UNICAST = ip_network("2000::/3")
"""All of IPv6 that is given out; what lies outside (mapped, NAT64, local, multicast) is refused as a whole."""
REFUSED = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments; a cloud's metadata live there
            "192.88.99.0/24",  # relays of 6to4
            "168.63.129.16/32",  # public by its number, and the host of a cloud's machine
            "2001::/23",  # Teredo and other wrappings of addresses
            "2001:db8::/32",
            "2002::/16",  # 6to4 wraps an IPv4 address
            "3fff::/20",
        ),
    )
)


class AddressRefused(OSError):
    """An address that is not public; the host's name and the address are in the log alone."""


def parsed(host: str) -> Address | None:
    """The address that `host` is written as; None where it is a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may be reached there."""
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in REFUSED if network.version == address.version)


def may_be_called(host: str, *, own_machine: bool) -> bool:
    """Whether an address may be connected to; `own_machine` lets the machine's own in, for development."""
    address = parsed(host)
    if address is None:
        return False
    return is_public(address) or (own_machine and address.is_loopback)
