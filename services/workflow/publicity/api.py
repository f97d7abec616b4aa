"""The HTTP face of publicity."""

from services.kit.http import router

routes = router(prefix="/v1", tags=["publicity"])
