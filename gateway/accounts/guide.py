"""What there is to learn before the online test (办事指南、申报样例、填报短视频、问题解答, 二（三）)."""

from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.told import Told
from gateway.words import described, listed, optional, terms


@terms("What a guide is (二（三）).")
class GuideKind(Enum):
    """Kind of a guide."""

    GUIDE = "办事指南"
    SAMPLE = "申报样例"
    VIDEO = "填报短视频"
    FAQ = "常见问题和热点问题解答"


@strawberry.type(description="The file of a guide.")
class GuideFile(Told):
    """A file."""

    path: strawberry.Private[str]
    media_type: str = described("What it is, as in HTTP.")
    size: int = described("How many bytes.")
    sha256: str = described("The hash of its content.")

    @strawberry.field(description="GET the file here; anyone may.")
    def url(self, info: Info) -> str:
        """The link."""
        return f"{info.context.base_url}{self.path.removeprefix('/v1/learning')}"


@strawberry.type(description="A guide to declaring (办事指南、申报样例、填报短视频、问题解答).")
class Guide(Told):
    """A guide."""

    code: str = described("Its stable name.")
    title: str = described("Title (标题).")
    kind: GuideKind = described("What it is.")
    cite: str = described("The article it explains (依据).")
    body: str = described("Text (正文).")
    url: str | None = described("Where more is found.")
    seconds: int | None = described("How long a video is.")
    file: GuideFile | None = optional("Its file, where it has one.")


@strawberry.type(description="All there is to learn from for a year, and how the test is held and judged.")
class Guides(Told):
    """The guides of a year."""

    cycle: int = described("The year (年度).")
    questions: int = described("How many questions the test asks.")
    pass_mark: int = described("Points needed to pass.")
    minutes: int = described("How long a paper may take.")
    pause_minutes: int = described("How long to wait between two attempts; 0: not at all.")
    attempts_per_day: int = described("How many attempts a day has; 0: any number.")
    items: list[Guide] = listed("The guides.")


@strawberry.type
class GuideQuery:
    """What there is to learn."""

    @strawberry.field(description="Guides to declaring online, for anyone (二（三）).")
    async def guides(
        self,
        info: Info,
        cycle: Annotated[
            int | None, strawberry.argument(description="Of this year; else of the newest.")
        ] = None,
    ) -> Guides | None:
        """All guides of a year."""
        return Guides.of(await info.context.accounts.get("/v1/learning/guides", cycle=cycle))
