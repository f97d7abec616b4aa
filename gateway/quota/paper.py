"""Printed papers (打印): the annual review form with the places of its seals (附件2), the table of ratios (附件1)."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.refusals import Act, Payload, mutation
from gateway.told import body_of
from gateway.words import described, id_of, optional, terms
from gateway.workflow.material import file_at, link


@terms("What a paper can be made into; a picture shows its first page.")
class PaperFormat(Enum):
    """As what."""

    PDF = "PDF 文件"
    XLSX = "电子表格"
    PNG = "图片"
    SVG = "矢量图"


@strawberry.input(description="An annual form to print.")
class RequestAnnualFormPaperInput(Act):
    """Ask for a link."""

    form_id: strawberry.ID = id_of("AnnualForm", "The form.")
    format: PaperFormat = described("As what.")


@strawberry.type(description="What came of asking for a paper.")
class PaperPayload(Payload):
    """Where to fetch it."""

    download_url: str | None = optional("GET the file here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")


@strawberry.type
class PaperQuery:
    """Papers for anybody."""

    @strawberry.field(description="Where the printed table of Annex 1 can be fetched; for anyone (附件1).")
    async def ratio_table_url(
        self,
        info: Info,
        format: Annotated[PaperFormat, strawberry.argument(description="As what.")] = PaperFormat.PDF,
        year: Annotated[
            int | None, strawberry.argument(description="Of this year; else of the newest.")
        ] = None,
    ) -> str | None:
        """The address."""
        asked = f"format={format.name}" + (f"&year={year}" if year is not None else "")
        return link(info, f"/v1/papers/ratio-table?{asked}")


@strawberry.type
class PaperMutation:
    """Acts on papers."""

    @mutation("Get a link to the printed annual form, four copies with the places of their seals (附件2).")
    async def request_annual_form_paper(
        self, info: Info, input: RequestAnnualFormPaperInput
    ) -> PaperPayload | None:
        """Get it."""
        done = await info.context.quota.write("POST", "/v1/papers/annual-forms", body_of(input))
        return PaperPayload(**file_at(info, done))
