"""Annex 1: which row covers a unit, what its percentages make, and where no row applies."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.services.quota.people import assert_refused, both_languages

EAST = ["630121", "630123", "630106", *(f"6302{n:02}" for n in (2, 3, 22, 23, 24, 25))]
INNER_XINING = ["630102", "630103", "630104", "630105"]
HAIBEI = ["632221", "632222", "632223", "632224"]
HUANGNAN_NEAR, HUANGNAN_FAR = ["632301", "632322"], ["632323", "632324"]
HAINAN = ["632521", "632522", "632523", "632524", "632525"]
GUOLUO = ["632621", "632622", "632623", "632624", "632625", "632626"]
YUSHU = ["632701", "632722", "632723", "632724", "632725", "632726"]
HAIXI = ["632801", "632802", "632803", "632821", "632822", "632823", "632857"]

ROWS = {
    1: ((15, 45, 40), (3, 5), (18, 50)),
    2: ((20, 50, 30), (7, 10), (27, 60)),
    3: ((15, 45, 40), (7, 10), (22, 55)),
    4: ((20, 50, 30), (8, 10), (28, 60)),
    5: ((15, 45, 40), (8, 10), (23, 55)),
}
"""The five rows as the annex prints them: unified senior, middle, junior; targeted and overall senior, middle."""

COVERED = [
    *((code, "BELOW_COUNTY", 1) for code in [*EAST, "630200"]),
    *((code, "PREFECTURE", 2) for code in ("632200", "632300", "632500", "632800", "632802")),
    *(
        (code, level, 3)
        for code in [*HAIBEI, *HAIXI, *HAINAN, *HUANGNAN_NEAR]
        for level in ("COUNTY", "BELOW_COUNTY")
    ),
    *((code, "PREFECTURE", 4) for code in ("632600", "632700", "632621")),
    *((code, level, 5) for code in [*GUOLUO, *YUSHU, *HUANGNAN_FAR] for level in ("COUNTY", "BELOW_COUNTY")),
]
NOT_COVERED = [
    *((code, "COUNTY") for code in [*EAST, *INNER_XINING]),
    *((code, "BELOW_COUNTY") for code in INNER_XINING),
    ("630100", "PREFECTURE"),
    ("630200", "PREFECTURE"),
    *((code, "PROVINCE") for code in ("630000", "630102", "632801")),
]


@pytest.fixture
async def ask_ratio(quota):
    """`await ask_ratio(region_code=..., unit_level=...)`: without signing in."""

    async def ask(**query):
        return await quota.get("/v1/ratios", params=query)

    return ask


@pytest.mark.clause("A1")
async def test_every_region_and_level_finds_its_row(ask_ratio):
    """All counties and prefectures of the five rows, at every level, get the percentages that the annex prints."""
    for region_code, unit_level, number in COVERED:
        told = (await ask_ratio(region_code=region_code, unit_level=unit_level)).json()
        row = told["row"]
        found = tuple(tuple(row[group].values()) for group in ("unified", "targeted", "overall"))
        assert (told["answer"], found) == ("ROW", ROWS[number]), (region_code, unit_level)
        assert told["basis"][0]["cite"] == f"附件1 第{number}行"


@pytest.mark.clause("A1")
async def test_where_no_row_applies_it_says_so(ask_ratio):
    """Inner districts, city and provincial level, and the county level itself in row 1 get no guess."""
    for region_code, unit_level in NOT_COVERED:
        told = (await ask_ratio(region_code=region_code, unit_level=unit_level, headcount=100)).json()
        assert (told["answer"], told["row"], told["posts"]) == ("NO_ROW", None, None), (
            region_code,
            unit_level,
        )
        assert "没有适用" in told["reason"]
        assert told["basis"][0]["cite"] == "附件1"


@pytest.mark.clause("A1", "1.4.1")
@pytest.mark.parametrize(
    ("region_code", "level"), [("632801", "COUNTY"), ("630121", "BELOW_COUNTY"), ("632700", "PREFECTURE")]
)
async def test_medical_institutions_are_pointed_elsewhere(quota, ask_ratio, region_code, level):
    """A grass-roots medical institution gets no ratio but the document that decides."""
    query = {
        "region_code": region_code,
        "unit_level": level,
        "nature": "PUBLIC_INSTITUTION",
        "industry": "HEALTH",
    }
    answer = await ask_ratio(**query)
    assert_refused(
        answer, 422, "OTHER_RULE_APPLIES", field="industry", cites={"附件1 说明", "青人社厅发〔2022〕58号"}
    )
    path = "/v1/ratios?" + "&".join(f"{key}={value}" for key, value in query.items())
    zh, en = await both_languages(quota, "GET", path, None)
    assert "基层医疗卫生机构" in zh
    assert "not in Annex 1" in en


@pytest.mark.clause("A1")
async def test_other_units_of_the_health_industry_have_no_row(ask_ratio):
    """Annex 1 is about institutions: a private hospital is neither covered nor sent to the institutions' document."""
    told = await ask_ratio(
        region_code="632801", unit_level="COUNTY", nature="PRIVATE_HOSPITAL", industry="HEALTH"
    )
    assert (told.status_code, told.json()["answer"]) == (200, "NO_ROW")


@pytest.mark.clause("A1")
async def test_a_township_lies_below_the_county(ask_ratio):
    """A township counts as county level in the system and lies below it: row 1 covers it, with the article."""
    told = (await ask_ratio(region_code="630121", unit_level="COUNTY", nature="TOWNSHIP")).json()
    assert (told["answer"], told["row"]["levels"]) == ("ROW", ["BELOW_COUNTY"])
    assert {each["cite"] for each in told["basis"]} == {"附件1 第1行", "附件1", "附件3 三（六）"}


@pytest.mark.clause("A1")
async def test_posts_are_cut_never_rounded_up(ask_ratio):
    """For every headcount the posts are the largest whole number within the share."""
    for headcount in [*range(130), 99_999]:
        told = (await ask_ratio(region_code="632801", unit_level="COUNTY", headcount=headcount)).json()
        for group, percents in zip(("unified", "targeted", "overall"), ROWS[3], strict=True):
            for number, percent in zip(told["posts"][group].values(), percents, strict=True):
                share = Fraction(headcount * percent, 100)
                assert number <= share < number + 1, (headcount, group)


@pytest.mark.clause("A1")
async def test_the_working_is_shown(ask_ratio):
    """33 posts: 15 % are 4.95 and make 4; each line says so, with the row's cite."""
    told = (await ask_ratio(region_code="632801", unit_level="COUNTY", headcount=33)).json()["posts"]
    assert (told["unified"], told["targeted"]) == (
        {"senior": 4, "middle": 14, "junior": 13},
        {"senior": 2, "middle": 3},
    )
    assert told["working"][0] == {"text": "统一高级 4 = 33 × 15% = 4.95，取整数", "cite": "附件1 第3行"}
    many = (await ask_ratio(region_code="632801", unit_level="COUNTY", headcount=999_999)).json()["posts"]
    assert many["working"][0]["text"] == "统一高级 149999 = 999999 × 15% = 149999.85，取整数"


@pytest.mark.clause("A1")
async def test_the_whole_table_is_public(quota):
    """All five rows can be read without signing in."""
    told = (await quota.get("/v1/ratios/rows")).json()
    found = [
        tuple(tuple(row[g].values()) for g in ("unified", "targeted", "overall")) for row in told["rows"]
    ]
    assert found == list(ROWS.values())
    assert (told["rounding"], told["basis"][0]["cite"]) == ("CUT", "附件1")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"region_code": "110101"}, "region_code", "REGION_ELSEWHERE"),
        ({"region_code": "63"}, "region_code", "REQUEST_MALFORMED"),
        ({"region_code": "６３０１０２"}, "region_code", "REQUEST_MALFORMED"),
        ({"unit_level": "VILLAGE"}, "unit_level", "REQUEST_MALFORMED"),
        ({"headcount": "-1"}, "headcount", "REQUEST_MALFORMED"),
        ({"headcount": "1e99"}, "headcount", "REQUEST_MALFORMED"),
        ({"year": "1999"}, "year", "YEAR_UNKNOWN"),
    ],
)
async def test_bad_questions_are_refused_naming_the_field(ask_ratio, query, field, code):
    """What cannot be asked is told by field."""
    answer = await ask_ratio(**{"region_code": "632801", "unit_level": "COUNTY", **query})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)
