"""What this process reads from its environment beyond what every service does."""

from pydantic import Field, SecretStr

from services.files.settings import clamav_url, storage_url
from services.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the workflow service."""

    port: int = 8102
    service_name: str = "workflow"
    credential_keys: SecretStr = Field(
        SecretStr("[]"),
        description="JSON list of private Ed25519 JWKs with kid; the last one signs certificates",
    )
    sweep_seconds: float = Field(
        300,
        gt=0,
        description="how often declarations are looked for whose year's run is over, and forsaken files",
    )
    escalation_seconds: float = Field(
        300, gt=0, description="how often overdue reviews are looked for, to tell who stands above"
    )
    import_seconds: float = Field(
        1, gt=0, description="how often imports of historic certificates that wait are looked for"
    )
    storage_url: str = storage_url("materials")
    clamav: str = clamav_url()
