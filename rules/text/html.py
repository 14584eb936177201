"""HTML to text, for finding what is private in it rather than for showing it.

Promises: total. Hidden text stays text (whoever reads the source sees it); inline tags join, blocks break. Links, the
attributes people can read and everything with an `@` in an attribute, script or tag name are kept beside the text;
`shown` is what a reader sees instead where styles hide or turn around.
Markup built to make a parser slow (very deep, thousands of attributes) is read without a tree, in linear time.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

_LINKS = frozenset(
    "href src action formaction cite data poster background longdesc usemap srcset xlink:href ping manifest".split()
)
_READABLE = frozenset("alt title value placeholder aria-label aria-description label summary content name".split())
_BLOCKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 head header hr html legend li main nav ol option p pre section select summary table tbody textarea "
    "tfoot thead title tr ul".split()
)
_CELLS = frozenset({"td", "th"})
_UNREAD = frozenset({"script", "style"})
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_QUOTES = ("gmail_quote", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote")
# Outlook marks where the quoted mail begins, not where it ends: the rest of the text is quoted.
_QUOTE_STARTS = frozenset({"divrplyfwdmsg", "appendonsend"})
_SPACES = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"<[^<>]*>")
_OPENING = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{1000,}")
_QUOTED_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_SEPARATOR = re.compile(r"[\s/]")
# Styles by which people hide the words that spoil an address for harvesters, and those that turn letters around.
_HIDES = tuple(
    f"{name}:{space}{value}"
    for name, value in (
        ("display", "none"), ("visibility", "hidden"), ("mso-hide", "all"), ("font-size", "0"), ("opacity", "0"),
        ("max-height", "0"),
    )
    for space in ("", " ")
)  # fmt: skip
_TURNS = ("bidi-override", "isolate-override", "<bdo")
_GENERATED = re.compile(r"content\s*:([^;}]*)", re.IGNORECASE)
_LITERAL = re.compile(r"\"([^\"]*)\"|'([^']*)'")
# An image that stands for the sign, with its name: people draw it to spoil the address for harvesters.
_SIGNS = frozenset({"@", "(at)", "[at]", "at"})
# The tree builder's time grows with the square of both; measured 40 ms at these values, and no mail client comes near.
DEPTH_MAX = 5_000
ATTRIBUTES_MAX = 500


@dataclass(frozen=True, slots=True)
class HtmlText:
    """`text` as read, `links` unescaped, `hidden` texts beside it; `quotes` are the spans that quote another mail.

    `links_at` says where in the text each link begins.
    """

    text: str
    links: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    quotes: tuple[tuple[int, int], ...] = ()
    shown: tuple[str, ...] = ()
    links_at: tuple[int, ...] = ()


def html_text(html: str) -> HtmlText:
    """Everything in the markup that can be read."""
    if not _hostile(html):
        root = LexborHTMLParser(html).root
        assert root is not None  # a whole page always has one
        styles = html.lower()
        return _Reader(hides=_hides(styles), turned=any(mark in styles for mark in _TURNS)).read(root)
    # Without a tree the tags go from one reading and stay in the other: nothing is lost, only structure.
    return HtmlText(entities.unescape(_TAG.sub("", html)), hidden=(entities.unescape(html),))


def _hides(styles: str) -> bool:
    """Whether a style in here may hide text; asked of the whole page first, because most pages hide nothing."""
    return any(style in styles for style in _HIDES)


def _hostile(html: str) -> bool:
    if html.count("<") - 2 * html.count("</") > DEPTH_MAX and _depth(html) > DEPTH_MAX:
        return True
    return any(
        len(_SEPARATOR.findall(_QUOTED_VALUE.sub(" ", tag.group()))) > ATTRIBUTES_MAX
        for tag in _LONG_TAG.finditer(html)
    )


def _depth(html: str) -> int:
    depth = deepest = 0
    for tag in _OPENING.finditer(html):
        if tag.group(1):
            depth = max(0, depth - 1)
        elif tag.group(2).lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


class _Reader:
    """One walk over the tree, without recursion."""

    __slots__ = (
        "comments", "hidden", "hides", "length", "links", "links_at", "pieces", "preformatted", "quotes", "tail",
        "turned", "unseen",
    )  # fmt: skip

    def __init__(self, *, hides: bool, turned: bool) -> None:
        self.hides = hides
        self.turned = turned
        self.pieces: list[str] = []
        self.length = 0
        self.preformatted = 0
        self.links: list[str] = []
        self.links_at: list[int] = []
        self.hidden: list[str] = []
        self.comments: list[str] = []
        self.quotes: list[tuple[int, int]] = []
        self.tail = -1
        self.unseen: list[tuple[int, int]] = []

    def read(self, root: LexborNode) -> HtmlText:
        stack: list[tuple[LexborNode, str, int, int]] = []
        first = root
        while (before := first.prev) is not None:  # comments may stand before the root
            first = before
        node: LexborNode | None = first
        while node is not None:
            tag, quote, unseen = self._open(node)
            child = node.first_child if tag not in _UNREAD else None
            if child is not None:
                stack.append((node, tag, quote, unseen))
                node = child
                continue
            self._close(tag, quote, unseen)
            following = node.next
            while following is None and stack:
                node, tag, quote, unseen = stack.pop()
                self._close(tag, quote, unseen)
                following = node.next
            node = following
        if self.tail >= 0:
            self.quotes.append((self.tail, self.length))
        text = "".join(self.pieces)
        return HtmlText(
            text, tuple(self.links), tuple(self.hidden), tuple(self.comments), tuple(self.quotes),
            tuple(self._shown(text)), tuple(self.links_at),
        )  # fmt: skip

    def _shown(self, text: str) -> Iterator[str]:
        """What styles make of the text."""
        if self.unseen:
            seen, position = [], 0
            for start, end in sorted(self.unseen):
                seen.append(text[position:start])
                position = max(position, end)
            yield "".join((*seen, text[position:]))
        if self.turned:
            yield text[::-1]

    def _open(self, node: LexborNode) -> tuple[str, int, int]:
        """The tag, and where in the text a quote and something hidden begin with it (-1: none)."""
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            self._write(text if self.preformatted else _SPACES.sub(" ", text))
            return tag, -1, -1
        if tag in {"-comment", ""}:  # a processing instruction has no name
            self._comment((node.comment_content if tag else node.html) or "")
            return tag, -1, -1
        if tag in _BLOCKS:
            self._write("\n")
        elif tag in _CELLS:
            self._write("\t")
        elif tag in _UNREAD:
            self._program(node.text())
        elif tag == "template":
            self._markup(node.html or "")
        elif "@" in tag:
            self.hidden.append(tag)
        self.preformatted += tag in {"pre", "textarea"}
        quote, unseen = self._attributes(tag, node.attributes)
        return tag, self.length if quote else -1, self.length if unseen else -1

    def _attributes(self, tag: str, attributes: dict[str, str | None]) -> tuple[bool, bool]:
        """Whether what follows is quoted, and whether it is hidden."""
        quote, unseen = tag == "blockquote", False
        for name, value in attributes.items():
            if value and name in _LINKS:
                self.links.append(value)
                self.links_at.append(self.length)
            elif value and name in _READABLE:
                self.hidden.append(value)
                if tag == "img" and value.strip().lower() in _SIGNS:
                    self._write("@")
            elif value and name == "style":
                unseen = unseen or (self.hides and _hides(value.lower()))
            elif name == "hidden":
                unseen = True
            elif value and name == "srcdoc":
                self._markup(value)
            elif name in {"id", "class"} and value:
                marks = value.lower()
                quote = quote or any(mark in marks for mark in _QUOTES)
                if self.tail < 0 and any(mark in _QUOTE_STARTS for mark in marks.split()):
                    self.tail = self.length
            self._keep(name)
            if value and name not in _LINKS and name not in _READABLE:
                self._keep(value)
        return quote, unseen

    def _markup(self, inside: str) -> None:
        """Markup the tree does not hold: with its tags and without."""
        inside = entities.unescape(inside)
        self.hidden += (_TAG.sub("", inside), inside)

    def _comment(self, content: str) -> None:
        """Outlook shows what stands in a conditional comment: then its tags join words too."""
        content = entities.unescape(content)
        self.comments.append(content)
        if "<" in content and "@" in content:
            self.comments.append(_TAG.sub("", content))

    def _program(self, text: str) -> None:
        """A script or a style sheet; the words a style sheet writes into the text stand one behind the other."""
        self._keep(text)
        if "content" in text:
            generated = "".join(_GENERATED.findall(text))
            self._keep("".join(double or single for double, single in _LITERAL.findall(generated)))

    def _keep(self, text: str) -> None:
        if "@" in text or "%40" in text:
            self.hidden.append(text)

    def _close(self, tag: str, quote: int, unseen: int) -> None:
        if tag in _BLOCKS and tag != "br":
            self._write("\n")
        self.preformatted -= tag in {"pre", "textarea"}
        if quote >= 0:
            self.quotes.append((quote, self.length))
        if unseen >= 0:
            self.unseen.append((unseen, self.length))

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)
