"""What becomes of the recommendation's place when its declaration is over (附件2 说明2).

Who passes keeps it: certified, he or she is employed or waits as qualified. Who was refused, did not pass, or whose result is void,
gives it back, and so does whose declaration nobody accepted, or no meeting heard, in the year's run. What was returned may be mended; what was
withdrawn while it could be declared again is still the unit's recommendation, to be declared on or withdrawn. A finding of
misconduct ends both, and neither stands in the way of another, should it be taken back.
"""

from collections.abc import Mapping

from services.workflow.declaration.case import Case
from services.workflow.declaration.states import UNFINISHED, State

JUDGED: Mapping[State, str] = {
    State.REFUSED: "审核不予通过",
    State.NOT_PASSED: "评审未通过",
    State.ENDED: "评审结果被宣布无效",
}
"""States in which a declaration was decided against, and what the unit hears."""

WITHDRAWN = "申报人已撤回申报，申报时间已过"
LAPSED = "年度评审工作已截止，申报未被受理"
DISQUALIFIED = "经认定失信，申报已终止"
NOT_HEARD = "年度评审工作已截止，评审会议未召开，申报已终止"


def why_given_back(case: Case, after: State) -> str | None:
    """Why the place is free when the declaration comes to `after`; None: it stays taken."""
    if after is State.WITHDRAWN:
        return WITHDRAWN if case.today > case.first_submission.closes else None
    if after is State.DISQUALIFIED:
        return DISQUALIFIED
    if after is State.LAPSED:
        return LAPSED if case.state in UNFINISHED else NOT_HEARD
    return JUDGED.get(after)
