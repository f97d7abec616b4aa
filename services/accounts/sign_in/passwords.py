"""Passwords: the rule they obey, and Argon2 with bounded concurrency (each check takes 64 MiB and a core)."""

import asyncio
import secrets
from collections.abc import Callable
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.accounts.sign_in.policy import PasswordRule

T = TypeVar("T")
CLASSES: tuple[Callable[[str], bool], ...] = (
    str.islower,
    str.isupper,
    str.isdigit,
    lambda c: not c.isalnum(),
)


class Passwords:
    """Hashes and checks passwords, a few at a time, in threads."""

    def __init__(self, workers: int) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._gate = asyncio.Semaphore(workers)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        return await self._work(lambda: self._hasher.hash(password))

    async def verify(self, password: str, kept: str | None) -> bool:
        """Whether `password` is the one kept; takes the same time where nothing is kept."""
        right = await self._work(lambda: self._hasher.verify(password, kept or self._nobody))
        return right and kept is not None

    async def _work(self, work: Callable[[], T]) -> T:
        async with self._gate:
            return await asyncio.to_thread(work)


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
    return found
