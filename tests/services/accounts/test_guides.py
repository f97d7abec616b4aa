"""Files of the guides, and how a unit's people stand in the test."""

from __future__ import annotations

import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from docs import films
from services.kit.clock import SHANGHAI
from tests.services.accounts.test_learning import begin, hand_in
from tests.services.accounts.world import World, new_login, refused, token_at


async def guide(world: World, code: str) -> dict[str, Any]:
    """A guide by its name."""
    told = (await world.ask("GET", "/v1/learning/guides?cycle=2023")).json()
    return next(each for each in told["items"] if each["code"] == code)


@pytest.mark.clause("2.3")
async def test_a_guides_file_is_fetched_by_anyone(world):
    """As an attachment that no browser takes for a page of ours, checked by its tag."""
    told = (await guide(world, "applicant-guide"))["file"]
    answer = await world.http.get(told["path"])
    assert answer.status_code == 200
    assert (len(answer.content), hashlib.sha256(answer.content).hexdigest()) == (told["size"], told["sha256"])
    assert answer.text.startswith("# 申报人网上申报指南")
    headers = answer.headers
    assert headers["content-type"] == told["media_type"] == "text/markdown; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"].startswith('attachment; filename="applicant.md"')
    for tag in (headers["etag"], f'"other", W/{headers["etag"]}', "*"):
        again = await world.http.get(told["path"], headers={"if-none-match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", headers["etag"])
    changed = await world.http.get(told["path"], headers={"if-none-match": '"other"'})
    assert changed.status_code == 200


@pytest.mark.clause("2.3")
@pytest.mark.parametrize(("code", "name"), [("declaring-video", "declaring"), ("scanning-video", "scanning")])
async def test_a_film_is_watched_by_anyone(world, code, name):
    """Served by us: as many scenes as its script has, each as long as the script says, and as long in all as is told."""
    told, script = await guide(world, code), films.scripts()[name]
    answer = await world.http.get(told["file"]["path"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    picture, stands = Image.open(BytesIO(answer.content)), []
    for at in range(picture.n_frames):
        picture.seek(at)
        stands.append(picture.info["duration"] / 1000)
    assert stands == [scene["seconds"] for scene in script["scenes"]]
    assert (sum(stands), script["title"]) == (told["seconds"], told["title"])


@pytest.mark.parametrize("name", films.scripts())
def test_a_film_shows_its_script(name):
    """Drawn again it has the same pictures: the script was not changed without the film."""
    contents = (films.GUIDES / f"{name}.png").read_bytes(), films.film(films.scripts()[name])
    kept, drawn = (Image.open(BytesIO(each)) for each in contents)
    assert kept.n_frames == drawn.n_frames
    for at in range(kept.n_frames):
        kept.seek(at)
        drawn.seek(at)
        assert kept.convert("RGB").tobytes() == drawn.convert("RGB").tobytes(), at


@pytest.mark.parametrize(
    "code",
    [
        "county-faq",
        "applicant.md",
        "..%2Flearning.yaml",
        "%2e%2e%2f%2e%2e%2flearning.yaml",
        "..%5C..%5Clearning.yaml",
        "%00",
        "x" * 2000,
    ],
)
async def test_no_other_file_can_be_asked_for(world, code):
    """Files are found by a guide's name and nothing else; a name without one is not found."""
    assert (await world.http.get(f"/v1/learning/guides/{code}/file?cycle=2023")).status_code == 404


@pytest.fixture
async def people(world: World, answers: Any) -> dict[str, dict[str, Any]]:
    """In a hospital one has passed, one failed, one never tried; beside it a school with one who never tried."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    school = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code="630000")
    found = {"hospital": hospital, "department": department, "school": school}
    for name, where, wrong in (("passed", hospital, 0), ("failed", department, 5)):
        person = (await world.add_person(where, name=name))["person"]
        token = world.applicant(person, where)
        attempt = await begin(world, token)
        await hand_in(world, token, attempt, answers(attempt, wrong=wrong))
        found[name] = person
    found["untried"] = (await world.add_person(hospital, name="untried"))["person"]
    found["elsewhere"] = (await world.add_person(school, name="elsewhere", login=new_login()))["person"]
    return found


async def test_a_unit_sees_how_its_people_stand(world, people):
    """In figures, for itself, for a department, and for the province unit by unit."""
    hospital, root = people["hospital"], world.root

    async def told(where: dict[str, Any], more: str = "") -> dict[str, Any]:
        path = f"/v1/organisations/{where['id']}/test{more}"
        return (await world.ask("GET", path, token_at(where))).json()

    figures = {"cycle": 2023, "people": 3, "passed": 1, "failed": 1, "untried": 1}
    assert await told(hospital, "?cycle=2023") == figures
    assert await told(people["department"]) == figures | {"people": 1, "passed": 0, "untried": 0}
    first = await told(root, "/units?first=1")
    second = await told(root, f"/units?first=1&after={first['next_cursor']}")
    units = {each["id"]: each for each in first["items"] + second["items"]}
    assert second["next_cursor"] is None
    assert units[hospital["id"]] == figures | {"id": hospital["id"], "name": hospital["name"]}
    assert units[people["school"]["id"]]["untried"] == 1


async def test_a_unit_sees_whom_to_remind(world, people):
    """Those who have not passed, page by page, with their last score; nobody of another unit."""
    hospital = people["hospital"]
    path = f"/v1/organisations/{hospital['id']}/test/waiting?first=1"
    first = (await world.ask("GET", path, token_at(hospital, "RECOMMENDER"))).json()
    second = (await world.ask("GET", f"{path}&after={first['next_cursor']}", token_at(hospital))).json()
    told = [(each["name"], each["attempts"], each["last_score"]) for each in first["items"] + second["items"]]
    assert told == [("untried", 0, None), ("failed", 1, 50)]
    assert second["next_cursor"] is None


async def test_who_has_no_employer_is_reminded_by_who_looks_after_the_account(world, people):
    """The list of the department that looks after accounts of those who left holds them too."""
    left = people["untried"]
    ended = {"ending": "RESIGNED", "on": str(datetime.now(SHANGHAI).date()), "reason": "辞职"}
    path = f"/v1/people/{left['id']}/employment/end"
    answer = await world.ask("POST", path, token_at(people["hospital"]), ended)
    assert answer.status_code == 200, answer.text
    listed = await world.ask(
        "GET", f"/v1/organisations/{world.root['id']}/test/waiting", token_at(world.root)
    )
    assert listed.status_code == 200, listed.text
    assert {each["id"]: each["employer_id"] for each in listed.json()["items"]}[left["id"]] is None


@pytest.mark.parametrize("path", ["test", "test/units", "test/waiting"])
async def test_others_do_not_see_it(world, people, path):
    """To another unit, an applicant and someone below it is as if the hospital were not there."""
    hospital = people["hospital"]
    strangers = [
        token_at(people["school"]),
        token_at(people["department"]),
        world.applicant(people["passed"], hospital),
    ]
    for token in strangers:
        answer = await world.ask("GET", f"/v1/organisations/{hospital['id']}/{path}", token)
        refused(answer, 404, "ORGANISATION_NOT_FOUND")
    refused(
        await world.ask("GET", f"/v1/organisations/{hospital['id']}/{path}?cycle=1999", token_at(hospital)),
        404,
        "NO_SUCH_CYCLE",
    )
