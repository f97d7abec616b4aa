"""The HTTP face of recommendation."""

from services.kit.http import router

routes = router(prefix="/v1", tags=["recommendation"])
