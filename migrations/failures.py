"""Why a schema cannot be migrated, each as one line that says what to do next."""


class MigrationFailure(Exception):
    """An expected reason not to migrate; its text is the one line that the user reads."""


class UnknownRevision(MigrationFailure):
    """The schema was migrated by newer code than this."""

    def __init__(self, service: str, revision: str) -> None:
        super().__init__(
            f"Schema {service} is at revision {revision}, which this code does not know; "
            f"run the newer code, or restore the backup taken before it"
        )


class HalfMigrated(MigrationFailure):
    """Tables stand in the schema, yet no revision says how they came there."""

    def __init__(self, service: str, tables: int) -> None:
        super().__init__(
            f"Schema {service} is half migrated: {tables} tables and no revision recorded; "
            f"restore a backup, or drop the schema if its data may go (DROP SCHEMA {service} CASCADE)"
        )


class StepFailed(MigrationFailure):
    """A revision broke off; the schema is as it was before it."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"Schema {service} cannot be migrated, and was left as it was: {reason}")


class SchemaBusy(MigrationFailure):
    """Somebody holds a lock that a migration needs."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(
            f"Schema {service} is busy ({reason}); try again when nobody is migrating or using it heavily"
        )


class SchemaMissing(MigrationFailure):
    """The roles and schemas have not been made yet."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"Schema {service} or its role {service}_owner does not exist; run make migrate, which makes both"
        )
