"""Who speaks for the sending side, and what each may say."""

from services.kit.words import Word


class SendingBody(Word):
    """A body of the sending side."""

    UNIT_HR = "UNIT_HR", "派出单位组织人事部门"
    AUTHORITY = "AUTHORITY", "派出单位主管部门"


class Opinion(Word):
    """What a body of the sending side says, under its seal."""

    AGREED = "AGREED", "同意申报"
    NOT_AGREED = "NOT_AGREED", "不同意申报"
