"""What this process reads from its environment beyond what every service does."""

from pydantic import PositiveFloat, PositiveInt

from services.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the quota service; the times of the reconciler are seconds of real time."""

    port: int = 8103
    service_name: str = "quota"
    reconcile_every_seconds: PositiveFloat = 10
    hold_grace_seconds: float = 30
    """How old a hold is before workflow is asked whether its recommendation came to be."""
    reconcile_batch: PositiveInt = 200
