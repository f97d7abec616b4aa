"""What a step of a change of employer must hold (二（二）1)."""

from services.accounts.employment.states import ChangeCase
from services.kit.steps import Broken, rule


@rule("REASON_GIVEN", article="change_of_employer", zh="须说明理由", en="A reason is given.")
def reason_given(case: ChangeCase) -> Broken | None:
    """Whoever stands in the way says why."""
    if case.note and case.note.strip():
        return None
    return Broken("请说明理由", "Give a reason.", "note")


@rule("IN_TIME", article="change_of_employer", zh="须在期限内提出", en="It comes in time.")
def in_time(case: ChangeCase) -> Broken | None:
    """After the last day silence has been consent."""
    if case.due_on is None or case.today <= case.due_on:
        return None
    return Broken(
        f"答复期限 {case.due_on} 已过，逾期视为同意",
        f"The last day to answer was {case.due_on}; silence was consent.",
    )


@rule("OVERDUE", article="change_of_employer", zh="答复期限已过", en="The last day to answer is over.")
def overdue(case: ChangeCase) -> Broken | None:
    """Nothing follows from silence before the last day is over."""
    if case.due_on is not None and case.today > case.due_on:
        return None
    return Broken(f"答复期限 {case.due_on} 未过", f"There is time to answer until the end of {case.due_on}.")
