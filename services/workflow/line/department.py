"""A person goes to another department of the same employer: what was not submitted is reviewed by that one."""

from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.accounts.contract import PersonFacts
from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.workflow.act import Act
from services.workflow.declaration.grounds import chain_under
from services.workflow.declaration.model import Declaration
from services.workflow.line.people import declarations_on, open_cycles
from services.workflow.recommendation import store
from services.workflow.recommendation.states import LIVE
from services.workflow.review_chain.chain import Link


async def follow(act: Act, accounts: Neighbour, person_id: UUID, employer_id: UUID) -> None:
    """Put the person's present line in place of the former one, as accounts tells it with its names.

    Raises:
        Unavailable: accounts does not answer; the news comes again.
    """
    for cycle in await open_cycles(act):
        await store.one_at_a_time(act.tx, person_id, cycle.id)
        found = await store.live_of(act.tx, person_id, cycle.id)
        if found is None or found.unit_id != employer_id:
            continue
        person = await _facts(accounts, person_id, cycle.year)
        source = await store.lock(act.tx, found.id)
        if person is None or source.state not in LIVE or person.employer_id != employer_id:
            continue
        drafts = await declarations_on(act, source.id)
        if any(each.submitted_at is not None for each in drafts):
            continue
        path = tuple(Link.model_validate(each.model_dump(mode="json")) for each in person.lineage)
        source.path, source.lineage = _told(path), [link.id for link in path]
        for draft in drafts:
            _put(act, draft, path)
    await act.tx.flush()


def _put(act: Act, draft: Declaration, path: tuple[Link, ...]) -> None:
    draft.path, draft.lineage = _told(path), [link.id for link in path]
    chain = chain_under(act.policies[draft.policy], path, draft.person_kind, direct=False)
    draft.chain = _told(chain)


def _told(links: Any) -> list[dict[str, Any]]:
    return [link.model_dump(mode="json") for link in links]


async def _facts(accounts: Neighbour, person_id: UUID, year: int) -> PersonFacts | None:
    """What accounts knows of the person now."""
    asked = {"person_ids": [str(person_id)], "cycle": year}
    answer = await accounts.ask("/v1/people/facts", asked, as_service=True)
    try:
        people = [PersonFacts.model_validate(each) for each in answer["items"]]
    except (KeyError, TypeError, ValidationError) as error:
        raise Unavailable(part="accounts") from error
    return next((each for each in people if each.person_id == person_id), None)
