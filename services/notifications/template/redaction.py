"""What of a person's data leaves the platform: rules as data, one a field. Pure."""

from collections.abc import Mapping

from services.kit.errors import Language
from services.kit.policy import Entry, PolicyFile
from services.kit.words import Word

HIDDEN, NOTHING = "*", "—"


class Treatment(Word):
    """What is done to a field outside of the inbox."""

    NAME = "NAME", "只留姓氏"
    LEFT_OUT = "LEFT_OUT", "不显示"


class LeftOut(Entry):
    """What stands where a field is left out."""

    zh: str
    en: str


class Redaction(PolicyFile):
    """redaction.yaml."""

    personal: dict[str, Treatment]
    never: frozenset[str]
    left_out: LeftOut

    def outside(self, told: Mapping[str, str], language: Language) -> dict[str, str]:
        """The variables of a notice as they leave the platform."""
        return {name: self._outside(name, value, language) for name, value in told.items()}

    def _outside(self, name: str, value: str, language: Language) -> str:
        match self.personal.get(name):
            case None:
                return value
            case Treatment.NAME if value != NOTHING:
                return value[:1] + HIDDEN * max(len(value) - 1, 1)
            case Treatment.LEFT_OUT if value != NOTHING:
                return self.left_out.en if language is Language.EN else self.left_out.zh
        return value
