"""`python -m services.quota.reseal`: what former keys of FIELD_KEYS have sealed is sealed anew by the last one."""

import sys

from services.quota.settings import Settings
from services.quota.staffing_import.model import StaffingImport
from services.quota.staffing_import.service import context
from services.resealing import Sealed, run

SEALED = (Sealed(StaffingImport.roster, context, (StaffingImport.id,)),)
"""Every column whose values stay."""


def main() -> int:
    """Do it; 1 where a value cannot be opened, 2 where settings cannot be used."""
    return run("quota", Settings, SEALED)


if __name__ == "__main__":
    sys.exit(main())
