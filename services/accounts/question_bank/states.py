"""Words of question banks, and the facts their steps are judged by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from services.kit.words import Word

if TYPE_CHECKING:
    from services.accounts.question_bank.question import Question


class Kind(Word):
    """How a question is answered."""

    SINGLE = "SINGLE", "单选题"
    MULTIPLE = "MULTIPLE", "多选题"
    TRUE_FALSE = "TRUE_FALSE", "判断题"


class State(Word):
    """Where a version of the questions stands; of a cycle's versions one is in use."""

    DRAFT = "DRAFT", "待发布"
    PUBLISHED = "PUBLISHED", "使用中"
    RETIRED = "RETIRED", "已停用"


class Action(Word):
    """What is done with a version."""

    IMPORT = "IMPORT", "导入试题"
    PUBLISH = "PUBLISH", "发布试题"
    RETIRE = "RETIRE", "停用试题"


class Source(Word):
    """Where a version came from."""

    POLICY = "POLICY", "政策文件"
    IMPORT = "IMPORT", "导入"


@dataclass(frozen=True, slots=True)
class Bank:
    """A version with its questions, what papers ask of it, and whether another takes its place."""

    id: UUID
    state: State
    version: int
    lineage: Collection[UUID]
    questions: "Sequence[Question]" = field(repr=False)
    at_least: int
    by_topic: Mapping[str, int] = field(default_factory=dict)
    replaced: bool = False
