"""Where messages may go in the open: the own machine and nowhere else."""

from ipaddress import ip_address
from typing import Annotated

import httpx
from pydantic import AfterValidator


def loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sealed(url: str) -> str:
    try:
        told = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"no address: {error}") from error
    if not told.host or not (told.scheme == "https" or (told.scheme == "http" and loopback(told.host))):
        raise ValueError("an https address with a host is needed; http is for the own machine alone")
    return url.rstrip("/")


ApiUrl = Annotated[str, AfterValidator(_sealed)]
"""Where a provider's interface is: over TLS, or on this very machine."""
