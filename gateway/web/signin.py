"""Signing in: the password, the second factor or setting one up, and out again.

Promises: a wrong password, an unknown account and a shut door read the same. The second factor's secret is shown once,
to who has the session, and counts only after a code proved it. Spare codes are shown once.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import metrics
from gateway.accounts import factors
from gateway.accounts.reception import Refused
from gateway.web.forms import read_form
from gateway.web.gate import Gate, Visit, forget, keep, next_page, same_origin
from gateway.web.pages import draw, language, tell
from gateway.web.site import Site
from gateway.web.words import say

QR_SCALE: Final = 5


@dataclass(frozen=True, slots=True)
class SignIn:
    """The methods of `/sign-in`, `/second-factor` and `/sign-out`."""

    site: Site
    gate: Gate

    async def sign_in(self, request: Request) -> Response:
        """Ask for address and password; take them."""
        lang, after = language(self.site, request), next_page(request.query_params.get("next", "/"))
        if request.method != "POST":
            return draw(self.site, lang, "signin.html", problem="", after=after)
        form = await read_form(request)
        if not same_origin(request):
            return tell(self.site, lang, "bad_request", 403)
        peer = request.client.host if request.client else ""
        found = await self.gate.reception.sign_in(form.get("address", ""), form.get("password", ""), peer)
        if isinstance(found, Refused):
            metrics.signed_in(found.value)
            return draw(self.site, lang, "signin.html", 403, problem=say(lang, "signin_wrong"), after=after)
        metrics.signed_in("password")
        return keep(request, RedirectResponse(f"/second-factor?next={quote(after, safe='/')}", status_code=303), found)

    async def second_factor(self, request: Request) -> Response:
        """Ask for a code, or set the second factor up; then go where they wanted to."""
        lang, after = language(self.site, request), next_page(request.query_params.get("next", "/"))
        visit = await self.gate.visit(request)
        if visit is None:
            return RedirectResponse("/sign-in", status_code=303)
        if visit.session.proven:
            return RedirectResponse(after, status_code=303)
        if request.method != "POST":
            return self._ask(request, visit, "")
        form = await read_form(request)
        if not same_origin(request) or not visit.sent(form):
            return tell(self.site, lang, "bad_request", 403)
        if not visit.session.account.second_factor:
            return await self._enrol(request, visit, form)
        token = await self.gate.reception.prove(visit.session, form.get("code", ""))
        if token is None:
            metrics.signed_in("wrong")
            return self._ask(request, visit, say(lang, "code_wrong"))
        metrics.signed_in("proven")
        return keep(request, RedirectResponse(after, status_code=303), token)

    def _ask(self, request: Request, visit: Visit, problem: str, secret: str = "") -> Response:
        lang, status = language(self.site, request), 403 if problem else 200
        after = next_page(request.query_params.get("next", "/"))
        if visit.session.account.second_factor:
            return draw(self.site, lang, "code.html", status, form=visit.form_token, problem=problem, after=after)
        secret = secret or factors.new_secret()
        uri = factors.address(secret, visit.address, self.site.school_name)
        picture = segno.make(uri, micro=False).svg_inline(scale=QR_SCALE, dark="#000", light="#fff", border=4)
        return draw(
            self.site, lang, "enrol.html", status, form=visit.form_token, problem=problem, after=after,
            secret=secret, proof=self._proof(visit, secret), picture=Markup(picture), uri=uri,  # noqa: S704 - segno's own
        )  # fmt: skip

    async def _enrol(self, request: Request, visit: Visit, form: dict[str, str]) -> Response:
        lang, secret = language(self.site, request), form.get("secret", "")
        proof = form.get("proof", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(self._proof(visit, secret).encode(), proof):
            return self._ask(request, visit, say(lang, "code_wrong"))  # not a secret we gave
        done = await self.gate.reception.enrol(visit.session, secret, form.get("code", ""))
        if done is None:
            return self._ask(request, visit, say(lang, "code_wrong"), secret)
        token, codes = done
        metrics.signed_in("enrolled")
        after = next_page(request.query_params.get("next", "/"))
        return keep(request, draw(self.site, lang, "spare.html", codes=codes, after=after), token)

    async def sign_out(self, request: Request, visit: Visit) -> Response:
        """End the session."""
        await self.gate.reception.leave(visit.session)
        return forget(request, RedirectResponse("/sign-in", status_code=303))

    def _proof(self, visit: Visit, secret: str) -> str:
        """That the secret in a form is one this session was shown."""
        return self.gate.reception.form_token(f"{visit.token} {secret}")
