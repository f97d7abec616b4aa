"""Signs of one-click pushing (审核一键推送): what was looked at, how fast, which words came again; for supervision (三（二）)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Payload, mutation
from gateway.relay import After, Connection, First, page
from gateway.told import Told, body_of
from gateway.words import described, listed, optional, optional_id_of, terms
from gateway.workflow.material import file_at
from gateway.workflow.supervision import PaceGroup

SIGNS = "/v1/supervision/signs"


@terms("As what a chart of signs is made.")
class ReviewSignsFormat(Enum):
    """Format of a chart."""

    SVG = "矢量图"
    PNG = "图片"


@strawberry.type(
    description="Signs of one-click pushing of a reviewer, or an organisation, over the approvals of a period. Each share is null "
    "where there is nothing it could be of. They are signs to look into, and prove nothing."
)
class ReviewSigns(Told):
    """Signs."""

    reviewer_name: str | None = described("Whose; null where they are the organisation's (审核人).")
    since: datetime = described("From when on it is counted.")
    approvals: int = described("How many approvals (通过).")
    in_sequence: int = described("Of these, how many came soon after the one before (连续快速通过).")
    shortest_gap_seconds: float | None = described("The shortest time between two of one reviewer.")
    materials: int = described("How many materials stood with what was approved.")
    unopened: int = described(
        "Of these, how many were not opened in that turn, but in an earlier one (本轮未打开)."
    )
    openings: int = described("How many openings there were in the turns of the approvals.")
    brief: int = described("Of these, how many lasted no longer than a blink (一闪而过).")
    texts: int = described("How many notes and reasons went with the approvals.")
    repeated_texts: int = described("Of these, how many stand with another declaration too (雷同).")
    sequence_share: float | None = described("The share of approvals in sequence.")
    unopened_share: float | None = described("The share of materials not opened in that turn.")
    brief_share: float | None = described("The share of brief openings.")
    repeated_share: float | None = described("The share of repeated texts.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="At which body.")
    def organisation(self, info: Info) -> Organisation | None:
        """The reviewing organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(
    description="A wording that stands more than once in a meeting's opinions; not whose (雷同评议意见)."
)
class OpinionWording(Told):
    """A wording."""

    times: int = described("How often it stands.")
    experts: int = described("By how many experts.")
    declarations: int = described("On how many declarations.")


@strawberry.type(
    description="How many opinions of a meeting's experts stand in the same words; nobody is named."
)
class OpinionsAlike(Told):
    """Equal opinions."""

    opinions: int = described("How many opinions there are (评议意见).")
    alike: int = described("How many of them stand in words that came more than once.")
    wordings: list[OpinionWording] = listed("Those words, the most frequent first; without their text.")


@strawberry.input(description="A chart of the signs of those who approved most.")
class RequestReviewSignsChartInput(Act):
    """Ask for a link."""

    of: PaceGroup = strawberry.field(default=PaceGroup.REVIEWER, description="Of whom.")
    organisation_id: strawberry.ID | None = optional_id_of("Organisation", "At this body and below.")
    since: date | None = optional("Counted from this day on.")
    format: ReviewSignsFormat = strawberry.field(default=ReviewSignsFormat.SVG, description="As what.")


@strawberry.type(description="What came of asking for a chart of signs.")
class ReviewSignsChartPayload(Payload):
    """Where to fetch it."""

    download_url: str | None = optional("GET the picture here; the link is the right to do so.")
    expires_at: datetime | None = optional("Until when the link is good.")


@strawberry.type
class ReviewSignsQuery:
    """Signs."""

    @strawberry.field(description="Signs of one-click pushing in the caller's subtree (一键推送风险指标).")
    async def review_signs(
        self,
        info: Info,
        first: First,
        after: After = None,
        of: Annotated[PaceGroup, strawberry.argument(description="Of whom.")] = PaceGroup.REVIEWER,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="At this body and below.")
        ] = None,
        since: Annotated[date | None, strawberry.argument(description="Counted from this day on.")] = None,
    ) -> Connection[ReviewSigns] | None:
        """Many figures."""
        return await page(
            info.context.workflow,
            SIGNS,
            ReviewSigns.of,
            first,
            after,
            of=of.name,
            organisation_id=uuid_of(organisation_id, "Organisation", field="organisation_id")
            if organisation_id
            else None,
            since=since and since.isoformat(),
        )

    @strawberry.field(
        description="Equal opinions of a meeting's experts, once its vote is closed (雷同评议意见)."
    )
    async def opinions_alike(
        self,
        info: Info,
        meeting_id: Annotated[strawberry.ID, strawberry.argument(description="Which meeting.")],
    ) -> OpinionsAlike | None:
        """How many."""
        meeting = uuid_of(meeting_id, "Meeting", field="meeting_id")
        path = f"/v1/supervision/meetings/{meeting}/opinions"
        return OpinionsAlike.of(await info.context.workflow.get(path))


@strawberry.type
class ReviewSignsMutation:
    """Acts on signs."""

    @mutation("Get a link to the chart of signs of those who approved most (三（二）).")
    async def request_review_signs_chart(
        self, info: Info, input: RequestReviewSignsChartInput
    ) -> ReviewSignsChartPayload | None:
        """Get it."""
        done = await info.context.workflow.write("POST", f"{SIGNS}/links", body_of(input))
        return ReviewSignsChartPayload(**file_at(info, done))
