"""`python -m services.accounts.reseal`: what former keys of FIELD_KEYS have sealed is sealed anew by the last one."""

import sys

from services.accounts.person.identity import EMAIL, PHONE
from services.accounts.person.model import Person, PersonDocument
from services.accounts.record.model import Record
from services.accounts.record.service import DOCUMENT
from services.accounts.second_factor.model import SecondFactor
from services.accounts.second_factor.service import context as of_second_factor
from services.accounts.settings import Settings
from services.resealing import Sealed, run

SEALED = (
    Sealed(PersonDocument.number_sealed, lambda kind: f"person.{kind.lower()}", (PersonDocument.kind,)),
    Sealed(Person.phone_sealed, lambda: PHONE),
    Sealed(Person.email_sealed, lambda: EMAIL),
    Sealed(Record.document_number_sealed, lambda: DOCUMENT),
    Sealed(SecondFactor.secret_sealed, of_second_factor, (SecondFactor.account_id,)),
)
"""Every column whose values stay, but for those of tables that only grow: their keys are kept."""


def main() -> int:
    """Do it; 1 where a value cannot be opened, 2 where settings cannot be used."""
    return run("accounts", Settings, SEALED)


if __name__ == "__main__":
    sys.exit(main())
