"""Why a material, its file or a verdict on it is refused."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken, TooLarge


class MaterialNotFound(NotFound):
    """No material by that id that the caller may see."""

    code = "MATERIAL_NOT_FOUND"
    zh = "没有找到该材料"
    en = "There is no such material."


class ItemNotAsked(RuleBroken):
    """The kind of material is unknown, or not asked of this person."""

    code = "ITEM_NOT_ASKED"
    zh = "您无需提交“{item}”；可提交：{possible}"
    en = "{item} is not asked of you. Asked: {possible}."


class TooManyOfItem(RuleBroken):
    """There are as many of a kind as are taken."""

    code = "TOO_MANY_OF_ITEM"
    zh = "“{item}”最多 {limit} 份，请先替换或删除已有的"
    en = "At most {limit} of {item}; replace or remove one first."


class ReplacedNotThere(Invalid):
    """What is to be replaced is not a current material of that kind."""

    code = "REPLACED_NOT_THERE"
    zh = "要替换的材料不存在、已被替换，或不属于同一类别"
    en = "What is to be replaced is not there, was replaced already, or is of another kind."


class FileTypeNotTaken(Invalid):
    """Files named like that are not taken."""

    code = "FILE_TYPE_NOT_TAKEN"
    zh = "不接受此类文件“{name}”，请使用：{types}"
    en = "Files like {name} are not taken; use {types}."


class Classified(RuleBroken):
    """The material shows itself as classified; it was not kept."""

    code = "CLASSIFIED_MATERIAL"
    zh = "材料含有涉密标志“{word}”，不得提交，系统未予保存"
    en = "The material is marked {word}: classified material may not be submitted, and was not kept."


class LinkInvalid(NotFound):
    """The link is not ours, or its time is over."""

    code = "LINK_INVALID"
    zh = "链接无效或已过期，请重新获取"
    en = "The link is not valid or has expired. Ask for a new one."


class FileTooLarge(TooLarge):
    """The file is larger than the policy takes; nothing was kept."""

    code = "FILE_TOO_LARGE"
    zh = "文件超过 {limit} 字节的上限"
    en = "The file is larger than the {limit} bytes allowed."


class AlreadyStored(Conflict):
    """The material has its file; a better one is a new material that replaces it."""

    code = "ALREADY_STORED"
    zh = "该材料已上传文件，如需更换请以新材料替换"
    en = "This material has its file; replace the material to change it."


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


class FileEncrypted(Invalid):
    """The document is locked; nobody could review it."""

    code = "FILE_ENCRYPTED"
    zh = "文件已加密，无法审核，请上传未加密的文件"
    en = "The file is encrypted and could not be reviewed."


class FileUnreadable(Invalid):
    """The file is broken, or cannot be shown."""

    code = "FILE_UNREADABLE"
    zh = "文件损坏或无法读取：{reason_zh}"
    en = "The file cannot be read: {reason}"


class FileMissing(Conflict):
    """There is nothing to open yet."""

    code = "FILE_MISSING"
    zh = "该材料尚未上传文件"
    en = "This material has no file yet."


class NotYourMaterial(Forbidden):
    """The declaration is not with the caller's organisation now."""

    code = "NOT_YOUR_MATERIAL"
    zh = "该申报当前不由您审核"
    en = "The declaration is not with you for review now."


class NotOpened(RuleBroken):
    """A verdict without a look."""

    code = "MATERIAL_NOT_OPENED"
    zh = "请先打开该材料，再作出认定"
    en = "Open the material before you judge it."


class ReasonMissing(Invalid):
    """A deficiency is told with its reason."""

    code = "REASON_MISSING"
    zh = "认定有问题须说明理由"
    en = "Give the reason why the material is deficient."
