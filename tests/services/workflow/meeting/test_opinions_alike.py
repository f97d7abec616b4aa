"""Equal opinions of a meeting are counted for who oversees, once its vote is closed; nobody is named."""

from __future__ import annotations

import pytest

from tests.services.workflow.applicants import codes


@pytest.mark.clause("3.2.3")
async def test_equal_opinions_are_counted_and_nobody_named(hall, season):
    """Two of three wrote the same but for a space; before the vote is closed, and to office and experts, nothing is told."""
    voters = await hall.open()
    (case,) = season.declarations
    for who, text in zip(voters, ("同 意。", "同意", "业绩突出，同意"), strict=False):
        path = f"/v1/meetings/{hall.id}/opinions/{case}"
        answer = await hall.ask(who.token, "PUT", path, {"text": text})
        assert answer.is_success, answer.text
    alike = f"/v1/supervision/meetings/{hall.id}/opinions"
    assert codes(await hall.ask(season.supervisor, "GET", alike), 403) == ["OPINIONS_SEALED"]
    await hall.vote_all([True] * len(voters), voters, case)
    await hall.did("CLOSE_VOTE")
    told = (await hall.ask(season.supervisor, "GET", alike)).json()
    assert (told["opinions"], told["alike"]) == (3, 2)
    assert told["wordings"] == [{"times": 2, "experts": 2, "declarations": 1}]
    for token in (season.office, voters[0].token):
        assert codes(await hall.ask(token, "GET", alike), 403) == ["ROLE_MISSING"]
    elsewhere = await hall.ask(season.prefecture_officer, "GET", alike)
    assert codes(elsewhere, 404) == ["MEETING_NOT_FOUND"]
