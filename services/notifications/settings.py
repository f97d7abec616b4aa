"""What this process reads from its environment beyond what every service does."""

from services.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the notifications service."""

    port: int = 8104
    service_name: str = "notifications"
