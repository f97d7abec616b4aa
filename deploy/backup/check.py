"""Whether there is what would be needed today: a copy that is young enough, every change since, and somebody who carries on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deploy.backup import base, changes, drill, segments
from deploy.backup.installation import Installation

SEEN = "seen.json.gz.age"
"""When the receiver was last seen at work, and where it was."""
SEEN_WITHIN = timedelta(minutes=10)
GRACE = 1.5
"""A copy or drill may be so many times as old as one is made."""


def problems(installation: Installation) -> list[str]:
    """What is wrong, a line each; none where all is well."""
    now, settings = datetime.now(UTC), installation.settings
    taken = base.copies(installation.repository)
    if not taken:
        return ["there is no copy"]
    found = []
    if now - taken[-1].ended_at > GRACE * timedelta(hours=settings.backup_hours):
        found.append(
            f"the newest copy is of {taken[-1].ended}, older than {GRACE:g} times {settings.backup_hours:g} hours"
        )
    names = changes.segment_names(installation)
    for copy in taken:
        gap = segments.missing(names, copy.first_segment, copy.segment_bytes)
        if gap is not None:
            found.append(
                f"after copy {copy.id} the segment {gap} is missing: no moment behind it can be reached"
            )
    found += _unseen(installation, now)
    tried = drill.last(installation)
    if tried is None or now - datetime.fromisoformat(tried["at"]) > GRACE * timedelta(
        days=settings.backup_drill_days
    ):
        found.append(
            f"no copy was brought back within {GRACE:g} times {settings.backup_drill_days:g} days to try it"
        )
    return found


def _unseen(installation: Installation, now: datetime) -> list[str]:
    seen = installation.repository.known(SEEN)
    if seen is None:
        return ["nobody carries changes away: make run with BACKUP_URL does"]
    at = datetime.fromisoformat(seen["at"])
    return [] if now - at < SEEN_WITHIN else [f"changes were last carried away at {at.isoformat()}"]
