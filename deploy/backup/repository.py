"""Where copies lie: a folder or an S3-compatible store, every object sealed for one identity in the format of age.

Nobody needs this program to read them: `age -d -i backup-identity.txt OBJECT` opens what `zcat` and `tar` then take.
"""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import obstore
import pyrage
from obstore.exceptions import BaseError
from obstore.store import from_url

from deploy.local.failures import LocalFailure

FOLDERS = "file://"
WHILE_WRITTEN = "#"
"""Stands in the name of a file of a folder that is not there as a whole yet."""
COMMENT = "#"
ALTERED = "decryption error"


class RepositoryFailed(LocalFailure):
    """The place of the copies does not take or give one."""

    def __init__(self, name: str, reason: object) -> None:
        super().__init__(f"backup: {name}: {' '.join(str(reason).split())[:300]}")


class NotOurs(LocalFailure):
    """A copy was sealed for another identity, or altered."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"backup: {name} does not open: it was altered, or sealed for another identity than BACKUP_IDENTITY"
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """An object of the repository."""

    name: str
    size: int
    at: datetime


def identity_in(file: Path) -> pyrage.x25519.Identity:
    """The identity in `file`, made first where there is none; whoever has it can read every copy."""
    if not file.exists():
        made = pyrage.x25519.Identity.generate()
        draft = file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(f"# public key: {made.to_public()}\n{made}\n", encoding="utf-8")
        draft.rename(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    told = [line.strip() for line in lines if line.strip() and not line.startswith(COMMENT)]
    try:
        return pyrage.x25519.Identity.from_str(told[0])
    except (IndexError, pyrage.IdentityError):
        raise RepositoryFailed(str(file), "holds no age identity") from None


class _Pieces:
    """What the store gives, as the plain bytes that age wants."""

    def __init__(self, source: obstore.ReadableFile) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes."""
        return bytes(self._source.read(size))


class Repository:
    """Sealed objects by name."""

    def __init__(self, url: str, identity: pyrage.x25519.Identity) -> None:
        try:
            self._store = from_url(url, mkdir=True) if url.startswith(FOLDERS) else from_url(url)
        except (BaseError, OSError, ValueError) as error:
            raise RepositoryFailed(url, error) from None
        self._identity = identity

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` in place of what was there."""
        try:
            obstore.put(self._store, name, pyrage.encrypt(content, [self._identity.to_public()]))
        except (BaseError, OSError) as error:
            raise RepositoryFailed(name, error) from None

    def write(self, name: str, source: BinaryIO) -> None:
        """Keep what `source` gives until its end; only a name that is told afterwards makes it valid."""
        try:
            with obstore.open_writer(self._store, name) as writer:
                pyrage.encrypt_io(source, writer, [self._identity.to_public()])
        except (BaseError, OSError, pyrage.EncryptError) as error:
            raise RepositoryFailed(name, error) from None

    def get(self, name: str) -> bytes:
        """What was kept under a name."""
        try:
            sealed = obstore.get(self._store, name).bytes()
            opened: bytes = pyrage.decrypt(bytes(sealed), [self._identity])
        except pyrage.DecryptError:
            raise NotOurs(name) from None
        except (BaseError, OSError) as error:
            raise RepositoryFailed(name, error) from None
        return opened

    def read(self, name: str, target: BinaryIO) -> None:
        """Write what was kept under a name to `target`, piece by piece."""
        try:
            pyrage.decrypt_io(_Pieces(obstore.open_reader(self._store, name)), target, [self._identity])
        except pyrage.DecryptError:
            raise NotOurs(name) from None
        except (BaseError, OSError) as error:
            if ALTERED in str(error):  # behind the first piece age tells it so
                raise NotOurs(name) from None
            raise RepositoryFailed(name, error) from None

    def put_json(self, name: str, told: Any) -> None:
        """Keep data."""
        self.put(name, gzip.compress(json.dumps(told).encode(), 1))

    def get_json(self, name: str) -> Any:
        """Data that were kept."""
        return json.loads(gzip.decompress(self.get(name)))

    def known(self, name: str) -> Any | None:
        """Data that were kept; None where there are none under the name."""
        try:
            obstore.head(self._store, name)
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise RepositoryFailed(name, error) from None
        return self.get_json(name)

    def kept(self, folder: str) -> list[Kept]:
        """What lies below a folder, by name."""
        try:
            found = [
                Kept(each["path"], each["size"], each["last_modified"])
                for some in obstore.list(self._store, folder)
                for each in some
                if WHILE_WRITTEN not in each["path"]
            ]
        except (BaseError, OSError) as error:
            raise RepositoryFailed(folder, error) from None
        return sorted(found, key=lambda each: each.name)

    def remove(self, name: str) -> None:
        """Let an object go; one that is not there is gone already."""
        try:
            obstore.delete(self._store, name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise RepositoryFailed(name, error) from None
