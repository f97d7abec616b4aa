"""What a service with standbys reads from its environment."""

from pydantic import Field, SecretStr

from services.kit.settings import ServiceSettings


class StandbySettings(ServiceSettings):
    """Settings of a service whose lists a standby of its database may answer."""

    read_database_url: SecretStr = Field(
        SecretStr(""),
        description="DATABASE_URL of a standby, or of several behind one name, that answers lists that may lag; empty: none",
    )
    read_lag_seconds: float = Field(
        5.0, gt=0, description="how old such a list may be; a standby further behind is not asked"
    )
