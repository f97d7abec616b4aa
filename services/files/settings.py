"""Where a process keeps its files, as its environment tells (`STORAGE_URL`)."""

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
