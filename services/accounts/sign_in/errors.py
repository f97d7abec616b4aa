"""What sign-in refuses. A wrong name and a wrong password are one and the same refusal."""

from services.kit.errors import Conflict, Invalid, TooMany, Unauthenticated


class CredentialsWrong(Unauthenticated):
    """No account has that name and password."""

    code = "CREDENTIALS_WRONG"
    zh = "登录名或密码不正确"
    en = "The sign-in name or the password is wrong."


class TooManyTries(TooMany):
    """Too many wrong tries; real time passes before the next, the longer the more there were."""

    code = "TOO_MANY_TRIES"
    zh = "连续尝试次数过多，请 {seconds} 秒后再试"
    en = "Too many tries. Try again in {seconds} seconds."


class PasswordUsedBefore(Invalid):
    """It was the account's password not long ago, or still is."""

    code = "PASSWORD_USED_BEFORE"
    zh = "不能使用最近 {former} 次用过的密码"
    en = "It is one of your last {former} passwords. Choose another."


class OldPasswordWrong(Invalid):
    """Whoever changes a password knows the present one."""

    code = "OLD_PASSWORD_WRONG"
    zh = "原密码不正确"
    en = "The present password is wrong."


class ActivationRefused(Invalid):
    """The code is wrong, used, expired, or of nobody."""

    code = "ACTIVATION_REFUSED"
    zh = "激活码无效或已过期，请联系所在单位的机构管理员重新发放"
    en = "The code is not valid or has expired. Ask your organisation's manager for a new one."


class PasswordWeak(Invalid):
    """The password does not obey the rule; each finding names one thing."""

    code = "PASSWORD_WEAK"
    zh = "密码不符合要求：{reasons_zh}"
    en = "The password will not do. {reasons_en}"


class RefreshRefused(Unauthenticated):
    """The refresh token is unknown, used, expired, or its session has ended."""

    code = "REFRESH_REFUSED"
    zh = "登录已结束，请重新登录"
    en = "The session has ended. Sign in again."


class ServiceUnknown(Unauthenticated):
    """No service has that name and secret."""

    code = "SERVICE_UNKNOWN"
    zh = "服务名或密钥不正确"
    en = "The service name or its secret is wrong."


class LoginTaken(Conflict):
    """The sign-in name is in use."""

    code = "LOGIN_TAKEN"
    zh = "登录名“{login}”已被使用，请换一个"
    en = "The sign-in name {login} is taken. Choose another."
