"""Why a material or a verdict on it is refused; why its file is, `services.files.errors` tells."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken


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


class AlreadyStored(Conflict):
    """The material has its file; a better one is a new material that replaces it."""

    code = "ALREADY_STORED"
    zh = "该材料已上传文件，如需更换请以新材料替换"
    en = "This material has its file; replace the material to change it."


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


class PartCut(Invalid):
    """A part arrived short."""

    code = "PART_CUT"
    zh = "该分片应为 {size} 字节，实收 {got} 字节，请重新发送"
    en = "The part has {size} bytes, and {got} arrived. Send it again."


class PartsMissing(Conflict):
    """A file is finished when all of its parts are there."""

    code = "PARTS_MISSING"
    zh = "文件尚缺第 {numbers} 分片，请发送后再完成"
    en = "Parts {numbers} are not there, or not of their size. Send them, then finish."


class DigestWrong(Invalid):
    """The parts do not make the file that was meant; nothing of it is kept."""

    code = "DIGEST_WRONG"
    zh = "收到的文件与发送方的摘要不符，系统未予保存，请重新上传"
    en = "What arrived is not the file of that digest, and was not kept. Send it again."
