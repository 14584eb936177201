"""The pages as one ASGI application.

Promises: what is not a page here is 404, a wrong method 405, a fault 500, each as a page in the reader's language that
says nothing about the inside.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway import logs, metrics
from gateway.errors import StoreError
from gateway.web.clauses import ClausePages
from gateway.web.health import healthz
from gateway.web.pages import language, tell
from gateway.web.routes import guarded
from gateway.web.sender import SenderPages
from gateway.web.shell import Shell
from gateway.web.site import Site

STYLE: Final = files("gateway.web").joinpath("static", "style.css").read_bytes()
STYLE_SECONDS: Final = 3600
# What a status is called in the catalogue; every other refusal of the framework reads as a bad request.
REFUSALS: Final = {404: "not_found", 405: "not_allowed"}


def build(site: Site) -> ASGIApp:
    """Make the application."""
    sender, clauses = SenderPages(site), ClausePages(site)

    async def failed(request: Request) -> Response:
        return tell(site, language(site, request), "later", 500)

    async def later(request: Request, error: Exception) -> Response:
        logs.fault("web", error)
        metrics.fault("web")
        return tell(site, language(site, request), "later", 503)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = tell(
            site, language(site, request), REFUSALS.get(error.status_code, "bad_request"), error.status_code
        )
        response.headers.update(error.headers or {})
        return response

    open_to_all = [
        Route("/healthz", healthz),
        Route("/readyz", site.readiness.readyz),
        Route("/static/style.css", style),
        Route("/clauses", clauses.clauses),
        Route("/clauses/{clause}", clauses.clause),
        Route("/m/{token}", sender.sender, methods=["GET", "POST"]),
    ]
    pages = Starlette(
        routes=[*open_to_all, *(one.route for one in guarded(site))],
        exception_handlers={HTTPException: refused, StoreError: later},
        middleware=[Middleware(Shell, failed=failed)],
    )
    # A slash too many is another address: the redirect would repeat the Host header, whatever a client put there.
    pages.router.redirect_slashes = False
    return pages


async def style(_request: Request) -> Response:
    """The one style sheet."""
    return Response(STYLE, media_type="text/css", headers={"cache-control": f"public, max-age={STYLE_SECONDS}"})


def metrics_app() -> ASGIApp:
    """`/metrics` alone, for its own port."""
    return Starlette(routes=[Route("/metrics", exposition)], middleware=[Middleware(Shell, failed=silent)])


async def exposition(_request: Request) -> Response:
    """All metrics, of all processes."""
    return Response(await run_in_threadpool(metrics.render), media_type=metrics.CONTENT_TYPE)


async def silent(_request: Request) -> Response:
    """An empty 500."""
    return Response(status_code=500)
