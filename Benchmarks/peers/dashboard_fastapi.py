"""The dashboard in FastAPI: asyncpg's pool and prepared statements, Jinja2's compiled templates."""

import hashlib
import os
from contextlib import asynccontextmanager

import asyncpg
from fastapi import Cookie, FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

import dashboard_rows as rows

templates = Environment(loader=FileSystemLoader(os.environ["DASHBOARD_FOLDER"]), autoescape=True, auto_reload=False)
template = templates.get_template("dashboard.html")


@asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(os.environ["DASHBOARD_DATABASE"], min_size=8, max_size=8) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.get("/bots", response_class=HTMLResponse)
async def bots(session: str = Cookie("")):
    async with app.state.pool.acquire() as connection:
        found = await connection.fetchrow(rows.SESSION, hashlib.sha256(session.encode()).digest())
        if found is None:
            return RedirectResponse("/sign-in", 303)
        context = rows.context(*[await connection.fetch(query, found["account_id"]) for query in rows.QUERIES])
    return HTMLResponse(template.render(context))


@app.get("/healthz")
async def healthz():
    return PlainTextResponse("ok")
