"""Many declarations out of one, by one statement a table: each with materials, verdicts, steps and rounds of its own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

OWN = {
    "declaration": ("id", {"id": "d", "number": "'C' || n", "person_id": "of_person"}),
    "material": ("declaration_id", {"id": "own", "declaration_id": "d", "replaces_id": "null"}),
    "material_verdict": (
        "declaration_id",
        {"id": "own", "declaration_id": "d", "material_id": "of_material"},
    ),
    "history": ("subject_id", {"id": "own", "subject_id": "d"}),
    "declaration_round": ("declaration_id", {"declaration_id": "d"}),
    "review_endorsement": ("declaration_id", {"id": "own", "declaration_id": "d"}),
    "review_return": ("declaration_id", {"id": "own", "declaration_id": "d"}),
}
"""By table: which column names the declaration, and which columns are the copy's own."""
MADE = {
    "d": "md5('copy' || n)::uuid",
    "of_person": "md5('person' || n)::uuid",
    "own": "md5(t.id::text || n)::uuid",
    "of_material": "md5(t.material_id::text || n)::uuid",
}
COLUMNS = text(
    "select attname from pg_attribute where attrelid = to_regclass(:name) and attnum > 0"
    " and not attisdropped and attgenerated = '' and attidentity = '' order by attnum"
)


async def copied(session, declaration: str, many: int) -> list[str]:
    """The ids of so many copies of a declaration."""
    async with session("workflow") as tx:
        for table, (owner, own) in OWN.items():
            columns = list(await tx.scalars(COLUMNS, {"name": table}))
            values = (MADE.get(own.get(each, ""), own.get(each, f't."{each}"')) for each in columns)
            named = ", ".join(f'"{each}"' for each in columns)
            copy = (
                f"insert into {table} ({named}) select {', '.join(values)} from {table} as t,"
                f" generate_series(1, :many) as n where t.{owner} = :declaration"
            )
            await tx.execute(text(copy), {"many": many, "declaration": UUID(declaration)})
        found = await tx.scalars(
            text(f"select {MADE['d']} from generate_series(1, :many) as n"), {"many": many}
        )
        return [str(each) for each in found]
