"""The HTTP face of committee."""

from services.kit.http import router

routes = router(prefix="/v1", tags=["committee"])
