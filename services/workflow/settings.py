"""What this process reads from its environment beyond what every service does."""

from services.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the workflow service."""

    port: int = 8102
    service_name: str = "workflow"
