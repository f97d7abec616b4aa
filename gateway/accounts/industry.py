"""The lines of work of organisations (所属行业), as the policy names them."""

import strawberry

from gateway.context import Info
from gateway.told import Told
from gateway.words import described


@strawberry.type(description="A line of work (所属行业).")
class Industry(Told):
    """An industry."""

    code: str = described("Its code, as organisations tell it.")
    zh: str = described("Its name in Chinese.")
    en: str = described("Its name in English.")


@strawberry.type
class IndustryQuery:
    """Industries."""

    @strawberry.field(description="Every line of work that an organisation may be told by (所属行业).")
    async def industries(self, info: Info) -> list[Industry] | None:
        """All there are."""
        return Industry.each((await info.context.accounts.get("/v1/industries"))["items"])
