"""Why a file, or a link to one, is refused. Nothing of a refused file is kept."""

from services.kit.errors import Invalid, NotFound, RuleBroken, TooLarge


class LinkInvalid(NotFound):
    """The link is not ours, or its time is over."""

    code = "LINK_INVALID"
    zh = "链接无效或已过期，请重新获取"
    en = "The link is not valid or has expired. Ask for a new one."


class FileTypeNotTaken(Invalid):
    """Files named like that are not taken."""

    code = "FILE_TYPE_NOT_TAKEN"
    zh = "不接受此类文件“{name}”，请使用：{types}"
    en = "Files like {name} are not taken; use {types}."


class FileTooLarge(TooLarge):
    """The file is larger than the policy takes."""

    code = "FILE_TOO_LARGE"
    zh = "文件超过 {limit} 字节的上限"
    en = "The file is larger than the {limit} bytes allowed."


class FileEmpty(Invalid):
    """Nothing was sent."""

    code = "FILE_EMPTY"
    zh = "文件为空"
    en = "The file is empty."


class FileMistyped(Invalid):
    """The content is not what the name says."""

    code = "FILE_MISTYPED"
    zh = "文件内容（{found}）与文件名“{name}”不符"
    en = "The content ({found}) is not what the name {name} says."


class FilePolyglot(Invalid):
    """It can be read as a file of another kind as well: nobody knows which of the two its reader will see."""

    code = "FILE_POLYGLOT"
    zh = "文件中夹带另一种格式（{found}）的内容，请重新扫描或另存后上传"
    en = "The file can be read as {found} too. Scan it again, or save it anew."


class FileEncrypted(Invalid):
    """The document is locked; nobody could read it."""

    code = "FILE_ENCRYPTED"
    zh = "文件已加密，无法审核，请上传未加密的文件"
    en = "The file is encrypted and could not be reviewed."


class FileUnreadable(Invalid):
    """The file is broken, or cannot be shown."""

    code = "FILE_UNREADABLE"
    zh = "文件损坏或无法读取：{reason_zh}"
    en = "The file cannot be read: {reason}"


class FileBlank(Invalid):
    """There is nothing to see on it."""

    code = "FILE_BLANK"
    zh = "文件是空白的，没有任何可见内容，请重新扫描后上传"
    en = "The file is blank: nothing can be seen on it. Scan it again."


class FileBlurred(Invalid):
    """Nothing on it is sharp."""

    code = "FILE_BLURRED"
    zh = "文件模糊，无法辨认，请重新扫描或拍摄清晰后上传"
    en = "The file is blurred and cannot be read. Scan it again, or photograph it sharply."


class MalwareFound(Invalid):
    """The scanner knows it as malware."""

    code = "MALWARE_FOUND"
    zh = "文件含有恶意程序（{found}），系统未予保存"
    en = "The file carries malware ({found}) and was not kept."


class Classified(RuleBroken):
    """The file shows itself as classified."""

    code = "CLASSIFIED_MATERIAL"
    zh = "材料含有涉密标志“{word}”，不得提交，系统未予保存"
    en = "It is marked {word}: what is classified may not be submitted, and was not kept."


UNFIT = (
    *(FileTooLarge, FileEmpty, FileMistyped, FilePolyglot, FileEncrypted, FileUnreadable),
    *(FileBlank, FileBlurred, MalwareFound, Classified),
)
"""Everything for which a file that was sent is not kept."""
