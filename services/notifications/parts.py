"""What the process is made of besides its database: catalogues and policies, platforms and channels, as the settings name them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.notifications.announcement.service import Announcements
from services.notifications.contact.policy import ContactPolicy
from services.notifications.credit.policy import CreditPolicy, Platform, platforms_of
from services.notifications.delivery.channel import Channel
from services.notifications.delivery.working import Outer
from services.notifications.inbox.channel import InboxChannel
from services.notifications.policy import (
    Policies,
    load_announcements,
    load_contact,
    load_credit,
    load_policies,
    load_reminders_of,
)
from services.notifications.reminder.policy import Reminders
from services.notifications.settings import Settings
from services.notifications.template import versions
from services.notifications.template.events import EVENTS
from services.notifications.template.policy import Catalogue, load_catalogue
from services.notifications.webhook.service import Webhooks
from services.notifications.webhook.working import webhooks_of


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that never change while the process runs."""

    catalogue: Catalogue
    reminders: Reminders
    policies: Policies
    contact: ContactPolicy
    credit: CreditPolicy
    platforms: Mapping[str, Platform]
    outer: Outer
    channels: tuple[Channel, ...]
    announcements: Announcements
    webhooks: Webhooks


def load(settings: Settings, outer: Outer) -> Parts:
    """Read and check everything.

    Raises:
        ValueError: the credit platforms of the settings are not well formed.
        PolicyError: a catalogue or the articles it rests on are missing or broken.
    """
    catalogue = load_catalogue(EVENTS)
    versions.check(catalogue, versions.published())
    reminders = load_reminders_of(settings.policies_dir, settings.province)
    used = catalogue.articles | reminders.articles
    channels = (InboxChannel(settings.province), *outer.channels)
    announcing = load_announcements(settings.policies_dir, settings.province)
    return Parts(
        catalogue=catalogue,
        reminders=reminders,
        policies=load_policies(settings.policies_dir, settings.province, used),
        contact=load_contact(settings.policies_dir, settings.province),
        credit=load_credit(settings.policies_dir, settings.province),
        platforms=platforms_of(settings.credit_platforms.get_secret_value()),
        outer=outer,
        channels=channels,
        announcements=Announcements(*announcing, channels, settings.province),
        webhooks=webhooks_of(settings),
    )
