"""Why a file of evidence is not taken or not opened; what is wrong with the file itself, `services.files.errors` tells."""

from services.kit.errors import Conflict, Invalid, NotFound


class EvidenceNotThere(NotFound):
    """Nothing was sent for the record, no such version, or it was let go with the record."""

    code = "EVIDENCE_NOT_THERE"
    zh = "该档案信息没有此佐证文件"
    en = "There is no such file for this record."


class EvidenceDiffers(Invalid):
    """The bytes are not those whose digest was told; they were not kept."""

    code = "EVIDENCE_DIFFERS"
    zh = "文件与已填报的摘要（SHA-256：{told}）不符，系统未予保存"
    en = "The file is not the one whose digest was told ({told}), and was not kept."


class EvidenceReplaced(Conflict):
    """Since the link was given another file has come."""

    code = "EVIDENCE_REPLACED"
    zh = "获取链接之后已有其他佐证文件上传，如需更换请重新获取链接"
    en = "Another file was sent since the link was given. To replace that one, ask for a new link."


class NamedByNumber(Invalid):
    """A file's name is read by everybody who lists the record; a resident id has its own, sealed place."""

    code = "FILE_NAMED_BY_RESIDENT_ID"
    zh = "文件名中含有公民身份号码，请改名后上传"
    en = "The file's name holds a resident id. Give it another name."
