"""Run the notifications service: `python -m services.notifications`."""

import sys

from pydantic import ValidationError

from services.kit.http import serve
from services.kit.policy import PolicyError
from services.notifications.main import create
from services.notifications.settings import Settings


def main() -> int:
    """Serve until told to stop; 2 with one line where settings or policy cannot be used."""
    try:
        settings = Settings()
        app = create(settings)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        print(f"notifications: setting {name}: {first['msg']}", file=sys.stderr)
        return 2
    except (PolicyError, ValueError) as error:
        print(f"notifications: {error}", file=sys.stderr)
        return 2
    serve(app, settings, "notifications")
    return 0


if __name__ == "__main__":
    sys.exit(main())
