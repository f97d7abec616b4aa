"""Words of the sign-in history."""

from services.accounts.contract import SignInOutcome as Outcome

__all__ = ["Outcome"]
