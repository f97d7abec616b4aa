"""Somebody else's OpenID Connect server (canaille) as a process: `python oidc_server.py PORT CLIENT_ID SECRET CALLBACK`.

It keeps everything in memory and makes new RSA keys at every start, so that a restart is a rotation of its keys. Its
people are `known`, whose sign-in name is one of ours, and `stranger`, whom nobody here knows.
"""

from __future__ import annotations

import logging
import sys

import canaille
from canaille.app import models
from canaille.backends import Backend
from werkzeug.serving import make_server

PASSWORD = "Unified-Identity-1"
STRANGER = "stranger"


def configuration(port: int) -> dict:
    """What the server runs with."""
    return {
        "SECRET_KEY": "of a test",
        "SERVER_NAME": f"127.0.0.1:{port}",
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"DATABASE": "memory", "ENABLE_PASSWORD_COMPROMISSION_CHECK": False},
        "CANAILLE_OIDC": {
            "USERINFO_MAPPING": {
                "SUB": "id-of-{{ user.user_name }}",
                "PREFERRED_USERNAME": "{{ user.user_name }}",
            }
        },
    }


def main(port: int, client_id: str, secret: str, callback: str, *people: str) -> None:
    """Serve until ended."""
    app = canaille.create_app(config=configuration(port))
    logging.disable(logging.CRITICAL)
    with app.app_context(), Backend.instance.session():
        for name in (*people, STRANGER):
            person = models.User(
                user_name=name, family_name=name, formatted_name=name, emails=[f"{name}@id.example"]
            )
            person.password = PASSWORD
            Backend.instance.save(person)
        client = models.Client(
            client_id=client_id,
            client_secret=secret,
            client_name="Professional titles",
            client_uri="http://127.0.0.1",
            redirect_uris=[callback],
            token_endpoint_auth_method="client_secret_basic",
            response_types=["code"],
            grant_types=["authorization_code"],
            scope=["openid", "profile"],
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
