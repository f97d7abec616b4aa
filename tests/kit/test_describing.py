"""What routes answer besides is described when it is asked for, and as FastAPI describes it."""

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from services.routing.describing import DescribedLater


class Taken(BaseModel):
    """A problem."""

    by: str


def application(route_class: type[APIRoute]) -> FastAPI:
    """A route that tells of problems, some without a shape, and its router of another; nested and as they stand."""
    routes = APIRouter(route_class=route_class, responses={401: {"model": Taken, "description": "Who?"}})

    @routes.get(
        "/a", responses={409: {"model": Taken, "description": "Taken."}, 410: {"description": "Gone."}}
    )
    async def a() -> str:
        return "a"

    app = FastAPI()
    app.router.routes.extend(routes.routes)
    app.include_router(routes, prefix="/nested")
    return app


def test_the_page_is_the_same() -> None:
    """Statuses, shapes and words, of a route included elsewhere too."""
    told = application(DescribedLater).openapi()
    assert told == application(APIRoute).openapi()
    assert told["paths"]["/a"]["get"]["responses"].keys() == {"200", "401", "409", "410"}


def test_nothing_is_made_before() -> None:
    """A route that was made holds no field of a problem; once asked for, it has one for each with a shape."""
    route = next(each for each in application(DescribedLater).routes if isinstance(each, DescribedLater))
    assert "response_fields" not in vars(route)
    assert route.response_fields.keys() == {401, 409}
