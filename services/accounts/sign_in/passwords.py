"""Passwords: the rule they obey, and Argon2 with bounded concurrency and queue (each check takes its memory and a core)."""

import secrets
import string
from collections.abc import Callable, Sequence
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.accounts.sign_in.policy import PasswordRule
from services.admission.turns import Turns

SHORTEST_WORD = 4
CLASSES: tuple[Callable[[str], bool], ...] = (
    str.islower,
    str.isupper,
    str.isdigit,
    lambda c: not c.isalnum(),
)


class Passwords:
    """Hashes and checks passwords, `workers` at a time, in threads; at most `queue` more wait for their turn.

    Each raises `TooBusy` where more wait already.
    """

    def __init__(self, workers: int, queue: int, memory_kib: int) -> None:
        self._hasher = PasswordHash((Argon2Hasher(memory_cost=memory_kib),))
        self._turns = Turns(workers, queue, part="accounts")
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        return await self._turns.work(lambda: self._hasher.hash(password))

    async def verify(self, password: str, kept: str | None) -> bool:
        """Whether `password` is the one kept; takes the same time where nothing is kept."""
        right = await self._turns.work(lambda: self._hasher.verify(password, kept or self._nobody))
        return right and kept is not None

    async def is_one_of(self, password: str, kept: Sequence[str]) -> bool:
        """Whether `password` is one of those kept."""
        return await self._turns.work(lambda: any(self._hasher.verify(password, each) for each in kept))


@cache
def commonest() -> frozenset[str]:
    """The 30,000 passwords found most often in leaks, as the zxcvbn library lists them; in small letters."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # eleven megabytes, for whoever chooses a password

    return frozenset(FREQUENCY_LISTS["passwords"])


def is_common(password: str) -> bool:
    """Whether a password is one of the commonest, bare or with digits and signs around it."""
    small = password.casefold()
    word = small.strip(string.digits + string.punctuation)
    return small in commonest() or (len(word) >= SHORTEST_WORD and word in commonest())


def weaknesses(password: str, login: str, rule: PasswordRule) -> list[tuple[str, str]]:
    """What is wrong with a password, in Chinese and English; nothing when it will do."""
    found = []
    if not rule.min_length <= len(password) <= rule.max_length:
        zh = f"长度应为 {rule.min_length} 至 {rule.max_length} 个字符"
        found.append((zh, f"It has {rule.min_length} to {rule.max_length} characters."))
    if sum(any(map(has, password)) for has in CLASSES) < rule.min_classes:
        zh = f"应包含大写字母、小写字母、数字、符号中的至少 {rule.min_classes} 种"
        found.append(
            (zh, f"It mixes at least {rule.min_classes} of capitals, small letters, digits and signs.")
        )
    if login.casefold() in password.casefold():
        found.append(("不能包含登录名", "It does not contain the sign-in name."))
    if any(word.casefold() in password.casefold() for word in rule.words):
        found.append(
            (
                "不能包含系统、单位或地区的名称",
                "It does not contain the name of the system, of an authority or of the region.",
            )
        )
    if is_common(password):
        found.append(
            (
                "不能是常用密码或仅在其前后加数字、符号",
                "It is not a common one, nor one with digits or signs around it.",
            )
        )
    return found
