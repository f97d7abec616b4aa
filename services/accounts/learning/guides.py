"""Files of the guides: read once at start, found by the guide's name alone, so that no path can be asked for."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from services.accounts.learning.policy import Guide
from services.kit.policy import PolicyError

MEDIA_TYPES = {
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".mp4": "video/mp4",
}
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class GuideFile:
    """A file with what is told of it."""

    title: str
    name: str
    media_type: str
    content: bytes = field(repr=False)
    sha256: str

    @property
    def headers(self) -> dict[str, str]:
        """Kept by whoever asks, checked by its tag; never shown as a page of ours."""
        name = quote(f"{self.title}{Path(self.name).suffix}")
        return {
            "etag": f'"{self.sha256}"',
            "cache-control": "public, max-age=300",
            "content-disposition": f"attachment; filename=\"{self.name}\"; filename*=UTF-8''{name}",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
        }

    def is_known(self, if_none_match: str | None) -> bool:
        """Whether the caller has this very content."""
        told = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
        return f'"{self.sha256}"' in told or told == ["*"]


def files_of(folder: Path, guides: Iterable[Guide]) -> Mapping[str, GuideFile]:
    """The files of those guides that have one, by the guide's name.

    Raises:
        PolicyError: a file is missing or too large.
    """
    return {guide.id: _read(folder / guide.file, guide) for guide in guides if guide.file is not None}


def _read(path: Path, guide: Guide) -> GuideFile:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > LARGEST:
        raise PolicyError(f"{path}: larger than {LARGEST} bytes")
    media_type, sha256 = MEDIA_TYPES[path.suffix], hashlib.sha256(content).hexdigest()
    return GuideFile(guide.title, path.name, media_type, content, sha256)
