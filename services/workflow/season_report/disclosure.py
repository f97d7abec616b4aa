"""What anybody may read of numbers of people: none so small that it tells of single ones, by itself or by subtraction."""

from collections.abc import Sequence


def told(numbers: Sequence[int], least: int) -> list[int | None]:
    """The parts of a whole, None in place of each that is not told; nothing is as telling as something.

    What is too small is left out, and so are the next larger ones until those left out come to `least` together and are
    two at least: whoever subtracts the others from the whole learns no single one. What is told is rounded down to a
    multiple of `least`: whoever reads again and again would else see of each single declaration its series, level,
    prefecture and result, from which numbers grow together.
    """
    rising = sorted((number, place) for place, number in enumerate(numbers) if number)
    hidden: list[int] = []
    for number, place in rising:
        small = number < least
        bare = bool(hidden) and (len(hidden) == 1 or sum(numbers[each] for each in hidden) < least)
        if small or bare:
            hidden.append(place)
    return [None if place in hidden else number - number % least for place, number in enumerate(numbers)]
