"""Why the staffing ledger refuses."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class BookNotFound(NotFound):
    """No ledger of that unit that the caller may see."""

    code = "STAFFING_BOOK_NOT_FOUND"
    zh = "没有找到该单位的岗位聘任台账"
    en = "There is no such unit whose staffing ledger you may see."


class MovementNotFound(NotFound):
    """No movement by that id that the caller may see."""

    code = "STAFFING_MOVEMENT_NOT_FOUND"
    zh = "没有找到该岗位变动记录"
    en = "There is no such movement."


class MemberNotFound(NotFound):
    """No person by that id in the unit's ledger."""

    code = "STAFF_MEMBER_NOT_FOUND"
    zh = "该单位台账中没有此人"
    en = "The unit's ledger knows no such person."


class NameAmbiguous(Conflict):
    """People are told apart by account, or by their names."""

    code = "STAFF_NAME_AMBIGUOUS"
    zh = (
        "台账中已有“{name}”：是同一人的请指明该人员；不是同一人的，请在姓名后注明以示区别，如“{name}（内科）”"
    )
    en = "The ledger knows a {name}. Name that person by id, or tell the two apart in the name."


class PersonTaken(Conflict):
    """The account belongs to another person of the ledger, or the person has another account."""

    code = "STAFF_PERSON_TAKEN"
    zh = "该账号已与台账中另一人员关联，或该人员已关联其他账号"
    en = "That account is another person's of this ledger, or this person has another account."


class OnlyInstitutionsKeep(RuleBroken):
    """The unit is no institution: its posts are not counted (二（一）第1段)."""

    code = "ONLY_INSTITUTIONS_KEEP_A_LEDGER"
    zh = "岗位聘任台账由事业单位建立，本单位不受岗位数额限制"
    en = "Only public institutions keep this ledger; this unit is not limited by posts."


class DepartmentKeepsNone(RuleBroken):
    """An internal department is no legal person (附件3 一)."""

    code = "DEPARTMENT_KEEPS_NO_LEDGER"
    zh = "内设机构不建立岗位聘任台账，应由所属单位登记"
    en = "An internal department keeps no ledger; its unit does."


class RowsRefused(RuleBroken):
    """Some rows cannot be recorded; `findings` name them all, and nothing was recorded."""

    code = "STAFFING_ROWS_REFUSED"
    zh = "有 {count} 处不符合要求，全部未登记"
    en = "{count} things are wrong; nothing was recorded."


class AlreadyReversed(Conflict):
    """The movement was taken back, or is itself a reversal."""

    code = "STAFFING_MOVEMENT_REVERSED"
    zh = "该变动已冲正，或其本身就是冲正记录"
    en = "The movement was reversed already, or is itself a reversal."


class NotTheLatest(RuleBroken):
    """Later movements of the same person or plan rest on it."""

    code = "STAFFING_LATER_MOVEMENTS"
    zh = "其后还有变动记录，请从最近的一笔起依次冲正"
    en = "Later movements rest on it. Reverse them first, the latest first."
