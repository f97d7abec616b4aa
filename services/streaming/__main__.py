"""`python -m services.streaming --copies 3`: let so many servers of the broker (`NATS_URL`) keep the stream of events."""

import argparse
import asyncio
import sys

from nats.js.errors import APIError
from pydantic import ValidationError

from services.kit import logging
from services.kit.settings import ProcessSettings, unusable
from services.streaming.broker import BROKER_FAILURES, Broker, keep_copies

BROKER_SECONDS = 60.0


async def keep(url: str, copies: int) -> None:
    """Wait for the broker, and tell it.

    Raises:
        TimeoutError: there is none.
        APIError: it has fewer servers than that.
    """
    async with Broker(url, "streaming") as broker, asyncio.timeout(BROKER_SECONDS):
        await keep_copies(await broker.stream(), copies)


def main(arguments: list[str] | None = None) -> int:
    """Do it; 2 with one line where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m services.streaming", description=__doc__)
    parser.add_argument("--copies", type=int, required=True, choices=(1, 3, 5))
    copies = parser.parse_args(arguments).copies
    try:
        settings = ProcessSettings()
        logging.configure(settings.log_level, "streaming")
        asyncio.run(keep(settings.nats_url.get_secret_value(), copies))
    except ValidationError as error:
        print(f"streaming: {unusable(error)}", file=sys.stderr)
        return 2
    except (ValueError, APIError, *BROKER_FAILURES) as error:
        print(f"streaming: {str(error) or type(error).__name__}", file=sys.stderr)
        return 2
    print(f"streaming: the stream is kept by {copies} servers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
