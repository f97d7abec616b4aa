"""Run the accounts service: `python -m services.accounts`."""

import sys

from pydantic import ValidationError

from services.accounts.main import create
from services.accounts.settings import Settings
from services.kit.http import serve
from services.kit.policy import PolicyError


def main() -> int:
    """Serve until told to stop; 2 with one line where settings or policy cannot be used."""
    try:
        settings = Settings()
        app = create(settings)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        print(f"accounts: setting {name}: {first['msg']}", file=sys.stderr)
        return 2
    except (PolicyError, ValueError) as error:
        print(f"accounts: {error}", file=sys.stderr)
        return 2
    serve(app, settings, "accounts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
