"""Many declarations out of one: in SQL, each with an applicant of its own, materials, what was found of them, and a history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which of them wait at one body: one of so many, up to a number; the others have come to their end, as most have."""

    every: int = 1
    up_to: int = 1_000


RECENT = 100_000
"""What is beyond these is of former years, and nobody asks about it: its applicants and verdicts are left out, and of its
materials and steps there are two and three each."""
FEW_MATERIALS, FEW_STEPS = 2, 3
STEP = 50_000
DECLARATION, ACCOUNT, PERSON, DOCUMENT, MATERIAL, VERDICT, STEP_TAKEN = range(1, 8)
PLACES = 64
"""Ids are left for so many things of a kind for each declaration."""


def key(kind: int, number: int) -> UUID:
    """The id of something by its kind and number, in the order of making."""
    return UUID(f"{kind:02x}000000-0000-7000-8000-{number:012x}")


def key_sql(kind: int, number: str = "n") -> str:
    """The same in SQL."""
    return f"('{kind:02x}000000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def of_one(kind: int) -> str:
    """The id of one of several things of a declaration, in SQL."""
    return key_sql(kind, f"n * {PLACES} + place")


SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅春生文建国志海波宁晨雪琴"
    "峰成龙鑫浩然子轩雨桐欣怡思远嘉诚佳慧美玲婷莉云飞翔天宇泽民安康德才旺扎西卓玛措吉多丹尼央金仁增格桑拉毛"
)
SCATTER = 7919
"""Which character comes next is drawn by multiplying, so that neighbours by number have little in common."""


def name(number: int) -> str:
    """The name of an applicant by number: as characters are spread in names, none is in all of them."""
    drawn = number * SCATTER
    first, drawn = SURNAMES[drawn % len(SURNAMES)], drawn // len(SURNAMES)
    return first + GIVEN[drawn % len(GIVEN)] + GIVEN[drawn // len(GIVEN) % len(GIVEN)]


def _drawn(letters: str, among: int) -> str:
    return f"substr('{letters}', 1 + (n * {SCATTER} / {among} % {len(letters)})::int, 1)"


NAME = " || ".join(
    (_drawn(SURNAMES, 1), _drawn(GIVEN, len(SURNAMES)), _drawn(GIVEN, len(SURNAMES) * len(GIVEN)))
)
"""The same in SQL."""
WAITS = "(n % $4::bigint = 0 and n <= $5::bigint)"
WITH_REVIEWERS = "('DRAFT', 'UNDER_REVIEW', 'RETURNED')"
ACCOUNTS, PEOPLE, DOCUMENTS = "accounts.account", "accounts.person", "accounts.person_document"
DECLARATIONS, MATERIALS = "workflow.declaration", "workflow.material"
VERDICTS, HISTORY = "workflow.material_verdict", "workflow.history"


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows `t` of a table that belong to a declaration `d`, and which of their columns are the copy's own.

    `placed` is how many-th of the declaration's each is; `only` is the condition on a copy `n` of it.
    """

    table: str
    belonging: str
    own: Mapping[str, str]
    placed: str = "0"
    only: str = "true"
    up_to: int | None = None

    def statement(self, columns: list[str]) -> str:
        """The copies of the declaration $1 from $2 to $3; what waits is told by $4 and $5."""
        taken = ", ".join(self.own.get(name, f'"{name}"') for name in columns)
        named = ", ".join(f'"{name}"' for name in columns)
        return f"""
insert into {self.table} ({named}) overriding system value
select {taken} from (select t.*, {self.placed} as place, d.chain as bodies, d.submitted_at as sent
  from {DECLARATIONS} as d join {self.table} as t on {self.belonging} where d.id = $1) as it,
generate_series($2::bigint, $3::bigint) as n
where $4::bigint > 0 and $5::bigint > 0 and {self.only}
"""  # noqa: S608 - our own words


COPIES = (
    Copied(
        ACCOUNTS,
        "t.id = d.account_id",
        {"id": key_sql(ACCOUNT), "login": "'bench' || n", "name": NAME},
        up_to=RECENT,
    ),
    Copied(
        PEOPLE,
        "t.id = d.person_id",
        {"id": key_sql(PERSON), "account_id": key_sql(ACCOUNT), "name": NAME},
        up_to=RECENT,
    ),
    Copied(
        DOCUMENTS,
        "t.person_id = d.person_id",
        {
            "id": of_one(DOCUMENT),
            "person_id": key_sql(PERSON),
            "digest": "decode(md5('document' || n), 'hex')",
        },
        up_to=RECENT,
    ),
    Copied(
        "accounts.person_closure",
        "t.descendant_id = d.person_id",
        {"descendant_id": key_sql(PERSON)},
        up_to=RECENT,
    ),
    Copied(
        DECLARATIONS,
        "t.id = d.id",
        {
            "id": key_sql(DECLARATION),
            "number": "'B' || n",
            "person_id": key_sql(PERSON),
            "account_id": key_sql(ACCOUNT),
            "person_name": NAME,
            "state": f"case when {WAITS} then 'UNDER_REVIEW' else 'CERTIFIED' end",
            "position": f"case when {WAITS} then 2 else position end",
            "at_organisation_id": f"case when {WAITS} then (bodies -> 2 ->> 'id')::uuid end",
            "due_on": f"case when {WAITS} then sent::date + n::int % 30 end",
        },
    ),
    Copied(
        MATERIALS,
        "t.declaration_id = d.id",
        {"id": of_one(MATERIAL), "declaration_id": key_sql(DECLARATION), "replaces_id": "null"},
        placed="row_number() over (order by t.id)",
        only=f"n <= {RECENT} or place <= {FEW_MATERIALS}",
    ),
    Copied(
        VERDICTS,
        "t.declaration_id = d.id",
        {
            "id": of_one(VERDICT),
            "declaration_id": key_sql(DECLARATION),
            "material_id": key_sql(
                MATERIAL,
                f"n * {PLACES} + (select count(*) from {MATERIALS} as m"  # noqa: S608 - our own words
                " where m.declaration_id = it.declaration_id and m.id <= it.material_id)",
            ),
        },
        placed="row_number() over (order by t.id)",
        only="organisation_id::text in (bodies -> 0 ->> 'id', bodies -> 1 ->> 'id')",
        up_to=RECENT,
    ),
    Copied(
        HISTORY,
        "t.subject_id = d.id",
        {
            "id": of_one(STEP_TAKEN),
            "seq": f"1000000 + n * {PLACES} + place",
            "subject_id": key_sql(DECLARATION),
        },
        placed="row_number() over (order by t.seq)",
        only=f"(not {WAITS} or after in {WITH_REVIEWERS}) and (n <= {RECENT} or place <= {FEW_STEPS})",
    ),
)
"""Table by table; what waits at the third body of its chain has been passed on by two, and by nobody else."""


AHEAD = f"select setval(pg_get_serial_sequence('{HISTORY}', 'seq'), max(seq)) from {HISTORY}"  # noqa: S608 - our own words
"""What the platform does to a copy comes after what the copy went through."""


async def grow(
    url: str,
    model: UUID,
    before: int,
    size: int,
    *,
    tables: Sequence[Copied] = COPIES,
    waiting: Waiting = Waiting(),
) -> None:
    """Copy a declaration with all that belongs to it, from `before` copies to `size`; the administrator does it."""
    connection = await asyncpg.connect(url, server_settings={"session_replication_role": "replica"})
    try:
        for copied in tables:
            statement = copied.statement(await _columns(connection, copied.table))
            last = min(size, copied.up_to or size)
            for first in range(before + 1, last + 1, STEP):
                await connection.execute(
                    statement, model, first, min(first + STEP - 1, last), waiting.every, waiting.up_to
                )
            await connection.execute(f"vacuum analyze {copied.table}")
        await connection.execute(AHEAD)
    finally:
        await connection.close()


async def _columns(connection: asyncpg.Connection, table: str) -> list[str]:
    """All columns but those that the database works out by itself."""
    found = await connection.fetch(
        "select attname from pg_attribute where attrelid = $1::text::regclass and attnum > 0"
        " and not attisdropped and attgenerated = '' order by attnum",
        table,
    )
    return [row["attname"] for row in found]
