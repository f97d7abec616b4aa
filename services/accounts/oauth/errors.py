"""What is refused around third parties' clients and the external issuer. The protocol's own errors are authlib's."""

from services.kit.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RuleBroken,
    Unauthenticated,
    Unavailable,
)


class ClientNotFound(NotFound):
    """No client by that id that the caller may see."""

    code = "CLIENT_NOT_FOUND"
    zh = "没有找到该应用"
    en = "There is no such client."


class ConsentNotFound(NotFound):
    """The caller has let no such client do anything."""

    code = "CONSENT_NOT_FOUND"
    zh = "您没有对该应用的授权"
    en = "You have granted nothing to this client."


class RedirectUnfit(Invalid):
    """The address is not one to which codes may be sent."""

    code = "REDIRECT_UNFIT"
    zh = "回调地址“{uri}”不可用：须为 https 地址、本机回环 http 地址，或应用自有的反向域名协议，且不含片段和用户信息"
    en = "{uri} will not do: https, http on a loopback address, or a private scheme like a reversed domain; no fragment."


class ClientUnfit(RuleBroken):
    """Kind, grants, scopes and redirect URIs of a client do not go together."""

    code = "CLIENT_UNFIT"
    zh = "应用登记内容不一致：{zh}"
    en = "The client does not hold together: {en}"


class HasNoSecret(Conflict):
    """A public client has no secret to rotate."""

    code = "CLIENT_HAS_NO_SECRET"
    zh = "公开客户端没有密钥"
    en = "A public client has no secret."


class SignInElsewhere(Forbidden):
    """This installation leaves sign-in to an external issuer."""

    code = "SIGN_IN_ELSEWHERE"
    zh = "请通过统一身份认证登录：{address}"
    en = "Sign in with the unified identity: {address}"


class ExternalRefused(Unauthenticated):
    """The external issuer's answer cannot be trusted, or it refused."""

    code = "EXTERNAL_SIGN_IN_REFUSED"
    zh = "统一身份认证未成功，请重新登录"
    en = "The external sign-in did not succeed. Try again."


class SubjectUnknown(Forbidden):
    """The person is known to the external issuer and has no account here."""

    code = "SUBJECT_UNKNOWN"
    zh = "统一身份认证已通过，但本系统没有对应的账号，请联系所在单位的机构管理员创建账号"
    en = "Your identity is confirmed, but there is no account for it here. Ask your organisation's manager for one."


class ExternalAway(Unavailable):
    """The external issuer does not answer."""

    code = "EXTERNAL_ISSUER_AWAY"
    zh = "统一身份认证服务暂时不可用，请稍后重试"
    en = "The external identity service does not answer now. Try again later."


class FormStale(Forbidden):
    """The form was not made for this browser, or its cookie is gone."""

    code = "FORM_STALE"
    zh = "页面已失效，请返回应用重新发起登录"
    en = "This page is no longer good. Go back to the application and begin again."
