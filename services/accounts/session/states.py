"""Words of the sign-in history."""

from services.kit.words import Word


class Outcome(Word):
    """What came of a try to sign in."""

    SIGNED_IN = "SIGNED_IN", "登录成功"
    PASSWORD_WRONG = "PASSWORD_WRONG", "密码错误"
    CODE_WRONG = "CODE_WRONG", "动态口令或恢复码错误"
    REUSED = "REUSED", "登录凭证被重复使用，会话已结束"
