"""The gate in front of every page that needs somebody: who is it, may they, and do they mean it.

Promises: a page behind the gate is drawn only for a session that is alive, has given its second factor, and has the
right the route names. What acts is a POST with the session's own form token, from one of our own pages; a GET never
acts. Nobody learns from a refusal whether what they asked for exists.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.accounts.reception import Reception
from gateway.accounts.roles import Right, rights
from gateway.store.accounts import Session
from gateway.web.forms import FIELDS_MAX, read_form
from gateway.web.pages import language, tell
from gateway.web.site import Site

COOKIE: Final = "postwacht"
# RFC 6265bis §4.1.3.2: the browser takes it over TLS only, for this host only.
COOKIE_TLS: Final = "__Host-postwacht"
NEXT_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for a page, and the form they sent."""

    session: Session
    token: str = field(repr=False)
    rights: frozenset[Right]
    form_token: str = field(repr=False)
    form: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def address(self) -> str:
        """Who it is to the rest of the gateway."""
        return self.session.account.address

    def sent(self, form: dict[str, str]) -> bool:
        """Whether a form carries the token of this session."""
        return hmac.compare_digest(form.get("form", "").encode("utf-8", "surrogatepass"), self.form_token.encode())

    def may(self, right: str) -> bool:
        """Whether a page may offer what needs this right."""
        return right in self.rights


Handler = Callable[[Request], Awaitable[Response]]
Guarded = Callable[[Request, Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Gate:
    """Makes handlers of pages."""

    site: Site
    reception: Reception

    def behind(self, page: Guarded, right: Right | None) -> Handler:
        """A page for whoever has this right; None: for everybody who signed in."""

        @wraps(page)
        async def handler(request: Request) -> Response:
            visit = await self.visit(request)
            if visit is None or not visit.session.proven:
                return self._to_sign_in(request, halfway=visit is not None)
            lang = language(self.site, request)
            if right is not None and right not in visit.rights:
                return tell(self.site, lang, "not_yours", 403, visit=visit)
            if request.method == "POST":
                form = await read_form(request, FIELDS_MAX)
                if not same_origin(request) or not visit.sent(form):
                    return tell(self.site, lang, "bad_request", 403, visit=visit)
                visit.form.update(form)
            return await page(request, visit)

        return handler

    async def visit(self, request: Request) -> Visit | None:
        """Whoever asks, proven or halfway; None without a session."""
        token = request.cookies.get(cookie_name(request), "")
        session = await self.reception.visitor(token)
        if session is None:
            return None
        return Visit(session, token, rights(session.account.roles), self.reception.form_token(token))

    def _to_sign_in(self, request: Request, *, halfway: bool) -> Response:
        where = "/second-factor" if halfway else "/sign-in"
        if request.method not in {"GET", "HEAD"}:
            return RedirectResponse(where, status_code=303)
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{where}?next={quote(asked, safe='/')}", status_code=303)


def cookie_name(request: Request) -> str:
    """What the session's cookie is called; over plain HTTP (a proxy on this machine, the demo) it has no prefix."""
    return COOKIE_TLS if request.url.scheme == "https" else COOKIE


def keep(request: Request, response: Response, token: str) -> Response:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(request), token, path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
    )
    return response


def forget(request: Request, response: Response) -> Response:
    """Take it back."""
    response.delete_cookie(
        cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
    )
    return response


def same_origin(request: Request) -> bool:
    """Whether the request comes from a page of ours (Fetch Metadata; the Origin of browsers without it)."""
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def next_page(asked: str) -> str:
    """Where somebody wanted to go: a path of ours, or the overview."""
    parts = urlsplit(asked)
    ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return asked if ours and len(asked) <= NEXT_MAX and asked.isascii() and asked.isprintable() else "/"
