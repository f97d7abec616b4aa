"""Numbers for people and organisations that do not exist, with right check characters."""

import random

from stdnum.cn import ric, uscc


class Identities:
    """A source of numbers; the same seed gives the same numbers."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - for play

    def resident_id(self, county: str = "630104") -> str:
        """A resident id of someone born in the eighties."""
        birth = f"198{self._random.randrange(10)}{self._random.randrange(1, 13):02}{self._random.randrange(1, 29):02}"
        body = f"{county}{birth}{self._random.randrange(1000):03}"
        return body + ric.calc_check_digit(body + "0")

    def uscc(self, county: str = "630104") -> str:
        """A unified social credit code of a public institution (登记管理部门 1, 机构类别 2)."""
        body = f"12{county}{self._random.randrange(10**9):09}"
        return body + uscc.calc_check_digit(body)

    def phone(self) -> str:
        """A mobile number."""
        return f"139{self._random.randrange(10**8):08}"
