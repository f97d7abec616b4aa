"""What the notice says of the staffing ledger, as data."""

from datetime import date

from services.kit.policy import Entry, PolicyFile


class Window(Entry):
    """The days, both included, within which exits count (二（一）第2段)."""

    first: date
    last: date
    article: str


class StaffingFile(PolicyFile):
    """What one year's notice says of the staffing ledger."""

    exits_window: Window
