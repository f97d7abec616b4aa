"""What records refuse."""

from services.kit.errors import Conflict, NotFound, RuleBroken


class RecordNotFound(NotFound):
    """No record by that id that the caller may see."""

    code = "RECORD_NOT_FOUND"
    zh = "没有找到该档案信息"
    en = "There is no such record."


class RecordExists(Conflict):
    """The same is told already."""

    code = "RECORD_EXISTS"
    zh = "相同的{kind_zh}信息已经填报（{state_zh}），如需更改请填报新版本"
    en = "The same is on record already, as {state}. To change it, declare a new version of that record."


class TooManyRecords(RuleBroken):
    """A person has only so many live records of a kind."""

    code = "TOO_MANY_RECORDS"
    zh = "{kind_zh}信息至多 {at_most} 条"
    en = "There are at most {at_most} records of kind {kind}."


class NotSuperseding(Conflict):
    """A new version follows a confirmed record of the same kind, one at a time."""

    code = "NOT_SUPERSEDING"
    zh = "只能为已确认且没有待确认新版本的同类档案信息填报新版本"
    en = "A new version follows a confirmed record of the same kind that has none pending."


class SendingUnitUnknown(RuleBroken):
    """The sending unit is no legal person with an account here."""

    code = "SENDING_UNIT_UNKNOWN"
    zh = "派出单位应是系统中具有独立法人资格的单位"
    en = "The sending unit must be a legal person with an account here."


class KindFixed(Conflict):
    """A record stays of its kind."""

    code = "KIND_FIXED"
    zh = "不能更改档案信息的类别，请撤回后另行填报"
    en = "The kind of a record stays. Withdraw it and declare another."


class EvidenceSent(Conflict):
    """The digest told is another than that of the file that is there."""

    code = "EVIDENCE_SENT"
    zh = "已上传的佐证文件与所填摘要（SHA-256）不符，如需更换请先上传新文件"
    en = "The file that was sent has another digest. To change it, send the new file first."
