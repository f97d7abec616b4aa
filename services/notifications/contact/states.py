"""Words of contacts and of how people wish to be reached."""

from services.kit.words import Word


class ChannelKind(Word):
    """A way out of the platform; the inbox is always there besides."""

    EMAIL = "EMAIL", "电子邮件"
    SMS = "SMS", "短信"
    WECOM = "WECOM", "企业微信"
    DINGTALK = "DINGTALK", "钉钉"
    FEISHU = "FEISHU", "飞书"
    WEB_PUSH = "WEB_PUSH", "浏览器推送"


class Origin(Word):
    """Who told a contact: its owner, or the employer when the account was made."""

    OWNER = "OWNER", "本人填写"
    ACCOUNTS = "ACCOUNTS", "账号登记信息"


class Digest(Word):
    """How often what is not urgent comes, gathered into one message."""

    NONE = "NONE", "即时发送"
    DAILY = "DAILY", "每日汇总"
    WEEKLY = "WEEKLY", "每周汇总"
