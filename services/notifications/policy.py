"""The articles that notices rest on, by year: `policies/<province>/<year>/messages.yaml`."""

from collections.abc import Mapping
from pathlib import Path

from services.kit.policy import Articles, PolicyFile, load, years
from services.notifications.announcement.policy import AnnouncementPolicy
from services.notifications.contact.policy import ContactPolicy
from services.notifications.credit.policy import CreditPolicy
from services.notifications.delivery.policy import DeliveryPolicy
from services.notifications.reminder.policy import Reminders, load_reminders
from services.notifications.template.events import EVENTS
from services.notifications.webhook.policy import WebhookPolicy


class MessagesPolicy(PolicyFile):
    """The articles of one year's notice."""


class Policies:
    """Every year's articles; an event that tells no year rests on the newest."""

    def __init__(self, by_year: Mapping[int, Articles]) -> None:
        self._by_year = by_year
        self._newest = by_year[max(by_year)]

    def of(self, year: int | None) -> Articles:
        """The articles of a year."""
        return self._newest if year is None else self._by_year.get(year, self._newest)


def load_credit(policies_dir: Path, province: str) -> CreditPolicy:
    """How deliveries to credit platforms are tried: as the newest year says.

    Raises:
        PolicyError: the file is missing or broken, or lacks an article that the code names.
    """
    path = _newest(policies_dir, province, "credit.yaml")
    file = load(path, CreditPolicy)
    Articles([file], used=CreditPolicy.used, where=str(path))
    return file


def load_reminders_of(policies_dir: Path, province: str) -> Reminders:
    """What is reminded of, and when: as the newest year says.

    Raises:
        PolicyError: the file or the catalogue of reminders is missing or broken.
    """
    return load_reminders(EVENTS, _newest(policies_dir, province, "reminders.yaml"))


def load_delivery(policies_dir: Path, province: str) -> tuple[DeliveryPolicy, Articles]:
    """How copies to outer channels are tried, and the articles of that: as the newest year says.

    Raises:
        PolicyError: the file is missing or broken, or lacks an article that the code names.
    """
    path = _newest(policies_dir, province, "delivery.yaml")
    file = load(path, DeliveryPolicy)
    return file, Articles([file], used=DeliveryPolicy.used, where=str(path))


def load_announcements(policies_dir: Path, province: str) -> tuple[AnnouncementPolicy, Articles]:
    """How often is announced, and the articles of that: as the newest year says.

    Raises:
        PolicyError: the file is missing or broken, or lacks an article that the code names.
    """
    path = _newest(policies_dir, province, "announcement.yaml")
    file = load(path, AnnouncementPolicy)
    return file, Articles([file], used=AnnouncementPolicy.used, where=str(path))


def load_webhooks(policies_dir: Path, province: str) -> tuple[WebhookPolicy, Articles]:
    """How third parties are told: as the newest year says; with the articles it rests on.

    Raises:
        PolicyError: the file is missing or broken, or lacks an article that the code names.
    """
    path = _newest(policies_dir, province, "webhook.yaml")
    file = load(path, WebhookPolicy)
    return file, Articles([file], used=WebhookPolicy.used, where=str(path))


def load_policies(policies_dir: Path, province: str, used: set[str]) -> Policies:
    """Read every year of a province.

    Raises:
        PolicyError: a file is missing or broken, or lacks an article that a notice names.
    """
    return Policies(
        {
            year: _load_year(policies_dir / province / str(year), used)
            for year in years(policies_dir, province)
        }
    )


def _newest(policies_dir: Path, province: str, name: str) -> Path:
    """A file of the newest year."""
    return policies_dir / province / str(max(years(policies_dir, province))) / name


def _load_year(folder: Path, used: set[str]) -> Articles:
    path = folder / "messages.yaml"
    return Articles([load(path, MessagesPolicy)], used=used, where=str(path))


def load_contact(policies_dir: Path, province: str) -> ContactPolicy:
    """How many contacts one has and what codes stand: as the newest year says.

    Raises:
        PolicyError: the file is missing or broken, or lacks an article that the code names.
    """
    path = _newest(policies_dir, province, "contact.yaml")
    file = load(path, ContactPolicy)
    Articles([file], used=ContactPolicy.used, where=str(path))
    return file
