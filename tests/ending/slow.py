"""A process whose answers take as long as they are asked to: `python -m tests.ending.slow`."""

import asyncio

from fastapi import FastAPI

from services.kit.health import health
from services.kit.settings import ProcessSettings
from services.process import serve

app = FastAPI()
app.include_router(health)
app.state.ready = {}


@app.get("/slow/{seconds}")
async def slow(seconds: float) -> float:
    """The same number, after so many seconds."""
    await asyncio.sleep(seconds)
    return seconds


if __name__ == "__main__":
    serve(app, ProcessSettings(), "slow")
