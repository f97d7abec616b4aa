"""`python -m services.notifications.reseal`: what former keys of FIELD_KEYS have sealed is sealed anew by the last one."""

import sys

from services.notifications.contact.model import Contact
from services.notifications.contact.reach import context as of_contact
from services.notifications.settings import Settings
from services.notifications.webhook.model import WebhookEndpoint
from services.notifications.webhook.service import context as of_endpoint
from services.resealing import Sealed, run

SEALED = (
    Sealed(Contact.address_sealed, of_contact, (Contact.id,)),
    Sealed(WebhookEndpoint.secret, of_endpoint, (WebhookEndpoint.id,)),
    Sealed(WebhookEndpoint.former_secret, of_endpoint, (WebhookEndpoint.id,)),
)
"""Every column whose values stay, but for those of tables that only grow: their keys are kept."""


def main() -> int:
    """Do it; 1 where a value cannot be opened, 2 where settings cannot be used."""
    return run("notifications", Settings, SEALED)


if __name__ == "__main__":
    sys.exit(main())
