"""A process takes as many requests at once as it can answer in time; others are sent away at once, and told when to come again.

Without that everybody waits in a queue that is longer than a deadline, and what is worked on is what nobody waits for any more.
"""

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.admission.gate import Gate


def limited(app: FastAPI, most: int) -> None:
    """Let an application that does not serve yet work on at most so many requests at once.

    The gate stands within all other middleware: who is sent away is logged and counted as everybody, and has a request's id.
    """
    app.user_middleware.append(Middleware(Gate, most=most))
