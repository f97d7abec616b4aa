"""Run the quota service: `python -m services.quota`."""

import sys

from pydantic import ValidationError

from services.kit.http import serve
from services.kit.policy import PolicyError
from services.quota.main import create
from services.quota.settings import Settings


def main() -> int:
    """Serve until told to stop; 2 with one line where settings or policy cannot be used."""
    try:
        settings = Settings()
        app = create(settings)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        print(f"quota: setting {name}: {first['msg']}", file=sys.stderr)
        return 2
    except (PolicyError, ValueError) as error:
        print(f"quota: {error}", file=sys.stderr)
        return 2
    serve(app, settings, "quota")
    return 0


if __name__ == "__main__":
    sys.exit(main())
