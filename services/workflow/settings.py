"""What this process reads from its environment beyond what every service does."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.kit.settings import ServiceSettings


def local_folder() -> str:
    """Where materials lie unless told otherwise: in the run folder beside the project."""
    return (Path.cwd() / ".run" / "materials").as_uri()


class Settings(ServiceSettings):
    """Settings of the workflow service."""

    port: int = 8102
    service_name: str = "workflow"
    credential_keys: SecretStr = Field(
        SecretStr("[]"),
        description="JSON list of private Ed25519 JWKs with kid; the last one signs certificates",
    )
    storage_url: str = Field(
        default_factory=local_folder,
        description="where materials lie: file:///folder, or s3://bucket with the usual AWS variables",
    )
