"""Words of challenges, and of how a session was signed in."""

from services.kit.words import Word


class Kind(Word):
    """What a challenge asks for."""

    CODE = "CODE", "输入动态口令"
    ENROL = "ENROL", "绑定第二重验证"
    CHANGE = "CHANGE", "更换第二重验证"


class How(Word):
    """How somebody proved to be the account's owner."""

    PASSWORD = "PASSWORD", "密码"
    CODE = "CODE", "密码和动态口令"
    RECOVERY_CODE = "RECOVERY_CODE", "密码和恢复码"
    EXTERNAL = "EXTERNAL", "统一身份认证"


AMR = {
    How.PASSWORD: "pwd",
    How.CODE: "pwd otp mfa",
    How.RECOVERY_CODE: "pwd mfa",
    How.EXTERNAL: "fed",
}
"""The same as tokens tell it (RFC 8176; `fed` is this platform's own word)."""
