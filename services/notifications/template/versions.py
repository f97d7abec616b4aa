"""Versions of templates: changed words are a new version, which the list of what was published holds them to."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from services.kit.policy import PolicyError
from services.notifications.template.policy import CATALOGUE, Catalogue, Template

VERSIONS = CATALOGUE / "versions.txt"
Published = Mapping[tuple[str, int], str]


def digest_of(template: Template) -> str:
    """By which changed words are noticed."""
    words = [template.zh.title, template.zh.body, template.en.title, template.en.body]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()[:16]


def published(path: Path = VERSIONS) -> dict[tuple[str, int], str]:
    """What was published: a digest for each template and version."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
    return {(key, int(version)): digest for key, version, digest in rows}


def listed(catalogue: Catalogue, known: Published) -> str:
    """The list with what is new.

    Raises:
        PolicyError: the words of a version that was published have changed.
    """
    every = dict(known)
    for each in catalogue.templates:
        digest = every.setdefault((each.key, each.version), digest_of(each))
        if digest != digest_of(each):
            raise PolicyError(f"{each.key}: its words changed, so it needs version {each.version + 1}")
    return "".join(f"{key} {version} {digest}\n" for (key, version), digest in sorted(every.items()))


def check(catalogue: Catalogue, known: Published) -> None:
    """Hold a catalogue to what was published.

    Raises:
        PolicyError: words changed without a new version, or a version is not listed.
    """
    listed(catalogue, known)
    if new := sorted(each.key for each in catalogue.templates if (each.key, each.version) not in known):
        raise PolicyError(f"versions that are not listed (make docs): {', '.join(new)}")
