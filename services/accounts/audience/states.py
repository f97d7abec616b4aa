"""What an audience is: a person, an account, the seats at or below an organisation, everyone."""

from dataclasses import dataclass
from uuid import UUID

from services.kit.words import Word


class Whom(Word):
    """Kinds of audiences; each but the last names an id."""

    PERSON = "person", "个人"
    ACCOUNT = "account", "账号"
    SEATS = "seats", "机构的岗位角色"
    WITHIN = "within", "机构及其下级的人员"
    EVERYONE = "everyone", "全体人员"


@dataclass(frozen=True, slots=True)
class Audience:
    """One audience, as its key tells: `seats/<id>`, `everyone`."""

    whom: Whom
    id: UUID | None

    @classmethod
    def of(cls, key: str) -> "Audience":
        """The audience of a key.

        Raises:
            ValueError: there is none of that form.
        """
        name, _, given = key.partition("/")
        whom = Whom(name)
        if (whom is Whom.EVERYONE) != (not given):
            raise ValueError(key)
        return cls(whom, UUID(given) if given else None)
