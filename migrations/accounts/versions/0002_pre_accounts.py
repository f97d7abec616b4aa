"""Organisations, accounts and sign-in, roles, people, attempts at the online test."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

PRIVATE_UNITS = "'PRIVATE_HOSPITAL', 'PRIVATE_SCHOOL', 'PRIVATE_ENTERPRISE'"


def upgrade() -> None:
    """Apply."""
    create_organisation()
    create_account()
    create_session()
    create_role_grant()
    create_person()
    create_test_attempt()


def create_organisation() -> None:
    """The tree of organisations; checks are named after the articles of 附件3 they restate."""
    op.create_table(
        "organisation",
        *versioned(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("nature", sa.String(40)),
        sa.Column("industry", sa.String(40)),
        sa.Column("region_code", sa.String(6), nullable=False),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("organisation.id", name="fk_organisation_parent_id")),
        sa.Column("uscc", sa.String(18)),
        sa.Column("single_key", sa.String(80)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("uscc", name="uq_organisation_uscc"),
        sa.UniqueConstraint("single_key", name="uq_organisation_single_key"),
        check(
            "organisation_a3_1_department",
            "kind <> 'INTERNAL_DEPARTMENT' or (uscc is null and nature is null)",
        ),
        check("organisation_a3_2_1_root", "(parent_id is null) = (kind = 'HRSS' and level = 'PROVINCE')"),
        check("organisation_a3_3_1_central_unit", "nature <> 'CENTRAL_UNIT' or level = 'PROVINCE'"),
        check(
            "organisation_a3_3_3_to_5_private_unit", f"nature not in ({PRIVATE_UNITS}) or level = 'COUNTY'"
        ),
        check(
            "organisation_a3_3_6_township", "nature <> 'TOWNSHIP' or (kind = 'EMPLOYER' and level = 'COUNTY')"
        ),
        check("organisation_lineage_ends_with_itself", "lineage[cardinality(lineage)] = id"),
    )
    create_organisation_indexes()


def create_organisation_indexes() -> None:
    """One root in a province; subtrees by their lineage."""
    op.create_index(
        "uq_organisation_a3_2_1_one_root",
        "organisation",
        ["province"],
        unique=True,
        postgresql_where=sa.text("parent_id is null"),
    )
    op.create_index("ix_organisation_lineage", "organisation", ["lineage"], postgresql_using="gin")
    op.create_index("ix_organisation_parent_id_id", "organisation", ["parent_id", "id"])
    op.create_index("ix_organisation_region_code", "organisation", ["region_code"])


def create_account() -> None:
    """Accounts, the codes for their passwords, and counted tries."""
    op.create_table(
        "account",
        *versioned(),
        sa.Column("login", sa.String(60), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("password_set_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login", name="uq_account_login"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_account_organisation_id"),
        check("account_login_is_in_small_letters", "login = lower(login)"),
    )
    op.create_index("ix_account_organisation_id", "account", ["organisation_id"])
    op.create_table(
        "activation",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_activation"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_activation_account_id"),
    )
    op.create_table(
        "counted_try",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_counted_try"),
    )
    op.create_index("ix_counted_try_until", "counted_try", ["until"])


def create_session() -> None:
    """Sessions and their refresh tokens."""
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("longest_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(30)),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_table(
        "refresh_token",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("digest", name="pk_refresh_token"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_refresh_token_session_id"),
    )
    op.create_index("ix_refresh_token_session_id", "refresh_token", ["session_id"])


def create_role_grant() -> None:
    """Roles held at organisations."""
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("granted_by", sa.Uuid()),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_role_grant_account_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_role_grant_organisation_id"
        ),
        sa.UniqueConstraint(
            "account_id", "role", "organisation_id", name="uq_role_grant_account_id_role_organisation_id"
        ),
    )
    op.create_index("ix_role_grant_organisation_id_role", "role_grant", ["organisation_id", "role"])


def create_person() -> None:
    """People; numbers sealed, the resident id found by its keyed digest."""
    op.create_table(
        "person",
        *versioned(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("rests_on", sa.String(20)),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid()),
        sa.Column("resident_id_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("resident_id_digest", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("account_id", name="uq_person_account_id"),
        sa.UniqueConstraint("resident_id_digest", name="uq_person_resident_id_digest"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_person_account_id"),
        sa.ForeignKeyConstraint(["employer_id"], ["organisation.id"], name="fk_person_employer_id"),
        sa.ForeignKeyConstraint(["department_id"], ["organisation.id"], name="fk_person_department_id"),
        check(
            "person_a3_4_2_which_county", "(kind in ('SELF_EMPLOYED', 'FREELANCER')) = (rests_on is not null)"
        ),
        check("person_a3_4_1_belongs_to_its_unit", "employer_id = any(lineage)"),
    )
    op.create_index("ix_person_lineage", "person", ["lineage"], postgresql_using="gin")
    op.create_index("ix_person_employer_id_id", "person", ["employer_id", "id"])


def create_test_attempt() -> None:
    """Attempts at the online test; at most one open in a cycle."""
    op.create_table(
        "test_attempt",
        *versioned(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("question_ids", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("pass_mark", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("score", sa.SmallInteger()),
        sa.Column("answers", postgresql.JSONB()),
        sa.Column("judged_at", sa.DateTime(timezone=True)),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_test_attempt"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_test_attempt_person_id"),
        check("test_attempt_2_3_judged_has_a_score", "(state = 'OPEN') = (score is null)"),
        check("test_attempt_score_is_per_cent", "score between 0 and 100"),
    )
    op.create_index(
        "uq_test_attempt_2_3_one_open",
        "test_attempt",
        ["person_id", "cycle"],
        unique=True,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_index("ix_test_attempt_person_id_cycle_state", "test_attempt", ["person_id", "cycle", "state"])


def versioned() -> list[sa.Column[object]]:
    """Columns of every aggregate."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    ]


def check(name: str, holds: str) -> sa.CheckConstraint:
    """A named check."""
    return sa.CheckConstraint(holds, name=f"ck_{name}")
