"""Scene 1: the province grows from its one organisation, each created by its superior (附件3)."""

from demo.api import Refused
from demo.stage import OPERATOR, Stage, at

ORGANISATION = "organisation { id name } activation { login code }"


async def play(stage: Stage) -> None:
    """Create what the season needs; what an earlier run has created is used again."""
    await the_first(stage)
    await create(
        stage, "xining", "province", name="西宁市人力资源和社会保障局", **hrss("PREFECTURE", "630100")
    )
    await create(
        stage, "haixi", "province", name="海西州人力资源和社会保障局", **hrss("PREFECTURE", "632800")
    )
    await create(
        stage, "health", "province", name="青海省卫生健康委员会", **_authority(stage, "PROVINCE", "630000")
    )
    await create(stage, "golmud", "haixi", name="格尔木市人力资源和社会保障局", **hrss("COUNTY", "632801"))
    await create(
        stage,
        "haixi_health",
        "haixi",
        name="海西州卫生健康委员会",
        **_authority(stage, "PREFECTURE", "632800"),
    )
    await create(
        stage, "golmud_health", "golmud", name="格尔木市卫生健康局", **_authority(stage, "COUNTY", "632801")
    )
    await _hospital(stage)
    await _private_hospital(stage)


async def the_first(stage: Stage) -> None:
    """Its manager and the operator sign in."""
    await stage.sign_in(OPERATOR, OPERATOR)
    await stage.move_clock(at(10, 12))
    await stage.sign_in("province", "province.hrss")
    stage.remember_organisation("province")
    await stage.grant("province", "TITLE_OFFICER", "REVIEWER", "COMMITTEE_OFFICE")


async def _hospital(stage: Stage) -> None:
    """A hospital and its department, new in every run."""
    given = {"kind": "EMPLOYER", "level": "PROVINCE", "nature": "PUBLIC_INSTITUTION", "industry": "HEALTH"}
    name = f"青海省江源医院（{stage.run}）"
    await create(
        stage, "hospital", "health", name=name, regionCode="630000", uscc=stage.identities.uscc(), **given
    )
    await create(
        stage,
        "department",
        "hospital",
        name="医疗业务部",
        kind="INTERNAL_DEPARTMENT",
        level="PROVINCE",
        regionCode="630000",
    )
    await stage.grant("hospital", "RECOMMENDER", "REVIEWER")
    await stage.grant("department", "REVIEWER")
    await stage.grant("health", "REVIEWER")


async def _private_hospital(stage: Stage) -> None:
    given = {
        "name": f"格尔木同康医院（{stage.run}）",
        "kind": "EMPLOYER",
        "level": "COUNTY",
        "nature": "PRIVATE_HOSPITAL",
        "regionCode": "632801",
        "uscc": stage.identities.uscc("632801"),
        "manager": {"name": "同康医院管理员", "login": f"tongkang.{stage.run}"},
    }
    wrong = {"creatorId": stage.organisations["golmud"], **given}
    await stage.refused(
        "golmud",
        "格尔木市人社局试建民营医院",
        "BELONGS_TO_ANOTHER",
        "createOrganisation",
        ORGANISATION,
        **wrong,
    )
    right = {"creatorId": stage.organisations["golmud_health"], **given}
    await stage.act(
        "golmud_health", f"格尔木市卫健局创建{given['name']}", "createOrganisation", ORGANISATION, **right
    )


async def create(stage: Stage, part: str, creator: str, *, name: str, **given: object) -> None:
    """An organisation, by its superior; its manager signs in."""
    login = (
        f"{part.replace('_', '.')}.{stage.run}"
        if part in ("hospital", "department")
        else part.replace("_", ".")
    )
    try:
        await stage.sign_in(part, login)
    except Refused:
        manager = {"name": f"{name}管理员", "login": login}
        creator_id = stage.organisations[creator]
        done = await stage.act(
            creator,
            f"创建{name}",
            "createOrganisation",
            ORGANISATION,
            creatorId=creator_id,
            name=name,
            manager=manager,
            **given,
        )
        await stage.activate(part, done["activation"])
    stage.remember_organisation(part)


def hrss(level: str, region: str) -> dict[str, str]:
    """A department of human resources and social security."""
    return {"kind": "HRSS", "level": level, "regionCode": region}


def _authority(stage: Stage, level: str, region: str) -> dict[str, str]:
    uscc = stage.identities.uscc(region)
    return {"kind": "AUTHORITY", "level": level, "regionCode": region, "industry": "HEALTH", "uscc": uscc}
