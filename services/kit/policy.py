"""The notice as data: YAML files checked against models on load, refused with file, line and reason.

Every file may carry `articles`: a key for each article that rules name, with its cite and one line of what it says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from services.kit.errors import Basis


class PolicyError(Exception):
    """A policy file cannot be used; the message is one line: file, line, reason."""


class Entry(BaseModel):
    """Base of every entry of a policy file: unknown keys are refused, so that a typo is found at start."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Article(Entry):
    """One article of a notice or order."""

    cite: str
    summary: str

    def basis(self) -> Basis:
        """The article as the basis of a decision."""
        return Basis(self.cite, self.summary)


class PolicyFile(Entry):
    """Base of every policy file."""

    articles: dict[str, Article] = {}


F = TypeVar("F", bound=PolicyFile)


class Articles(Mapping[str, Basis]):
    """The articles of a policy, by key."""

    def __init__(
        self,
        files: Iterable[PolicyFile],
        *,
        used: Iterable[str] = (),
        where: str = "policy",
    ) -> None:
        self._articles: dict[str, Basis] = {}
        for file in files:
            told = {key: article.basis() for key, article in file.articles.items()}
            if differ := sorted(
                key for key, basis in told.items() if self._articles.get(key, basis) != basis
            ):
                raise PolicyError(f"{where}: articles that two files tell differently: {', '.join(differ)}")
            self._articles |= told
        missing = sorted(set(used) - set(self._articles))
        if missing:
            raise PolicyError(f"{where}: the code names articles that the policy lacks: {', '.join(missing)}")

    def __getitem__(self, key: str) -> Basis:
        return self._articles[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._articles)

    def __len__(self) -> int:
        return len(self._articles)


def load(path: Path, model: type[F]) -> F:
    """Read one policy file.

    Raises:
        PolicyError: missing, not YAML, or not what `model` says; with file, line and reason.
    """
    try:
        text = path.read_text(encoding="utf-8")
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = min(error.problem_mark.line, text.count("\n")) + 1 if error.problem_mark else 1
        raise PolicyError(f"{path}:{line}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise PolicyError(f"{path}: not YAML in UTF-8: {' '.join(str(error).split())}") from error
    for line, key in repeated(node):
        raise PolicyError(f"{path}:{line}: {key} is given twice")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"{path}:{line_of(node, first['loc'])}: {place}: {first['msg']}") from error


def repeated(node: Any) -> Iterator[tuple[int, str]]:
    """The keys given twice, each with its line: the first value of one would silently be lost."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(key.value)
            yield from repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from repeated(each)


def years(policies_dir: Path, province: str) -> list[int]:
    """The years of which a province has a policy, oldest first.

    Raises:
        PolicyError: there is none.
    """
    found = sorted(
        int(folder.name) for folder in (policies_dir / province).glob("*") if folder.name.isdigit()
    )
    if not found:
        raise PolicyError(f"{policies_dir / province}: no policy found")
    return found


def line_of(node: Any, loc: Sequence[int | str]) -> int:
    """The line of the deepest node on the way to `loc` (an error in a missing key is told at its parent)."""
    for part in loc:
        child = _child(node, part)
        if child is not None:
            node = child
    return int(node.start_mark.line) + 1 if node is not None else 1


def _child(node: Any, part: int | str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None
