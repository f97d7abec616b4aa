"""What the granting of roles refuses."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class AccountNotFound(NotFound):
    """No account by that id that the caller may see."""

    code = "ACCOUNT_NOT_FOUND"
    zh = "没有找到该账号"
    en = "There is no such account."


class RoleDoesNotFit(RuleBroken):
    """An organisation of this kind has no such role."""

    code = "ROLE_DOES_NOT_FIT"
    zh = "{kind_zh}不能设“{role}”角色，可设：{possible}"
    en = "An {kind_en} has no {role}. Possible: {possible}."


class LastManager(RuleBroken):
    """An organisation always has someone in charge."""

    code = "LAST_MANAGER"
    zh = "这是该机构唯一的机构管理员，请先指定另一位"
    en = "This is the organisation's only manager. Appoint another one first."


class RoleNotHeld(Conflict):
    """The account does not hold the role there."""

    code = "ROLE_NOT_HELD"
    zh = "该账号在此机构没有“{role}”角色"
    en = "The account does not hold {role} at this organisation."


class NotForYourself(RuleBroken):
    """Who acts for a manager on leave changes nothing that would outlast it."""

    code = "NOT_FOR_YOURSELF"
    zh = "受托行使管理权限时，不得任免机构管理员，也不得变更本人或委托人的账号和角色"
    en = "Acting for another manager, you appoint no managers and change neither your own account nor that manager's."


class RoleNotOffered(RuleBroken):
    """Only some roles are for people of other organisations."""

    code = "ROLE_NOT_OFFERED"
    zh = "“{role}”角色只能授予本机构人员，可邀请外单位人员担任：{possible}"
    en = "{role} is for one's own people. Others can be offered: {possible}."


class OfferNotFound(NotFound):
    """No such offer to the caller."""

    code = "OFFER_NOT_FOUND"
    zh = "没有找到该邀请"
    en = "There is no such offer."
