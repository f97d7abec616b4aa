"""`python -m services.workflow.reseal`: what former keys of FIELD_KEYS have sealed is sealed anew by the last one."""

import sys

from services.resealing import Sealed, run
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.opening import context as of_case
from services.workflow.meeting.ballot import key_of as of_ballots
from services.workflow.meeting.drawing import context_of, key_of
from services.workflow.meeting.model import BallotKey, Meeting
from services.workflow.publicity.model import Objection
from services.workflow.publicity.objection import context as of_objection
from services.workflow.report.model import Report
from services.workflow.report.service import context as of_report
from services.workflow.settings import Settings
from services.workflow.spot_check.model import SpotCheck
from services.workflow.spot_check.service import context_of as of_spot_check

SEALED = (
    Sealed(Meeting.seed, context_of, (Meeting.id,)),
    Sealed(Meeting.key, key_of, (Meeting.id,)),
    Sealed(BallotKey.sealed, of_ballots, (BallotKey.meeting_id,)),
    Sealed(SpotCheck.seed, of_spot_check, (SpotCheck.id,)),
    Sealed(Objection.identity, of_objection, (Objection.id,)),
    Sealed(Report.identity, of_report, (Report.id,)),
    Sealed(IntegrityCase.identity, of_case, (IntegrityCase.id,)),
)
"""Every column whose values stay, but for those of tables that only grow: their keys are kept."""


def main() -> int:
    """Do it; 1 where a value cannot be opened, 2 where settings cannot be used."""
    return run("workflow", Settings, SEALED)


if __name__ == "__main__":
    sys.exit(main())
