"""A relay as one writes it in Python: Starlette takes the request, httpx asks the model, and the bytes go through."""

import os
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route


@asynccontextmanager
async def lifespan(app):
    async with httpx.AsyncClient(base_url=os.environ["RELAY_MODEL"], limits=httpx.Limits(max_connections=None), timeout=60) as app.state.model:
        yield


async def relay(request):
    model = request.app.state.model
    asked = model.build_request("POST", request.url.path, content=await request.body(), headers={"Content-Type": "application/json"})
    answer = await model.send(asked, stream=True)

    async def pieces():
        try:
            async for piece in answer.aiter_raw():
                yield piece
        finally:
            await answer.aclose()

    return StreamingResponse(pieces(), answer.status_code, media_type="text/event-stream")


async def hello(request):
    return PlainTextResponse("hello")


app = Starlette(routes=[Route("/v1/chat/completions", relay, methods=["POST"]), Route("/hello", hello)], lifespan=lifespan)
