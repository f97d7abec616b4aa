"""One-time passwords by time (RFC 6238), as every authenticator app makes them; pure."""

import hmac

import pyotp
import segno

STEP_SECONDS = 30
DIGITS = 6


def new_secret() -> str:
    """A fresh secret of 160 bits, in base32."""
    return pyotp.random_base32()


def uri(secret: str, *, login: str, issuer: str) -> str:
    """What an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def qr(told: str) -> str:
    """The same as a picture to be scanned: an SVG in a data URI."""
    return segno.make(told, error="m").svg_data_uri(scale=4)


def step_of(seconds: float) -> int:
    """The step of a moment in Unix time."""
    return int(seconds) // STEP_SECONDS


def matching_step(secret: str, code: str, now: int, window: int) -> int | None:
    """The step within `window` of `now` that a code is of; every step is compared, whichever fits."""
    found = None
    generator = pyotp.TOTP(secret, digits=DIGITS)
    for step in range(max(0, now - window), now + window + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def looks_like_one(code: str) -> bool:
    """Whether a code has the form of a one-time password; else it may be a recovery code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()
