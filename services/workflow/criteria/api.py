"""The HTTP face of criteria."""

from services.kit.http import router

routes = router(prefix="/v1", tags=["criteria"])
