"""What is in a batch is declared, reviewed and heard in the batch's own windows (一（四）2)."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.services.workflow.applicants import FILES, codes, record
from tests.services.workflow.season import COUNTY, LEVEL, SERIES, Line

OWN = [item for item in FILES if item != "APPOINTMENT_CERTIFICATE"]
LATE = {
    "DECLARE": {"opens": "2023-12-25", "closes": "2024-01-05"},
    "REVIEW": {"opens": "2023-12-25", "closes": "2024-01-12"},
    "MEET": {"opens": "2024-01-16", "closes": "2024-01-25"},
}
IN_JANUARY = "2024-01-03T09:00+08:00"


@pytest.mark.clause("1.4.2")
async def test_it_is_declared_and_reviewed_in_the_windows_of_the_batch(office, season, at):
    """Not while others declare, but afterwards, when others do not; due days and the last day of reviews are the batch's."""
    line = Line.of(COUNTY, season.root)
    batch = await season.batch(line, **LATE)
    farmer, free = (season.without_unit(kind, line) for kind in ("FARMER_HERDER", "FREELANCER"))
    refused = await office.create(farmer)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["OUTSIDE_WINDOW"], "一（四）2")
    assert "2023-12-25 至 2024-01-05" in refused.json()["message"]
    await at(IN_JANUARY, "workflow")
    assert codes(await office.create(free)) == ["OUTSIDE_WINDOW"]
    draft = await office.filled_in(farmer, OWN)
    assert draft["available_actions"] == ["SUBMIT", "WITHDRAW"]
    at_county = record(await office.act(draft, "SUBMIT", farmer.token))
    assert at_county["chain"][0]["due_on"] == "2024-01-10"

    county, prefecture = line.token("REVIEWER", 2), line.token("REVIEWER", 1)
    for path in ("/v1/worklist", "/v1/declarations"):
        for wanted, there in ((batch, [draft["id"]]), (UUID(int=1), [])):
            told = (await office.call("GET", path, county, params={"batch_id": str(wanted)})).json()
            assert [(each["id"], each["batch_id"]) for each in told["items"]] == [
                (each, str(batch)) for each in there
            ]
    at_prefecture = await office.passed(at_county, county)
    assert at_prefecture["chain"][1]["due_on"] == "2024-01-10"
    await at("2024-01-13T09:00+08:00", "workflow")
    assert "REVIEW_WINDOW_CLOSED" in codes(await office.act(at_prefecture, "PASS", prefecture))


@pytest.mark.clause("1.4.2")
async def test_the_chain_is_foreseen_in_the_windows_of_the_batch(office, season):
    """Without a batch no day is told; with one the days are the batch's, before it is begun and as a draft."""
    line = Line.of(COUNTY, season.root)
    season.neighbours.know(line.path)
    told = {"id": str(season.office.id), "name": "办事机构", "kind": "AUTHORITY", "level": "PROVINCE"}
    season.neighbours.know([*line.path[:1], told])
    asked = {"cycle_id": str(season.cycle_id), "series": SERIES, "level": LEVEL, "kind": "FARMER_HERDER"}
    params = asked | {"unit_id": str(line.ids[2])}

    async def dues(path: str, token: str, **more: object) -> list[str | None]:
        answer = await office.call("GET", path, token, **more)
        return [each["due_on"] for each in answer.json()["stations"]]

    assert await dues("/v1/review-chain", season.office_token, params=params) == [None] * 3
    await season.batch(line, **LATE | {"DECLARE": {"opens": "2023-11-20", "closes": "2024-01-05"}})
    foreseen = await dues("/v1/review-chain", season.office_token, params=params)
    assert (foreseen[0], None in foreseen) == ("2024-01-02", False)
    farmer = season.without_unit("FARMER_HERDER", line)
    draft = await office.draft(farmer)
    assert await dues(f"/v1/declarations/{draft['id']}/chain", farmer.token) == foreseen


@pytest.mark.clause("1.4.2")
async def test_an_extension_of_the_cycle_moves_no_day_of_a_batch(office, season, at):
    """The reviews of others last longer by it; what is in a batch is due as it was."""
    line = Line.of(COUNTY, season.root)
    await season.batch(line, **LATE | {"REVIEW": {"opens": "2023-12-25", "closes": "2024-01-09"}})
    await at(IN_JANUARY, "workflow")
    farmer = season.without_unit("FARMER_HERDER", line)
    draft = await office.filled_in(farmer, OWN)
    before = record(await office.act(draft, "SUBMIT", farmer.token))
    assert before["chain"][0]["due_on"] == "2024-01-09"
    extension = {
        "window": "REVIEW",
        "closes": "2024-01-20",
        "document_number": "青人社厅函〔2023〕301号",
        "reason": "改革任务",
    }
    officer = line.token("TITLE_OFFICER", 0)
    path = f"/v1/cycles/{season.cycle_id}/extensions"
    made = record(await office.call("POST", path, officer, json=extension), 201)
    record(await office.call("POST", f"/v1/extensions/{made['id']}/actions/PUBLISH", officer))
    assert (await office.read(draft, farmer.token))["chain"] == before["chain"]
