"""A recommendation on which a declaration rests."""

from __future__ import annotations

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
