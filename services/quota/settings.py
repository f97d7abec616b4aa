"""What this process reads from its environment beyond what every service does."""

from pydantic import PositiveFloat, PositiveInt

from services.files.settings import link_minutes
from services.replicas.settings import StandbySettings


class Settings(StandbySettings):
    """Settings of the quota service; the times of the reconciler are seconds of real time."""

    port: int = 8103
    service_name: str = "quota"
    reconcile_every_seconds: PositiveFloat = 10
    hold_grace_seconds: float = 30
    """How old a hold is before workflow is asked whether its recommendation came to be."""
    reconcile_batch: PositiveInt = 200
    recalculation_poll_seconds: PositiveFloat = 2
    """How often it is looked for a recalculation to work on."""
    recalculation_lease_seconds: PositiveFloat = 30
    """How long a worker that was not heard of keeps one; longer than the slowest chunk."""
    recalculation_batch: PositiveInt = 5_000
    """How many units are counted in one transaction."""
    link_minutes: int = link_minutes()
