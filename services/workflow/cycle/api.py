"""The HTTP face of cycle."""

from services.kit.http import router

routes = router(prefix="/v1", tags=["cycle"])
