"""What is refused of audiences."""

from services.kit.errors import Invalid


class AudienceUnknown(Invalid):
    """No audience has such a key."""

    code = "AUDIENCE_UNKNOWN"
    zh = "无法识别的通知对象“{audience}”"
    en = "“{audience}” is no audience."
