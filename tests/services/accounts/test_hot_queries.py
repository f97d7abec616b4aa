"""What runs at every sign-in and refresh finds its rows by an index, whatever the size of the tables."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.platform.statistics import forget

ID = "01890000-0000-7000-8000-000000000000"
DAY = "date '2023-11-20'"


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("select * from account where login = 'x'", "uq_account_login"),
        (f"select * from role_grant where account_id = '{ID}'", "uq_role_grant_account_id"),
        (
            f"select * from delegation where delegate_id = '{ID}' and begins_on <= {DAY}",
            "ix_delegation_delegate_id_ends_on",
        ),
        (
            f"select * from delegation where delegator_id = '{ID}' and begins_on <= {DAY}",
            "ix_delegation_delegator_id_ends_on",
        ),
        (
            "update refresh_token set used_at = now() where digest = '\\x00' and used_at is null",
            "pk_refresh_token",
        ),
        (f"select * from refresh_token where session_id = '{ID}'", "ix_refresh_token_session_id"),
        (f"select * from session where account_id = '{ID}' and ended_at is null", "ix_session_account_id"),
        (
            f"select * from sign_in where account_id = '{ID}' order by id desc limit 51",
            "ix_sign_in_account_id_id",
        ),
        ("select * from challenge where digest = '\\x00'", "pk_challenge"),
        (f"select * from second_factor where account_id = '{ID}'", "pk_second_factor"),
        (f"delete from recovery_code where account_id = '{ID}'", "ix_recovery_code_account_id"),
        ("select * from counted_try where digest = '\\x00'", "pk_counted_try"),
        ("select * from usual_place where digest = '\\x00'", "pk_usual_place"),
        (
            f"select * from former_password where account_id = '{ID}' order by id desc limit 5",
            "ix_former_password_account_id_id",
        ),
        ("select digest from counted_try where until < now() limit 1000", "ix_counted_try_until"),
        ("select digest from challenge where expires_at < now() limit 1000", "ix_challenge_expires_at"),
        (
            f"select * from evidence_file where record_id = '{ID}' and stored_at is not null and replaced_at is null",
            "uq_evidence_file_one_in_force",
        ),
        ("select id from evidence_file where storage_key = 'x'", "ix_evidence_file_storage_key"),
        (
            "select id from evidence_file where sweep_after < now() order by sweep_after limit 1",
            "ix_evidence_file_sweep_after",
        ),
    ],
)
async def test_it_is_found_by_its_index(session, database, query, index):
    """The planner has the index to choose; small tables are read whole only because they are small."""
    async with session("accounts") as tx:
        await forget(tx)
        await tx.execute(text("set local enable_seqscan = off"))
        await tx.execute(text("set local enable_bitmapscan = off"))
        plan = "\n".join((await tx.scalars(text(f"explain {query}"))).all())
    assert index in plan, plan
