"""What accounts reads from its environment beyond every service's settings."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.files.settings import clamav_url, storage_url
from services.replicas.settings import StandbySettings


class Settings(StandbySettings):
    """Keys that sign tokens, secrets of the services, and how many passwords are checked at a time."""

    port: int = 8101
    signing_keys: SecretStr = Field(
        SecretStr(""),
        description="private Ed25519 keys as JSON, a JWK set or a list of JWKs; the first signs, all verify",
    )
    signing_keys_file: Path | None = Field(
        None, description="a file that holds them instead; its keys are taken anew whenever it changes"
    )
    signing_keys_every_seconds: float = Field(5.0, gt=0, description="how often that file is looked at")
    service_secrets: SecretStr = Field(description='JSON {"service name": "its secret"}')
    service_token_seconds: int = Field(
        900, ge=2, le=3600, description="how long a token is good that a service of ours asks for"
    )
    issuer_url: str = Field(
        "",
        pattern=r"^(https://[^/?#\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)?$",
        description="where browsers and clients reach this service, by https; empty: ACCOUNTS_URL",
    )
    external_issuer: str = Field(
        "",
        pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\S*)?$",
        description="an OpenID Connect issuer that signs people in instead; empty: they sign in here",
    )
    external_client_id: str = ""
    external_client_secret: SecretStr = SecretStr("")
    external_subject_claim: str = Field(
        "preferred_username", description="by which claim someone who comes the first time is found"
    )
    password_workers: int = Field(
        2, ge=1, le=16, description="each check takes its memory and a core for a fifth of a second"
    )
    password_memory_kib: int = Field(
        65_536, ge=19_456, description="what a check of a password takes: the more, the dearer is guessing"
    )
    password_queue: int = Field(
        14,
        ge=1,
        le=10_000,
        description="how many more may wait; whoever comes then is told to come again: each holds a place at the gateway",
    )
    second_factor: bool = Field(
        True, description="off only in a demonstration: nobody has to enrol; who has, is asked"
    )
    sweep_seconds: float = Field(
        300, gt=0, description="how often what is over is swept: sessions, history, tries, challenges, files"
    )
    close_papers_every_seconds: float = Field(
        30.0, gt=0, description="how often test papers are looked for whose time is up"
    )
    sweep_changes_every_seconds: float = Field(
        60.0,
        gt=0,
        description="how often changes of employer are looked for whose last day to answer is over",
    )
    import_poll_seconds: float = Field(0.25, gt=0, description="how often imports that wait are looked for")
    import_lease_seconds: float = Field(
        20.0,
        gt=1,
        description="after so long without a sign of life an import is taken over by another process",
    )
    storage_url: str = storage_url("evidence")
    clamav: str = clamav_url()

    def keys_at_hand(self) -> str:
        """The signing keys, from the file where one is told.

        Raises:
            ValueError: the file cannot be read.
        """
        if self.signing_keys_file is None:
            return self.signing_keys.get_secret_value()
        try:
            return self.signing_keys_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"SIGNING_KEYS_FILE cannot be read: {type(error).__name__}") from error
