"""What the second factor refuses."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken, Unauthenticated


class ChallengeRefused(Unauthenticated):
    """The challenge is unknown, used, expired, or was for something else."""

    code = "CHALLENGE_REFUSED"
    zh = "验证已失效，请重新登录"
    en = "This challenge is over. Sign in again."


class CodeWrong(Unauthenticated):
    """The code is not the present one, or was used before."""

    code = "CODE_WRONG"
    zh = "动态口令或恢复码不正确，或已使用过"
    en = "The code is wrong, or was used before."


class CodeRefused(Invalid):
    """The same, for someone who is signed in."""

    code = "CODE_REFUSED"
    zh = "动态口令或恢复码不正确，或已使用过"
    en = "The code is wrong, or was used before."


class SecondFactorRequired(RuleBroken):
    """A role that is held needs the second factor."""

    code = "SECOND_FACTOR_REQUIRED"
    zh = "所任角色必须使用第二重验证，不能取消"
    en = "A role you hold needs the second factor. It stays."


class SecondFactorChanged(Conflict):
    """It was enrolled, or replaced, meanwhile."""

    code = "SECOND_FACTOR_CHANGED"
    zh = "第二重验证刚刚已被设置，请重新登录"
    en = "The second factor was set up meanwhile. Sign in again."


class SecondFactorMissing(NotFound):
    """The account has none."""

    code = "SECOND_FACTOR_MISSING"
    zh = "该账号尚未设置第二重验证"
    en = "The account has no second factor."
