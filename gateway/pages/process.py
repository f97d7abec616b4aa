"""How the process runs (评审流程): the states of a declaration as a diagram, with how many are in each now."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from gateway.pages.rendering import public, router, shown
from gateway.pages.visit import Visit

READ = ["GET", "HEAD"]
MAIN = (
    "DRAFT",
    "UNDER_REVIEW",
    "AT_COMMITTEE_OFFICE",
    "ACCEPTED",
    "IN_MEETING",
    "PASSED",
    "IN_RESULT_PUBLICITY",
    "CERTIFIED",
)
"""The way of a declaration that comes to a certificate, from above to below."""
BESIDE = {
    "RETURNED": "UNDER_REVIEW",
    "REFUSED": "AT_COMMITTEE_OFFICE",
    "NOT_PASSED": "IN_MEETING",
    "ENDED": "PASSED",
}
"""What stands beside a state of that way."""
ROW, BOX = 84, 52
"""How far the rows are apart, and how high a box is."""
pages = router()


@dataclass(frozen=True, slots=True)
class Box:
    """A state in the diagram; `back`: an arrow leads back from it, too."""

    code: str
    name: str
    number: int | None
    y: int
    beside: bool
    back: bool = False


@pages.api_route("/process", methods=READ)
async def process(request: Request) -> Response:
    """The diagram, and the same as a table."""
    visit = Visit.of(request)
    source = public(visit)
    states = (await source.get("/v1/declaration-process"))["items"]
    cycle = await source.cycle(visit.year())
    figures = await source.get(f"/v1/cycles/{cycle['id']}/figures") if cycle else None
    numbers = _numbers(figures, states)
    told = {"cycle": cycle, "figures": figures, "states": states, "numbers": numbers}
    return shown(visit, "process.html", boxes=boxes(states, numbers), height=ROW * len(MAIN), **told)


def _numbers(figures: dict[str, Any] | None, states: list[dict[str, Any]]) -> dict[str, int | None]:
    """How many are in each state; None where that is not told. A state that no declaration is in is not among the figures."""
    found = {each["code"]: each["number"] for each in figures["states"]} if figures else {}
    return {each["code"]: found.get(each["code"], 0) for each in states}


def boxes(states: list[dict[str, Any]], numbers: dict[str, int | None]) -> list[Box]:
    """The boxes of the diagram; what has no place in it stands in the table alone."""
    by_code = {each["code"]: each for each in states}
    made = []
    for row, code in enumerate(MAIN):
        here = [code, *(side for side, beside in BESIDE.items() if beside == code)]
        for each in (one for one in here if one in by_code):
            back = any(code in step["leads_to"] for step in by_code[each]["steps"]) and each != code
            made.append(
                Box(each, by_code[each]["name"], numbers[each], row * ROW, beside=each != code, back=back)
            )
    return made
