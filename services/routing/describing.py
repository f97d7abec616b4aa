"""What a route answers besides is described when somebody asks for its page.

FastAPI makes a validator for each kind of problem of each route at start, a thousand in a service, and uses it for its
OpenAPI page alone.
"""

from functools import cached_property
from typing import Any

from fastapi._compat import ModelField
from fastapi.routing import APIRoute
from fastapi.utils import create_model_field


class DescribedLater(APIRoute):
    """A route whose `responses` have no fields until they are asked for; its page is the same."""

    def __init__(
        self,
        path: str,
        endpoint: Any,
        *,
        responses: dict[int | str, dict[str, Any]] | None = None,
        **told: Any,
    ) -> None:
        responses = responses or {}
        super().__init__(
            path, endpoint, responses={each: _unmodelled(responses[each]) for each in responses}, **told
        )
        self.responses = responses
        del self.__dict__["response_fields"]

    @cached_property
    def response_fields(self) -> dict[int | str, ModelField]:  # type: ignore[override]
        """A field for each status that has a model."""
        return {
            status: create_model_field(
                name=f"Response_{status}_{self.unique_id}", type_=told["model"], mode="serialization"
            )
            for status, told in self.responses.items()
            if told.get("model")
        }


def _unmodelled(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "model"}
