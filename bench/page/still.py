"""The same bytes each time, from a server like the gateway's: `python -m bench.page.still PORT FILE`."""

import sys
from pathlib import Path

from fastapi import FastAPI, Response

from services.kit.settings import ProcessSettings
from services.process import serve


def create(answer: bytes) -> FastAPI:
    """An application whose one answer never changes."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/graphql")
    async def still() -> Response:
        return Response(answer, media_type="application/json")

    return app


def main() -> None:
    """Serve until told to stop."""
    port, file = sys.argv[1:]
    app = create(Path(file).read_bytes())
    serve(app, ProcessSettings(port=int(port), log_level="ERROR"), "still")


if __name__ == "__main__":
    main()
