"""What the check reads from its environment: the databases, as the relay does, and where the policies are."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The database of each service, under that service's own role; one that is not given is not looked at."""

    model_config = SettingsConfigDict(extra="ignore")

    accounts_database_url: SecretStr = SecretStr("")
    workflow_database_url: SecretStr = SecretStr("")
    quota_database_url: SecretStr = SecretStr("")
    notifications_database_url: SecretStr = SecretStr("")
    policies_dir: Path = Path("policies")
    province: str = "qinghai"

    @property
    def databases(self) -> dict[str, str]:
        """The URL of each service's schema that was given."""
        given = {
            "accounts": self.accounts_database_url,
            "workflow": self.workflow_database_url,
            "quota": self.quota_database_url,
            "notifications": self.notifications_database_url,
        }
        return {name: url.get_secret_value() for name, url in given.items() if url.get_secret_value()}
