"""Why the local stack cannot start, each as one line that says what to do next."""

UNDERSTOOD = 2
"""The exit code of a command that has told of one of these."""


class LocalFailure(Exception):
    """An expected reason not to go on; its text is the one line that the user reads."""


class PortTaken(LocalFailure):
    """Another program listens where one of ours must."""

    def __init__(self, port: int, wanted_by: str) -> None:
        super().__init__(
            f"Port {port} (wanted by {wanted_by}) is taken; stop the program that holds it or shift all ports: "
            f"make run PORT=9100"
        )


class PostgresNotStarted(LocalFailure):
    """The embedded server gave up; the reason is its own last fatal line."""

    def __init__(self, reason: str, log: object) -> None:
        super().__init__(f"PostgreSQL does not start: {reason} (see {log})")


class NoUnprivilegedUser(LocalFailure):
    """PostgreSQL refuses to run as root and no other account exists to run it."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL cannot run as root and there is no user nobody; run make as an ordinary user"
        )


class FolderNotOurs(LocalFailure):
    """A folder in a shared place belongs to someone else, so nothing secret may go there."""

    def __init__(self, folder: object) -> None:
        super().__init__(f"{folder} belongs to another user; remove it, or run make as that user")


class AlreadyRunning(LocalFailure):
    """A first `make run` still holds the data."""

    def __init__(self, pid: int) -> None:
        super().__init__(
            f"The platform is already running (process {pid}); stop that one first, with Ctrl-C or kill {pid}"
        )


class DatabaseUnreachable(LocalFailure):
    """The server behind DATABASE_URL does not answer or does not let us in."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"DATABASE_URL: no connection to {where}: {reason}; mend DATABASE_URL or unset it")


class RightsMissing(LocalFailure):
    """The administrator of DATABASE_URL may not do what bootstrap has to do."""

    def __init__(self, user: str, what: str, remedy: str) -> None:
        super().__init__(f"DATABASE_URL: user {user} may not {what}; {remedy}")


class ServerTooOld(LocalFailure):
    """Our SQL needs PostgreSQL 15."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"DATABASE_URL: PostgreSQL {version} is too old; give a server of version 15 or later"
        )


class NotPrepared(LocalFailure):
    """Roles, schemas or tables could not be made; `last` is the line that whoever tried has left."""

    def __init__(self, code: int, last: str) -> None:
        super().__init__(
            last
            if code == UNDERSTOOD
            else f"The database cannot be prepared: {last}; make migrate shows more"
        )


class ProcessDown(LocalFailure):
    """A process of the platform did not come up."""

    def __init__(self, process: str, last_words: str, log: object) -> None:
        super().__init__(f"{process} does not start: {last_words} (see {log})")


class SeedFailed(LocalFailure):
    """The first organisation could not be written."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The province cannot be seeded: {reason}; python -m services.accounts.seed shows more"
        )


class SecretsLost(LocalFailure):
    """The data folder was made with a password that is no longer known."""

    def __init__(self, data: object, run: object) -> None:
        super().__init__(
            f"The data in {data} belong to secrets that are gone; bring {run}/secrets.json back, or remove {data} to begin anew"
        )
