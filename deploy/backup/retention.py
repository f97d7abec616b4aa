"""What nobody needs any more goes: copies, changes and files that no moment of the kept time is made of.

How long the record of a case is kept is no question of copies: the notice's own records stay in the database, and are in
every copy of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deploy.backup import base, changes, files
from deploy.backup.installation import Installation

CLOCKS_APART = timedelta(hours=1)
"""So far the clocks of server, machine and store may differ before anything is let go too early."""


def prune(installation: Installation, now: datetime | None = None) -> int:
    """Let go what is older than is kept; how many objects. The newest copy that opens the kept time stays, with all after."""
    repository = installation.repository
    since = (now or datetime.now(UTC)) - timedelta(days=installation.settings.backup_keep_days)
    taken = base.copies(repository)
    opening = [each for each in taken if each.ended_at <= since][-1:]
    kept = [*opening, *(each for each in taken if each.ended_at > since)]
    if not kept:
        return 0
    complete = tuple(copy.folder for copy in taken)
    earliest = kept[0].started_at - CLOCKS_APART
    folders = tuple(copy.folder for copy in kept)
    gone = [  # also of those that were never complete
        each
        for each in repository.kept(base.FOLDER)
        if not each.name.startswith(folders) and (each.at < earliest or each.name.startswith(complete))
    ]
    gone += [
        each
        for each in repository.kept(changes.FOLDER)
        if each.at < earliest and not each.name.endswith(f".history{changes.SUFFIX}")
    ]
    needed = {name for copy in kept for name in repository.get_json(copy.folder + base.FILES)} | {
        name for name, _ in files.found_in(installation, {})
    }
    gone += [each for each in repository.kept(files.FOLDER) if each.name not in needed and each.at < earliest]
    for each in sorted(gone, key=lambda each: not each.name.endswith(base.RECORD)):  # records first
        repository.remove(each.name)
    return len(gone)
