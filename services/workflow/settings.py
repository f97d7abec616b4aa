"""What this process reads from its environment beyond what every service does."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.files.settings import clamav_url, link_minutes, storage_url
from services.replicas.settings import StandbySettings


class Settings(StandbySettings):
    """Settings of the workflow service."""

    port: int = 8102
    service_name: str = "workflow"
    credential_keys: SecretStr = Field(
        SecretStr("[]"),
        description="JSON list of private Ed25519 JWKs with kid; the last one signs certificates",
    )
    credential_keys_file: Path | None = Field(
        None, description="a file that holds them instead; its keys are taken anew whenever it changes"
    )
    credential_keys_every_seconds: float = Field(5.0, gt=0, description="how often that file is looked at")
    public_url: str = Field(
        "",
        pattern=r"^(https://[^?#\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)?$",
        description="where anyone reaches this service or the gateway before it, by https: who issues credentials, "
        "and what the QR codes of certificates begin with; empty: WORKFLOW_URL",
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
    link_minutes: int = link_minutes()

    @property
    def issuer_url(self) -> str:
        """Who issues credentials."""
        return (self.public_url or self.workflow_url).rstrip("/")

    def keys_at_hand(self) -> str:
        """The keys that sign, from the file where one is told.

        Raises:
            ValueError: the file cannot be read.
        """
        if self.credential_keys_file is None:
            return self.credential_keys.get_secret_value()
        try:
            return self.credential_keys_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"CREDENTIAL_KEYS_FILE cannot be read: {type(error).__name__}") from error
