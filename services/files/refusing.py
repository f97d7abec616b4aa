"""What a policy's limits and signs of files make of what was seen."""

from collections.abc import Sequence

from services.files.errors import Classified, FileBlank, FileBlurred, FileUnreadable
from services.files.looks import Look
from services.files.marks import word_in
from services.files.policy import FileRules, Limits
from services.kit.errors import Basis


def refuse_classified_words(rules: FileRules, basis: Basis, **told: str) -> None:
    """Refuse a text, told under the name of its field, that shows a file as classified.

    Raises:
        Classified: with the word found.
    """
    for field, text in told.items():
        word = word_in([text], rules.classified.words)
        if word is not None:
            raise Classified(word=word, field=field, basis=[basis])


def refuse_size(size: tuple[int, int], limits: Limits) -> None:
    """Refuse a picture too small to be read, or so large that nobody's machine could show it.

    Raises:
        FileUnreadable: with its size and the limits.
    """
    width, height = size
    if width * height > limits.image_pixels or min(width, height) < limits.image_shortest_side:
        raise FileUnreadable(
            reason_zh=f"图片为 {width}×{height} 像素，短边应不小于 {limits.image_shortest_side}，"
            f"总像素不超过 {limits.image_pixels}",
            reason=f"{width}x{height} pixels; the shorter side has at least {limits.image_shortest_side}, "
            f"all together at most {limits.image_pixels}",
            field="file",
        )


def refuse_unclear(looks: Sequence[Look], limits: Limits) -> None:
    """Refuse what shows nothing, or nothing sharply. One page that is empty or blurred is no reason.

    Raises:
        FileBlank, FileBlurred: all of it is.
    """
    inked = [look for look in looks if look.ink >= limits.ink]
    if not inked:
        raise FileBlank(field="file")
    if all(look.sharpness < limits.sharpness for look in inked):
        raise FileBlurred(field="file")
