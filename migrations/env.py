"""What Alembic runs for each command: one connection, handed over by `migrations.run`, one transaction for all steps."""

from alembic import context

from migrations.run import VERSION_TABLE, metadata, not_ours_excluded

config = context.config

context.configure(
    connection=config.attributes.get("connection"),
    dialect_name="postgresql",
    literal_binds=context.is_offline_mode(),
    target_metadata=metadata(config.attributes["service"]) if config.attributes.get("with_models") else None,
    version_table=VERSION_TABLE,
    include_name=not_ours_excluded,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
