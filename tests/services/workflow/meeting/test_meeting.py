"""A meeting from its plan to its results, over HTTP."""

from __future__ import annotations


async def test_a_meeting_goes_from_plan_to_results(hall, season):
    """Every step in order; the declaration passes and its result is public for five working days."""
    record = await hall.decide(in_favour=8)
    assert record["state"] == "VOTED"
    [result] = record["results"]
    assert (result["present"], result["in_favour"], result["against"], result["passed"]) == (11, 8, 3, True)
    record = await hall.did("PUBLISH_RESULTS")
    assert record["state"] == "RESULTS_PUBLIC"
    public = (await hall.ask(None, "GET", "/v1/publicities")).json()["items"]
    [shown] = [each for each in public if each["kind"] == "RESULT"]
    assert shown["working_days"] == 5
    assert shown["closes_on"] == "2024-01-17"
    assert shown["snapshot"]["person_name"] == season.applicants[0].name
