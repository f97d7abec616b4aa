"""Words of challenges, and of how a session was signed in."""

from services.accounts.contract import ChallengeKind as Kind
from services.accounts.contract import SignInWay as How

__all__ = ["AMR", "How", "Kind"]

AMR = {
    How.PASSWORD: "pwd",
    How.CODE: "pwd otp mfa",
    How.RECOVERY_CODE: "pwd mfa",
    How.EXTERNAL: "fed",
}
"""The same as tokens tell it (RFC 8176; `fed` is this platform's own word)."""
