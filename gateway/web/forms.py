"""Reading a small form, and what people write in it.

Promises: no more of a request is read than a form may be long; anything else is a bad request. A reason has no control
characters and no line ends: it is written into the audit and into mails.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

# A reason of 500 characters, each percent-encoded as four bytes, and the act.
FORM_BYTES_MAX: Final = 8 * 1024
FORM_FIELDS_MAX: Final = 8
# Of a message with many files, each with a box to tick.
FIELDS_MAX: Final = 48


def one_line(text: str) -> str:
    """Without control characters and line ends."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


async def read_form(request: Request, fields: int = FORM_FIELDS_MAX) -> dict[str, str]:
    """Read a form. HTTPException 400 for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(400)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            raise HTTPException(400)
    try:
        return dict(parse_qsl(bytes(body).decode("ascii"), max_num_fields=fields))
    except ValueError:
        raise HTTPException(400) from None
