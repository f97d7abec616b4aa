"""Why a file, or a row of it, is refused. What a creation itself would refuse keeps the creation's own code and words."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken, TooLarge, TooMany


class ImportNotFound(NotFound):
    """No import by that id that the caller may see."""

    code = "IMPORT_NOT_FOUND"
    zh = "没有找到该导入"
    en = "There is no such import."


class LinkInvalid(NotFound):
    """The link is not ours, or its time is over."""

    code = "LINK_INVALID"
    zh = "链接无效或已过期，请重新获取"
    en = "The link is not valid or has expired. Ask for a new one."


class TooManyImports(TooMany):
    """The organisation has as many unfinished imports as it may."""

    code = "TOO_MANY_IMPORTS"
    zh = "该机构已有 {limit} 个未完成的导入，请先完成或取消"
    en = "This organisation has {limit} unfinished imports already. Finish or cancel one first."


class NotYoursAlone(NotFound):
    """Codes are given to whoever imported, and to no colleague."""

    code = "ACTIVATIONS_NOT_FOUND"
    zh = "没有可下载的激活码清单：仅导入人本人可在有效期内下载"
    en = "There are no codes to fetch: only whoever imported may, while they are good."


class FileTooLarge(TooLarge):
    """The file is larger than the policy takes; nothing was kept."""

    code = "FILE_TOO_LARGE"
    zh = "文件超过 {limit} 字节的上限"
    en = "The file is larger than the {limit} bytes allowed."


class FileEmpty(Invalid):
    """Nothing was sent, or no row but the header."""

    code = "FILE_EMPTY"
    zh = "文件为空，或除表头外没有内容"
    en = "The file is empty, or holds nothing but its header."


class FileTypeNotTaken(Invalid):
    """It is neither an XLSX workbook nor a CSV text."""

    code = "FILE_TYPE_NOT_TAKEN"
    zh = "只接受 XLSX 工作簿或 CSV 文本（UTF-8 或 GB18030 编码）"
    en = "Only XLSX workbooks and CSV texts (in UTF-8 or GB18030) are taken."


class FileEncrypted(Invalid):
    """The workbook is locked by a password."""

    code = "FILE_ENCRYPTED"
    zh = "文件已加密，请取消密码后重新上传"
    en = "The file is encrypted. Take the password off and send it again."


class FileUnreadable(Invalid):
    """It is broken, or made to exhaust its reader."""

    code = "FILE_UNREADABLE"
    zh = "文件损坏，或展开后过大，无法读取"
    en = "The file is broken, or too large when unpacked."


class FileHasFormula(Invalid):
    """A cell is a formula: what it shows depends on the program that opens it."""

    code = "FILE_HAS_FORMULA"
    zh = "单元格 {cell} 含有公式，请粘贴为数值后重新上传"
    en = "Cell {cell} holds a formula. Paste its value and send the file again."


class TooManyRows(Invalid):
    """There are more rows than are taken at a time."""

    code = "TOO_MANY_ROWS"
    zh = "超过 {limit} 行，请分成几个文件"
    en = "There are more than {limit} rows. Split the file."


class TooManyColumns(Invalid):
    """A cell lies far to the right."""

    code = "TOO_MANY_COLUMNS"
    zh = "列数超过 {limit}，请使用模板"
    en = "There are more than {limit} columns. Use the template."


class ColumnMissing(Invalid):
    """A column that is needed is not there."""

    code = "COLUMN_MISSING"
    zh = "缺少列：{columns}"
    en = "These columns are missing: {columns}."


class ColumnRepeated(Invalid):
    """A column comes twice."""

    code = "COLUMN_REPEATED"
    zh = "列重复：{columns}"
    en = "These columns come more than once: {columns}."


class ColumnUnknown(Invalid):
    """A column is none of the template's: perhaps one with a slip of the pen."""

    code = "COLUMN_UNKNOWN"
    zh = "无法识别的列（{places}）；可用的列：{columns}"
    en = "Columns {places} are unknown. Known are: {columns}."


class ParentUnknown(Invalid):
    """The superior named is neither below the caller's organisation nor in the file."""

    code = "PARENT_UNKNOWN"
    zh = "没有找到上级机构“{parent}”：应为本机构、其下级机构，或本表中的机构"
    en = "{parent} is neither the importing organisation, nor one below it, nor one of this file."


class ParentAmbiguous(Invalid):
    """Several organisations have the name by which the superior is named."""

    code = "PARENT_AMBIGUOUS"
    zh = "名为“{parent}”的机构不止一个，请填写统一社会信用代码"
    en = "Several organisations are called {parent}. Name it by its unified social credit code."


class ParentInCycle(Invalid):
    """Rows that are each other's superiors."""

    code = "PARENT_CYCLE"
    zh = "上下级关系形成循环：第 {rows} 行"
    en = "These rows are each other's superiors: {rows}."


class ParentRefused(RuleBroken):
    """What is above it cannot be imported."""

    code = "PARENT_REFUSED"
    zh = "上级机构（第 {row} 行）未通过校验"
    en = "Its superior, row {row}, was refused."


class RepeatsRow(Conflict):
    """Another row says the same."""

    code = "REPEATS_ROW"
    zh = "与第 {row} 行重复"
    en = "It repeats row {row}."


class NotYourUnit(RuleBroken):
    """People are imported by the unit they work at."""

    code = "NOT_YOUR_UNIT"
    zh = "人员由其所在单位（或其内设机构）导入：应填写本单位的代码，或本单位内设机构的名称"
    en = "People are imported by their own unit: give its own code, or the name of its internal department."
