"""Why a spreadsheet as a whole is not taken; nothing of it was kept."""

from services.kit.errors import Invalid, TooLarge


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
