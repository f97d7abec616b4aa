"""What files need of the environment: where they lie (`STORAGE_URL`), who looks for malware (`CLAMAV`), how long links are good."""

from pathlib import Path
from typing import Any

from pydantic import Field


def storage_url(folder: str) -> Any:
    """The field of a settings class: by default a folder of its own in the run folder beside the project."""

    def beside_the_project() -> str:
        return (Path.cwd() / ".run" / folder).as_uri()

    return Field(
        default_factory=beside_the_project,
        description="where files lie: file:///folder, or s3://bucket/prefix with the usual AWS variables",
    )


def link_minutes() -> Any:
    """The field of a settings class: how long a link to a picture or a printed paper is good."""
    return Field(10, ge=1, le=60, description="how long a link to a picture or a printed paper is good")


def clamav_url() -> Any:
    """The field of a settings class: where ClamAV's daemon listens; by default nobody looks for malware."""
    return Field(
        "",
        pattern=r"^(tcp://[^/:\s]+:\d+|unix:///\S+)?$",
        description="tcp://host:port or unix:///path of clamd, which looks into every file before anybody else; empty: off",
    )
