"""A title from targeted posts is valid at grass-roots level only, and its certificate says so (一（四）1)."""

from __future__ import annotations

import pytest
import yaml
from sqlalchemy import select

from services.accounts.contract import TitleLimit
from services.kit.outbox import outbox
from services.kit.policy import PolicyError, load
from services.workflow.certificate.policy import CertificatePolicy
from services.workflow.contract import TargetedResultFiled
from tests.platform.settings import POLICIES
from tests.services.workflow.certificate.office import DAY_AFTER, file, publicised
from tests.services.workflow.credential.carried import body_of, credential_of
from tests.services.workflow.meeting.season import seed_declaration

GRASS_ROOTS = {
    "code": "GRASS_ROOTS",
    "text": "本资格通过基层“双定向”评审取得，限基层有效",
    "cite": "一（四）1",
}


@pytest.mark.clause("1.4.1")
async def test_a_targeted_title_says_that_it_is_limited(hall, season, session):
    """On the certificate, in the public verification, in the credential; a title beside it from general posts is not."""
    async with session("workflow") as tx:
        targeted = await seed_declaration(tx, season, pool="TARGETED")
    await publicised(hall)
    public = (await hall.ask(None, "GET", "/v1/publicities")).json()["items"]
    assert {each["subject_id"]: each["snapshot"]["pool"] for each in public} == {
        str(season.declarations[0]): "GENERAL",
        str(targeted): "TARGETED",
    }
    await hall.at(DAY_AFTER, "workflow")
    limited = (await file(hall, targeted)).json()["record"]
    assert limited["limits"] == [GRASS_ROOTS]
    assert TitleLimit(limited["limits"][0]["code"]) is TitleLimit.GRASS_ROOTS
    asked = f"number={limited['number']}&name={limited['holder_name']}"
    verified = (await hall.ask(None, "GET", f"/v1/certificates/verify?{asked}")).json()
    assert verified["certificate"]["limits"] == [GRASS_ROOTS]
    assert body_of(await credential_of(hall, limited["id"]))["limits"] == [GRASS_ROOTS]
    assert (await file(hall)).json()["record"]["limits"] == []


@pytest.mark.clause("1.4.1")
async def test_a_targeted_result_is_filed_with_the_province(hall, season, session):
    """What the prefecture certifies is told to the province, which lists it among all that are limited; its own it knows."""
    async with session("workflow") as tx:
        place = {"unit": season.clinic, "above": season.prefecture}
        middle = await seed_declaration(tx, season, level="MIDDLE", pool="TARGETED", **place)
        senior = await seed_declaration(tx, season, pool="TARGETED")
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    issued = (await file(hall, middle, token=season.prefecture_officer)).json()["record"]
    own = (await file(hall, senior)).json()["record"]
    assert (await file(hall)).status_code == 201
    async with session("workflow") as tx:
        told = await tx.scalars(select(outbox.c.data).where(outbox.c.type == TargetedResultFiled.type))
        (filed,) = list(told)
    assert (filed["number"], filed["issuer_name"]) == (issued["number"], "海西州人社局")
    assert filed["province_id"] == str(season.province.id)
    every = (await hall.ask(season.officer, "GET", "/v1/certificates")).json()
    limited = (await hall.ask(season.officer, "GET", "/v1/certificates?limit=GRASS_ROOTS")).json()
    assert (every["total"], limited["total"]) == (3, 2)
    assert {each["number"] for each in limited["items"]} == {issued["number"], own["number"]}
    assert (await hall.ask(season.officer, "GET", "/v1/certificates?limit=NOWHERE")).status_code == 422


def test_a_policy_that_does_not_limit_targeted_titles_is_refused(tmp_path):
    """Without the sentence for targeted posts the service does not start."""
    told = yaml.safe_load((POLICIES / "qinghai/2023/certificate.yaml").read_text("utf-8"))
    broken = tmp_path / "certificate.yaml"
    broken.write_text(yaml.safe_dump(told | {"limits": []}, allow_unicode=True), "utf-8")
    with pytest.raises(PolicyError, match="targeted"):
        load(broken, CertificatePolicy)
