"""What happens in the online test (二（三）)."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class QuestionsMoved(Event):
    """A version of the online test's questions came, was published, or retired (二（三）)."""

    type: ClassVar[str] = "titles.accounts.questions.moved.v1"

    bank_id: UUID
    cycle: int
    number: int
    state: str

    @property
    def subject(self) -> str:
        """The version."""
        return f"question_bank/{self.bank_id}"


class TestFailed(Event):
    """A person did not pass the online test of a cycle this time; it can be taken again (二（三）)."""

    __test__: ClassVar[bool] = False
    type: ClassVar[str] = "titles.accounts.test.failed.v1"

    person_id: UUID
    cycle: int
    score: int

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class TestPassed(Event):
    """A person passed the online test of a cycle (二（三）)."""

    __test__: ClassVar[bool] = False
    type: ClassVar[str] = "titles.accounts.test.passed.v1"

    person_id: UUID
    cycle: int
    score: int

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"
