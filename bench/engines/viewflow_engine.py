"""django-viewflow: `viewflow_engine.py URL`. An approval of six steps by people; each step that somebody takes is one transition."""

import sys
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import django
from django.conf import settings
from django.core.management import call_command
from turns import take_turns


def configured(url: str) -> None:
    """Django with viewflow on a database, its tables made; connections are kept as in production."""
    place = urlsplit(url)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": place.path.lstrip("/"),
        "USER": place.username,
        "PASSWORD": unquote(place.password or ""),
        "HOST": place.hostname,
        "PORT": place.port,
        "CONN_MAX_AGE": None,
    }
    apps = (
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "viewflow",
        "viewflow.workflow",
        "approvals",
    )
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=apps,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SECRET_KEY=uuid4().hex,
    )
    django.setup()
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    configured(sys.argv[1])
    from approvals.flows import approved  # Django is configured first

    take_turns({"approval": approved})
