"""A migration that runs while people work takes nothing from them, nor from the code of the release before."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.bootstrap import SERVICES
from migrations import lint, run

MIGRATION = '''"""A step."""

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {before!r}
{argued}

def upgrade() -> None:
    """Apply."""
    {act}
'''
TABLE = 'op.execute("create table place (id bigint primary key, level text)")'
WRONG = {
    "op.drop_column('place', 'level')": "ban-drop-column",
    "op.alter_column('place', 'level', new_column_name='rank')": "renaming-column",
    "op.alter_column('place', 'level', nullable=False)": "adding-not-nullable-field",
    "op.add_column('place', sa.Column('year', sa.Text(), nullable=False))": "adding-required-field",
    "op.alter_column('place', 'level', type_=sa.Integer(), postgresql_using='level::int')": "changing-column-type",
    "op.create_index('ix_place_level', 'place', ['level'])": "require-concurrent-index-creation",
    "op.create_unique_constraint('uq_place_level', 'place', ['level'])": "disallowed-unique-constraint",
    "op.create_check_constraint('ck_place_level', 'place', 'level is not null')": "constraint-missing-not-valid",
}


@pytest.mark.parametrize("service", SERVICES)
def test_no_migration_takes_anything_from_whoever_is_at_work(service: str):
    """Every one after the baseline says by its name when it runs, and what squawk finds in it is argued beside it."""
    scripts = lint.since(service, lint.baseline()[service])
    assert lint.baseline()[service] in {each.revision for each in lint.since(service, None)}
    for each in scripts:
        assert Path(each.path).stem.partition("_")[2].startswith(("pre_", "post_"))
    assert [found for each in scripts for found in lint.findings(service, each)] == []


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`history("pre_step", "op...")`: the second migration of a history of quota's, as it would be written."""
    monkeypatch.setattr(run, "VERSIONS", tmp_path)
    folder = tmp_path / "quota" / "versions"
    folder.mkdir(parents=True)
    first = MIGRATION.format(number="0001", before=None, argued="", act=TABLE)
    (folder / "0001_pre_first.py").write_text(first, encoding="utf-8")

    def written(name: str, act: str, argued: str = "") -> list[str]:
        second = MIGRATION.format(number="0002", before="0001", argued=argued, act=act)
        (folder / f"0002_{name}.py").write_text(second, encoding="utf-8")
        [script] = lint.since("quota", "0001")
        return [each.rule for each in lint.findings("quota", script)]

    return written


@pytest.mark.parametrize("act", WRONG)
def test_what_breaks_old_code_or_holds_a_table_is_found(history, act: str):
    """In a migration that runs before the new code."""
    assert WRONG[act] in history("pre_step", act)


def test_what_only_grows_is_fine(history):
    """A column that may be empty, and a table of its own."""
    assert history("pre_step", "op.add_column('place', sa.Column('note', sa.Text()))") == []
    assert (
        history("pre_step", "op.create_table('room', sa.Column('id', sa.BigInteger(), primary_key=True))")
        == []
    )


def test_what_goes_goes_when_no_old_code_is_left(history):
    """A column is dropped by a migration that runs after the new code."""
    assert history("post_step", "op.drop_column('place', 'level')") == []


def test_what_is_argued_is_let_through_as_long_as_it_is_there(history):
    """Beside the migration; an argument that has lost its reason is found itself."""
    argued = 'ARGUED = {"ban-drop-column": "no release wrote it"}'
    assert history("pre_step", "op.drop_column('place', 'level')", argued) == []
    assert history("pre_step", "op.execute('select 1')", argued) == ["ban-drop-column"]
