"""As what a paper can be printed."""

from services.kit.words import Word


class PaperFormat(Word):
    """What a paper can be made into; a picture shows its first page."""

    PDF = "PDF", "PDF 文件"
    XLSX = "XLSX", "电子表格"
    PNG = "PNG", "图片"
    SVG = "SVG", "矢量图"
