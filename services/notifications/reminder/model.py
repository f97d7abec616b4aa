"""Days that somebody is reminded of, and how long the windows of the years' runs last."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.notifications.base import Base


class Reminder(Keyed, Base):
    """A day of a rule, told from others by `about`; what the newest event said of it stands in `data`.

    `next_on` is when the next reminder of it comes, `ended_at` when nothing was to be done any more. `told_at` is the time of
    the newest event. Those of one `bundle` that come on the same day are one notice. `year` and `window` name the window of
    a year's run that `due_on` closes.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("rule", "about"),
        Index(
            "ix_reminder_next",
            *("next_on", "rule", "bundle", "due_on", "id"),
            postgresql_where=text("next_on is not null"),
        ),
        Index("ix_reminder_window", "year", "window", postgresql_where=text("ended_at is null")),
    )

    rule: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(200))
    bundle: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(String(160))
    data: Mapped[dict[str, Any]]
    due_on: Mapped[date | None]
    next_on: Mapped[date | None]
    told_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    year: Mapped[int | None]
    window: Mapped[str | None] = mapped_column(String(40))


class SeasonWindow(Base):
    """The last day of a window of a year's run, as the newest event told it."""

    __tablename__ = "season_window"

    province: Mapped[str] = mapped_column(String(32), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    window: Mapped[str] = mapped_column(String(40), primary_key=True)
    closes: Mapped[date]
