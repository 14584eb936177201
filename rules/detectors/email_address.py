"""Finds e-mail addresses in text, written plainly or in the ways people hide them (domain.md 2.2).

Promises: linear: it goes from `@` to `@` (and from `[at]`, `apenstaartje`, `%40`, … to the next) and reads a window
around each. Spans are code points of the text as given. Evidence is not masked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.message.canonical import canonical_address
from rules.text.hits import HIGH, LOW, Hit
from rules.text.percent import undo_percent
from rules.text.runs import normalise
from rules.text.tokens import LOCAL_MAX, at_tokens

# The last label of a name in the DNS: letters, or punycode.
_TOP = re.compile(r"[^\W\d_]{2,63}\Z|xn--[a-z0-9-]{2,59}\Z", re.IGNORECASE)
_TOP_GLUED = re.compile(r"[^\W\d_]{2,63}(?=[-_])")
# `naam=jan@x.nl`, `ouder/jan@x.nl`: legal in a local part, but never meant as one.
_GLUE = re.compile(r"[=/&?#|*{}]|\.\.+")
_RETURN_PATH = re.compile(r"(?:^|[+.-])([^=+/?&#:]{1,64})=([A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,})\Z")
_KEY = re.compile(r"[A-Za-z_-]{1,20}=[^=]+\Z")
_FORWARDED = re.compile(r"\ASRS[01][=+-].*=([A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,})=([^=]{1,64})\Z", re.IGNORECASE)
# A guest in a Microsoft directory: `jan_x.nl#EXT#@school.onmicrosoft.com`.
_GUEST = "#ext#"
_WEAK = frozenset({"at", "bij", "@"})
_FILE_ENDINGS = frozenset(
    "csv doc docm docx eml gif heic htm html ics jpeg jpg json md mp3 mp4 msg ods odt pdf png ppt pptx rar rtf svg tif "
    "tiff txt vcf xls xlsm xlsx xml zip".split()
)
_TOPS_TOO = frozenset({"md", "zip"})
_IMCEA = re.compile(r"IMCEA[A-Z0-9]*-", re.IGNORECASE)
_PLUS_HEX = re.compile(r"\+([0-9A-Fa-f]{2})")
_DOT = (
    r"(?:[ \t]\.[ \t]|[ \t]?\."
    r"|[ \t]{0,2}[\[({][ \t]?(?:dot|punt|\.)[ \t]?[\])}][ \t]{0,2}|[ \t]{1,2}(?:dot|punt)[ \t]{1,2})"
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"\s{{0,3}}({_LABEL}(?:{_DOT}{_LABEL}){{1,5}})", re.IGNORECASE)
_LOCAL_BACKWARDS = re.compile(
    r"\s{0,3}((?:[\w.+'-]|[\])}][ \t]?(?:tod|tnup|\.)[ \t]?[\[({]|[ \t]{1,2}(?:tod|tnup)[ \t]{1,2})+)", re.IGNORECASE
)
_SPELLED_DOT = re.compile(
    r"[ \t]*[\[({]?[ \t]*\b(?:dot|punt)\b[ \t]*[\])}]?[ \t]*|[ \t]*[\[({][ \t]*\.[ \t]*[\])}][ \t]*|[ \t]*\.[ \t]*",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"\b(?:dot|punt)\b", re.IGNORECASE)
_WORDS = r"at|apenstaart(?:je)?|apestaart(?:je)?|aapje|a|@|arroba|klammeraffe"
_DECORATION = "*/\"'-"
_MARK = re.compile(
    rf"[\[({{<]{{1,2}}[ \t]?(?:{_WORDS})[ \t]?[\])}}>]{{1,2}}"
    rf"|[ \t][{_DECORATION}]{{1,2}}[ \t]?at[ \t]?[{_DECORATION}]{{1,2}}[ \t]|_at_"
    r"|\b(?:apenstaartje|apenstaart|apestaartje|apestaart)\b|\b(?:at|bij)\b|@",
    re.IGNORECASE,
)
_AROUND_WORD = f" \t_{_DECORATION}"
# `jan.devries at x.nl` names a person; "meet at x.nl" does not.
_NAME_LIKE = re.compile(r"[^\W\d_][\w-]{0,63}[._][\w-]{0,63}[^\W\d_]{3}")
# "jan bij ziggo punt nl", while "bij oefening punt twee" is no address.
_SPOKEN_TOPS = frozenset(
    "amsterdam app be biz com de dev edu es eu example fr frl gov info it me name net nl online org school test "
    "uk".split()
)
# Signs in the text (lower case) of an `@` that is spoken or stands apart, by a letter that most texts lack.
_HINTS = {
    "@": (" @", "@ ", "\n@", "@\n", "@\r", "\t@", "@\t", "[@", "(@", "{@", "<@"),
    "(": ("(at", "( at", "(a)", "(ape", "(aap"),
    "[": ("[at", "[ at", "[a]", "[ape", "[aap"),
    "{": ("{at", "{ at", "{ape", "{aap"),
    "<": ("<at",),
    "_": ("_at_",),
    " ": (" at ", "staart"),
    **{mark: (f" {mark}at{mark} ",) for mark in _DECORATION},
}
# A common word: it means an `@` only where a dot is spoken too.
_BIJ = " bij "
# In a short text one look for any sign costs less than a look for each; `begin` of a spoken `@` included.
_SHORT = 256
_SIGN = re.compile(rf"[@%([{{<]|[ _{_DECORATION}]at[ _{_DECORATION}]| bij |staart", re.IGNORECASE)
_CODED_AT = re.compile(r"%(?:25){0,4}40")
_PERCENT_RUN = re.compile(r"[^\s<>\"'()=:;,?&/\\]+")
_UPPER_TO_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def find(text: str) -> tuple[Hit, ...]:
    """Every address in the text, in order."""
    if len(text) < _SHORT and text.isascii() and _SIGN.search(text) is None:
        return ()
    normal = normalise(text)
    plain = normal.text
    found: dict[tuple[int, int, str], str] = {}
    for start, end, value, confidence in (*_written(plain), *_disguised(plain)):
        found.setdefault((start, end, value), confidence)
    hits = []
    for (start, end, value), confidence in found.items():
        source_start, source_end = normal.source(start, end)
        hits.append(Hit(source_start, source_end, value, confidence))
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end)))


_Found = tuple[int, int, str, str]


def _written(text: str) -> Iterator[_Found]:
    """Addresses with their `@`."""
    if "@" not in text:
        return
    for start, token_end in at_tokens(text):
        token = text[start:token_end]
        local, _, domain = token.rpartition("@")
        domain = _trim(domain if domain.isascii() else domain.replace("\u3002", "."))
        end = start + len(local) + 1 + len(domain)
        if not _is_domain(domain):
            continue
        first = start
        if not token.startswith('"'):
            wrapped = list(_inside_local(local, start, end))
            yield from wrapped
            # `mail=jan.bos@x.nl` reads like a return path too: then both are given.
            if not wrapped or _KEY.match(local):
                glue = max((mark.end() for mark in _GLUE.finditer(local)), default=0)
                first, local = start + glue, local[glue:]
        yield from _named(local, domain, first, end)


def _named(local: str, domain: str, start: int, end: int) -> Iterator[_Found]:
    bare, _, ending = domain.rpartition(".")
    file = ending.lower() in _FILE_ENDINGS
    if file and not _is_domain(bare) and ending.lower() not in _TOPS_TOO:
        return  # logo@2x.png
    if value := canonical_address(f"{local}@{domain}"):
        yield start, end, value, HIGH
        if file and _is_domain(bare):
            # A file named after a person.
            yield start, end - len(ending) - 1, canonical_address(f"{local}@{bare}"), HIGH


def _inside_local(local: str, start: int, end: int) -> Iterator[_Found]:
    """An address wrapped in another's local part: Exchange's encapsulation, a variable return path."""
    if prefix := _IMCEA.match(local):
        inner = _PLUS_HEX.sub(lambda code: chr(int(code.group(1), 16)), local[prefix.end() :])
        yield from ((start, end, value, HIGH) for _, _, value, _ in _written(inner))
    elif (guest := local.lower().find(_GUEST)) > 0:
        name, _, host = local[:guest].rpartition("_")
        if (value := canonical_address(f"{name}@{host}")) and _is_domain(host):
            yield start, end, value, HIGH
    elif "=" in local and (sent_on := _FORWARDED.match(local)):
        yield start, end, canonical_address(f"{sent_on.group(2)}@{sent_on.group(1)}"), LOW
    elif "=" in local and (wrapped := _RETURN_PATH.search(local)):
        yield start, end, canonical_address(f"{wrapped.group(1)}@{wrapped.group(2)}"), LOW
    elif "%" in local and _is_domain((routed := local.rpartition("%"))[2]):
        # The percent hack of old routes: `jan%x.nl@relay`.
        yield start, end, canonical_address(f"{routed[0]}@{routed[2]}"), LOW


def _trim(domain: str) -> str:
    """`x.nl.Groeten`, `x.nl-adres`: what begins right behind a full stop or a dash is no part of the name."""
    labels = domain.split(".")
    if len(labels) > 1 and _TOP.match(labels[-1]) is None and (top := _TOP_GLUED.match(labels[-1])) is not None:
        labels[-1] = top.group()
    while len(labels) > 2 and labels[-1].istitle() and labels[-2].islower():
        labels.pop()
    return ".".join(labels)


def _is_domain(domain: str) -> bool:
    if domain.startswith("["):
        return True
    _, dot, top = domain.rpartition(".")
    return bool(dot) and _TOP.match(top) is not None


def _disguised(text: str) -> Iterator[_Found]:
    """Addresses whose `@` is a word, stands apart, or is percent-encoded."""
    folded = text.lower()
    if len(folded) != len(text):  # a few capitals become two letters
        folded = text.translate(_UPPER_TO_LOWER)
    if "%" in text:
        yield from _percent(text)
    done = -1
    hints = [hint for sign, hints in _HINTS.items() if sign in folded for hint in hints if hint in folded]
    starts = {start for hint in hints for start in _positions(folded, hint)}
    if "punt" in folded:
        starts.update(start for start in _positions(folded, _BIJ) if "punt" in folded[start : start + LOCAL_MAX])
    for position in sorted(starts):
        mark = _MARK.search(text, max(done, position - 4, 0), position + 16)
        if mark is not None:
            done = mark.end()
            if (hit := _around(text, mark)) is not None:
                yield hit


def _positions(text: str, needle: str) -> Iterator[int]:
    position = text.find(needle)
    while position != -1:
        yield position
        position = text.find(needle, position + 1)


def _percent(text: str) -> Iterator[_Found]:
    done = 0
    for coded in _CODED_AT.finditer(text):
        position = coded.start()
        if position < done:
            continue
        start = position
        floor = max(done, position - 3 * LOCAL_MAX)
        while start > floor and _PERCENT_RUN.match(text, start - 1, start):
            start -= 1
        run = _PERCENT_RUN.match(text, start, position + 3 * 255)
        assert run is not None  # it holds %40
        done = run.end()
        for _, _, value, confidence in _written(undo_percent(run.group())):
            yield start, done, value, confidence


def _around(text: str, mark: re.Match[str]) -> _Found | None:
    domain = _DOMAIN.match(text, mark.end())
    floor = max(0, mark.start() - LOCAL_MAX)
    local = _LOCAL_BACKWARDS.match(text[floor : mark.start()][::-1])
    if domain is None or local is None:
        return None
    spoken = mark.group()
    word = spoken.strip(_AROUND_WORD)
    written = domain.group(1)
    start, end = mark.start() - local.end(), domain.end()
    name = _SPELLED_DOT.sub(".", local.group(1)[::-1]).strip(".'-")
    host = _trim(_SPELLED_DOT.sub(".", written))
    if spoken == "@" and local.end() == len(local.group(1)) and domain.start(1) == mark.end() and host == written:
        return None  # plainly written
    if not _is_meant(word, name, host, spelled=_SPELLED.search(written) is not None):
        return None
    value = canonical_address(f"{name}@{host}") if name and _is_domain(host) else ""
    if not value:
        return None
    sure = word.lower() not in _WEAK or (spoken == "@" and host == written)
    return start, end, value, HIGH if sure else LOW


def _is_meant(word: str, name: str, host: str, *, spelled: bool) -> bool:
    """Whether a word that is also an ordinary one stands for the sign: not in "meet at ziggo.nl"."""
    top = host.rpartition(".")[2].lower()
    if word.lower() == "bij":
        return spelled and top in _SPOKEN_TOPS
    if word == "@" and not top.startswith("xn--"):
        return len(top) == 2 or top in _SPOKEN_TOPS  # "volg ons op @school.naam" is no address
    if word.lower() == "at" and top in _FILE_ENDINGS:
        return False
    return word != "at" or spelled or _NAME_LIKE.match(name) is not None
