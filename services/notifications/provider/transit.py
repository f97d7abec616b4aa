"""Where messages may go in the open: the own machine and nowhere else."""

from ipaddress import ip_address


def loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
