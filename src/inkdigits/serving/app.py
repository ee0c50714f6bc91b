"""The application: the routes, the layers around them, and what happens at the start and the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import inkdigits
from inkdigits.serving import inference_protocol, routes
from inkdigits.serving.body_limits import BodyLimits
from inkdigits.serving.front import Front
from inkdigits.serving.options import Options
from inkdigits.serving.page_files import page_router
from inkdigits.serving.problems import HANDLERS
from inkdigits.serving.service import Service


def create_app(options: Options) -> FastAPI:
    """An ASGI application that loads its model as it starts. Raises `InkdigitsError`."""
    service = Service(options)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Before connections are taken: a worker made anew leaves requests to the others until it is ready.
        await service.warm_up()
        yield
        service.close()

    app = FastAPI(
        title="inkdigits",
        version=inkdigits.__version__,
        summary="Reads handwritten digits.",
        lifespan=lifespan,
        docs_url=None,  # both pages would load scripts from strangers
        redoc_url=None,
        exception_handlers=dict(HANDLERS),  # type: ignore[arg-type]
    )
    app.state.service = service
    app.include_router(routes.router, tags=["read"])
    app.include_router(inference_protocol.router, tags=["Open Inference Protocol"])
    app.include_router(page_router())
    app.add_middleware(BodyLimits, limits=options.limits)
    app.add_middleware(Front, service=service)
    app.openapi()  # now, so that the first request need not wait for it
    return app
