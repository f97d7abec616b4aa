"""A recommendation on which a declaration rests."""

from __future__ import annotations

from uuid import uuid4

from tests.platform.statements import statements
from tests.services.workflow.season import COUNTY_CLINIC, Line
from tests.services.workflow.stage import problem


async def test_what_is_declared_on_is_not_withdrawn(office, season):
    """The unit cannot take the recommendation back under a live declaration; once that is withdrawn, it can."""
    person = await season.recommended()
    draft = await office.draft(person)
    unit = person.line.nodes.index(person.line.unit)
    recommender = person.line.token("RECOMMENDER", unit)
    path = f"/v1/recommendations/{person.recommendation_id}/actions/WITHDRAW"
    answer = await office.call("POST", path, recommender, json={"note": "名额调整"})
    told = problem(answer, 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["NOT_DECLARED"]
    assert (await office.act(draft, "WITHDRAW", person.token, note="放弃申报")).status_code == 200
    answer = await office.call("POST", path, recommender, json={"note": "名额调整"})
    assert answer.status_code == 200, answer.text


async def test_many_are_told_by_their_ids_as_each_is_by_its_own(office, season):
    """To everybody what single reads tell, and nothing of what these refuse; of three as many statements as of one."""
    people = [
        await season.recommended(),
        await season.recommended(),
        await season.recommended(Line.of(COUNTY_CLINIC, season.root)),
    ]
    ids = [*(str(each.recommendation_id) for each in people), str(uuid4())]
    line = people[0].line
    counts = set()
    for token, seen in (
        (people[0].token, [0]),
        (line.token("RECOMMENDER", line.nodes.index(line.unit)), [0]),
        (people[2].line.token("REVIEWER", 1), [2]),
        (line.token("TITLE_OFFICER", 0), [0, 1, 2]),
        (line.token("EXPERT", 0), []),
    ):
        singles = [await office.call("GET", f"/v1/recommendations/{each}", token) for each in ids]
        with statements() as asked:
            told = await office.call("POST", "/v1/recommendations/by-id", token, json={"ids": ids})
        counts.add(len(asked))
        found = {each["id"]: each for each in told.json()["items"]}
        assert found == {ids[place]: singles[place].json() for place in seen}
        refused = {each.json()["code"] for each in singles if each.status_code != 200}
        assert refused == {"RECOMMENDATION_NOT_FOUND"}
    assert len(counts) == 1
    assert (
        await office.call("POST", "/v1/recommendations/by-id", None, json={"ids": ids})
    ).status_code == 401
