"""What a bar of the overview's chart is made of, and as what the chart can be drawn."""

from services.kit.words import Word


class Part(Word):
    """A part of a bar, from left to right."""

    EMPLOYED = "employed", "聘任"
    QUALIFIED = "qualified", "已取得资格未聘"
    RECOMMENDED = "recommended", "已推荐（预留、占用）"
    FREE = "free", "空缺可申报"

    @property
    def short(self) -> str:
        """Its term where there is little room."""
        return {Part.QUALIFIED: "未聘", Part.RECOMMENDED: "已推荐", Part.FREE: "空缺"}.get(self, self.zh)


class ChartFormat(Word):
    """As what a chart can be drawn."""

    SVG = "svg", "矢量图"
    PNG = "png", "图片"
