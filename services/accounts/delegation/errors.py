"""What a delegation is refused for."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class DelegationNotFound(NotFound):
    """None by that id that the caller may see."""

    code = "DELEGATION_NOT_FOUND"
    zh = "没有找到该委托"
    en = "There is no such delegation."


class DelegateNotFound(NotFound):
    """The colleague has no account at that organisation."""

    code = "DELEGATE_NOT_FOUND"
    zh = "该机构没有这位同事的账号"
    en = "This organisation has no such colleague."


class RoleNotDelegable(RuleBroken):
    """The policy keeps this role with its holder."""

    code = "ROLE_NOT_DELEGABLE"
    zh = "“{role}”角色不能委托他人，可委托：{possible}"
    en = "{role} cannot be delegated. Possible: {possible}."


class NotYourRole(RuleBroken):
    """Only a role of one's own is handed over: not one that is itself exercised for another."""

    code = "NOT_YOUR_ROLE"
    zh = "您在该机构没有“{role}”角色，或该角色系他人委托，不能再委托"
    en = "You do not hold {role} here yourself. What was delegated to you cannot be passed on."


class DelegateIsHolder(RuleBroken):
    """The colleague holds the role and needs none from another, or is oneself."""

    code = "DELEGATE_IS_HOLDER"
    zh = "受托人本人已担任该角色，无需委托"
    en = "The colleague holds this role already."


class PeriodWrong(RuleBroken):
    """It is past, upside down, or too long."""

    code = "PERIOD_WRONG"
    zh = "委托期限应自今日（{today}）或以后起，止期不早于起期，最长 {longest} 天"
    en = "A delegation begins today ({today}) or later, ends no earlier than it begins, and lasts {longest} days at most."


class DelegatedAlready(Conflict):
    """The same role is delegated on one of these days."""

    code = "DELEGATED_ALREADY"
    zh = "该角色在此期间已委托他人"
    en = "This role is delegated already on some of these days."
