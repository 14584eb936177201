"""Drawing a page: one template, the words of one language, the headers nothing goes out without.

Promises: everything put into a template is escaped; a name a template misses is an error, not a blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.web.site import Site
from gateway.web.words import Lang, choose, moment, say

OTHER: Final[Mapping[Lang, Lang]] = {"nl": "en", "en": "nl"}

_TEMPLATES: Final = Environment(
    loader=PackageLoader("gateway.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def language(site: Site, request: Request) -> Lang:
    """The language of the answer to this request."""
    return choose(request.query_params.get("lang"), request.headers.get("accept-language", ""), site.language)


def draw(
    site: Site, lang: Lang, template: str, status: int = 200, *, visit: object = None, **values: object
) -> Response:
    """Fill in a template. `visit`: who signed in, for the menu."""

    def local(at: datetime) -> str:
        return moment(lang, at, site.zone)

    html = _TEMPLATES.get_template(template).render(
        values, visit=visit, lang=lang, other=OTHER[lang], school=site.school_name, say=partial(say, lang), moment=local
    )
    return HTMLResponse(html, status_code=status, headers={"content-language": lang, "vary": "Accept-Language"})


def tell(
    site: Site, lang: Lang, key: str, status: int, *, reference: str = "", closed: bool = False, visit: object = None
) -> Response:
    """Draw a page that says one thing: its title and its sentence stand in the catalogue under `key`."""
    return draw(site, lang, "message.html", status, key=key, reference=reference, closed=closed, visit=visit)
