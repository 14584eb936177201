"""What a text calls a number: its own label, another's label, or nothing.

Promises: total; a look costs a window of `REACH_LETTERS` before and less behind. The label nearest to a number speaks,
another's label only while it has no number of its own. A word with one slip of the pen is still that word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import final

from rules.text.context import Context
from rules.text.hits import HIGH, Hit

# domain.md, two signals: a word within about a hundred letters.
REACH_LETTERS = 100
_REACH_BEHIND = 40
# How near another's label must be to claim the number.
_RIVAL_LETTERS = 30
_EXAMPLE_LETTERS = 30
_CLOSE_LETTERS = 60
_INTRODUCED_LETTERS = 300
_HEADING_LETTERS = 160
# No sentence ends behind an initial or a short word: "A. Bos", "nr. 12".
SENTENCE_END = re.compile(r"(?:[^\W_]{3}\.|[!?])\s+[^\W\d_]|\n\s*\n")
_DIRECT_LETTERS = 32
_PHRASE_WORDS = 4
_PREFIXED_LETTERS = 24
# A shorter word with a slip is mostly another word.
_SLIP_LETTERS = 8
_WORD = re.compile(r"[^\W\d_]+")
_HAS_NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){4}")
_FOLLOWED = re.compile(r"[\s:=#.(]{0,4}[0-9]{3}")
# "paspoortnummer Rayan Bos: …" is as direct as "paspoortnummer: …".
_NAMED = re.compile(r"(?:[\s(/-]{1,2}[^\W\d_]{1,20}){1,3}[)\s]{0,2}(?:[:=]|\bis\b)[\s\"'(]{0,3}")
_LISTED = re.compile(r"[\s,;&+/]{0,3}(?:en|and)?[\s,;&+/]{1,3}")
_BETWEEN = re.compile(r"['’.\s/_-]{0,3}")
_GLUE = frozenset(
    "is n nr nrs nummer nummers no number numbers num van of for voor luidt was are zijn the het de dit this my mijn "
    "zn haar his her hun their id s ik i kind ouder leerling pupil student eerste volgens".split()
)
_NUMBERS = frozenset({"number", "numbers", "nummer", "nummers", "nr", "no"})
_FUNCTION_WORDS = frozenset("with has have by under and or as to which whose that".split())
_NO = re.compile(
    r"\b(?:geen|niet|zonder|not|no|without|nooit|never)\s+"
    r"(?:(?:het|een|de|haar|zijn|je|uw|the|a|an|any|your)\s+)?\Z"
)
_NO_LETTERS = 25
_EXAMPLE = re.compile(
    r"\b(?:(?:bijv|bijvoorbeeld|voorbeeld\w*|vb|example|e\.g\.|fictieve?|dummy|testnummer|verzonnen|sample)(?![^\W_])"
    r"|(?:zoals|like|such as)[\s:(]{1,3}\Z)"
)
_RIVALS = frozenset(
    "order orders bestelling bestelbon factuur facturen invoice kvk rsin btw vat isbn issn ean gtin ticket klant "
    "customer client dossier polis policy artikel article item product zending shipment track tracking pakket parcel "
    "job case casus offerte quote referentie reference ref kenmerk betalingskenmerk tel telefoon phone mobiel mobile "
    "gsm fax sn serial serie serienummer serienr boeking booking reservering reservation vlucht flight meeting "
    "vergadering teams zoom webinar toegangscode kenteken pasnummer brin vestiging coupon cadeaubon voucher giftcard "
    "barcode streepjescode pin postbus account abonnement lidmaatschap member contract project debiteur crediteur "
    "melding incident request aanvraag batch lot partij licentie license licentiecode imei mac bag kadaster perceel "
    "bedrag saldo amount total totaal crebo vog document zaak bijlage formulier versie version pagina page sku report "
    "aangifte bel call sms whatsapp rekening bankrekening bsn bsns sofi pgn iban llnr lnr stamnr stnr studnr wifi "
    "wachtwoord password ww postcode zip inlog code".split()
)
_RIVAL_END = re.compile(r"[^\W\d_]{2,}(?:nummers?|nrs?|numbers?|code|kenmerk)")

# A BSN or an education number: schools call both by either name (domain.md 1.6).
PERSONAL_NUMBERS = frozenset(
    "bsn bsns bsnnummer bsnnr burgerservicenummer burgerservicenr burgerservice burgernummer serviceburgernummer "
    "burgernr sofinummer sofinr sofienummer socialfiscaalnummer sociaalfiscaalnummer fiscaalnummer burgerservnr "
    "persgebnr persgebnummer pgn pgnnummer pgnnr persoonsgebondennummer persoonsgebondennr persoonsgebonden "
    "persoonsnummer persoonsnr onderwijsnummer onderwijsnr onderwijsno ondwnr ondwijsnr ondnr onderwijsnum ownnummer "
    "ownnr educationnumber educationno educationnr citizenservicenumber citizenserviceno citizenservice citizennumber "
    "socialsecuritynumber socialsecurityno socialsecurity personalidentificationnumber nationalidnumber "
    "nationalidentificationnumber dutchidnumber".split()
)


class Said(IntEnum):
    """Larger speaks louder for the number."""

    RIVAL = -1
    NOTHING = 0
    NEAR = 1
    ABOVE = 2  # in the sentence with a colon before its list
    BESIDE = 3  # a weak label, right beside it
    DIRECT = 4


@final
class Labels:
    """Labels of one kind of number, written together and in lower case. `weak` ones count right beside it only."""

    __slots__ = ("_heads", "_known", "_long", "_may_be", "_prefixes", "_tails", "_weak", "spoken")

    def __init__(
        self, own: Iterable[str], *, weak: Iterable[str] = (), prefixes: tuple[str, ...] = (), slips: bool = True
    ) -> None:
        self._known = frozenset(own)
        self._weak = frozenset(weak)
        self._prefixes = prefixes
        self._long: dict[int, list[str]] = {}
        for word in sorted(self._known) if slips else ():
            for length in range(len(word) - 1, len(word) + 2) if len(word) >= _SLIP_LETTERS else ():
                self._long.setdefault(length, []).append(word)
        # How a label can begin and end: most words of a text are told by these.
        self._heads = frozenset(word[:at] for word in self._known for at in range(1, len(word) + 1))
        self._tails = frozenset(
            f"{word[at:]}{end}" for word in self._known for at in range(len(word)) for end in ("", "s")
        )
        self.spoken = lru_cache(4096)(self._speaks)
        self._may_be = lru_cache(8192)(self._may)

    def _speaks(self, word: str, *, whole: bool = True) -> bool:
        """Whether a word is one of these; not `whole`: words, without what is between them."""
        if word in self._known or word.removesuffix("s") in self._known:
            return True
        if whole and word.startswith(self._prefixes) and len(word) <= _PREFIXED_LETTERS:
            return True
        return any(one_slip(word, label) for label in self._long.get(len(word), ()))

    def _may(self, word: str, backwards: bool) -> bool:
        """Whether a label can begin with this word (end with it); of one word a slip of the pen included."""
        if word in (self._tails if backwards else self._heads) or self.spoken(word):
            return True
        return (backwards and len(word) >= 4 and word[0] == "n") or word.startswith(self._prefixes)

    def heard(self, phrase: str) -> Said:
        """What a heading says."""
        words = [found.span() for found in _WORD.finditer(phrase[:REACH_LETTERS])]
        said = Said.NOTHING
        for index in range(len(words)):
            if self._own(phrase, words, index):
                return Said.DIRECT
            word = phrase[slice(*words[index])]
            if len(words) <= 2 and word in self._weak:
                said = Said.BESIDE
            elif said is Said.NOTHING and _is_rival(word):
                said = Said.RIVAL
        return said

    def said(self, context: Context, start: int, end: int) -> Said:
        """What is said of text[start:end]."""
        line_start, line_end = context.line(start)
        if _EXAMPLE.search(context.folded, max(line_start, start - _EXAMPLE_LETTERS), start):
            return Said.RIVAL
        left = max(start - REACH_LETTERS, line_start)
        before = self._before(context, left, start)
        if before is Said.DIRECT or before is Said.RIVAL:
            return before
        column = context.column(start)
        heading = self.heard(column if column is not None else context.heading(start))
        if heading is not Said.NOTHING:
            return heading if heading is Said.RIVAL else max(before, heading)
        behind = self._behind(context, end, min(end + _REACH_BEHIND, line_end))
        if before is Said.NOTHING and behind is Said.NOTHING and column is None:
            above = self._before(context, max(0, start - REACH_LETTERS), start) if left == line_start else before
            return Said.ABOVE if Said.NOTHING <= above < Said.ABOVE and self._introduced(context, start) else above
        return behind if behind is Said.RIVAL else max(before, behind)

    def _inside(self, context: Context, left: int, right: int) -> bool:
        words = [found.span() for found in _WORD.finditer(context.folded, left, right)]
        return any(self._own(context.folded, words, index) for index in range(len(words)))

    def _introduced(self, context: Context, start: int) -> bool:
        """Whether the last line with a colon at its end before a place names the numbers."""
        colon = max(context.text.rfind(f":{end}", max(0, start - _INTRODUCED_LETTERS), start) for end in ("\n", "\r\n"))
        return colon > 0 and self._inside(context, max(context.line(colon)[0], colon - _HEADING_LETTERS), colon)

    def close(self, context: Context, start: int, end: int, before: int = _CLOSE_LETTERS) -> bool:
        """Whether one of the labels stands near text[start:end], with no sentence ending before it."""
        left = max(0, start - before)
        for ended in SENTENCE_END.finditer(context.text, left, start):
            left = ended.end() - 1
        right = min(len(context.text), end + _REACH_BEHIND)
        return self._inside(context, left, start) or self._inside(context, end, right)

    def _before(self, context: Context, left: int, start: int) -> Said:
        folded = context.folded
        if left and folded[left - 1].isalpha():
            left = next((at for at in range(left, start) if not folded[at].isalpha()), start)
        words = [found.span() for found in _WORD.finditer(folded, left, start)]
        used = [found.start() for found in _HAS_NUMBER.finditer(folded, left, start)]
        glue = True
        otherwise = Said.NOTHING
        for index in range(len(words) - 1, -1, -1):
            word_start, word_end = words[index]
            word = folded[word_start:word_end]
            has_own_number = bool(used) and used[-1] >= word_end
            near = glue and not has_own_number and start - word_end <= _DIRECT_LETTERS
            if width := self._own(folded, words, index, backwards=True):
                first = index - width + 1
                if _denied(folded, words[first][0]):
                    otherwise = Said.RIVAL if near else otherwise
                    continue
                named = not has_own_number and _NAMED.fullmatch(folded, word_end, start)
                return Said.DIRECT if near or named else Said.NEAR
            if near and word in self._weak and start - word_end <= 4:
                return Said.BESIDE
            if not has_own_number and start - word_end <= _RIVAL_LETTERS and _is_rival(word):
                return Said.RIVAL
            if near and index and word in _NUMBERS and _numbered(folded, words[index - 1], word_start):
                return Said.RIVAL
            glue = glue and word in _GLUE
        return otherwise

    def _behind(self, context: Context, end: int, right: int) -> Said:
        folded = context.folded
        words: list[tuple[int, int]] = []
        for found in _WORD.finditer(folded, end, right):
            if any(sign.isdigit() for sign in folded[words[-1][1] if words else end : found.start()]):
                break
            words.append(found.span())
        for index, (word_start, word_end) in enumerate(words):
            if (width := self._own(folded, words, index)) and not _FOLLOWED.match(folded, words[index + width - 1][1]):
                return Said.NOTHING if _denied(folded, word_start) else Said.NEAR
            if word_start - end <= 3 and _is_rival(folded[word_start:word_end]):
                return Said.NOTHING if _FOLLOWED.match(folded, word_end) else Said.RIVAL
        return Said.NOTHING

    def _own(self, folded: str, words: list[tuple[int, int]], index: int, *, backwards: bool = False) -> int:
        """How many words from words[index] on (or back) are a label; 0 if none. The longest counts."""
        if not self._may_be(folded[slice(*words[index])], backwards):
            return 0
        phrase = ""
        width = 0
        step = -1 if backwards else 1
        for count in range(1, _PHRASE_WORDS + 1):
            at = index + step * (count - 1)
            if not 0 <= at < len(words):
                break
            word = folded[slice(*words[at])]
            if count > 1:
                one, two = (words[at], words[at + 1]) if backwards else (words[at - 1], words[at])
                if not _BETWEEN.fullmatch(folded, one[1], two[0]):
                    break
            phrase = word + phrase if backwards else phrase + word
            if self.spoken(phrase, whole=count == 1):
                width = count
        return width


def _numbered(folded: str, span: tuple[int, int], number: int) -> bool:
    """Whether "personnel number" or "ov-nummer" names a number of another kind; "with number" does not."""
    word, between = folded[slice(*span)], folded[span[1] : number]
    if between == " ":
        return folded.startswith("number", number) and word not in _GLUE and word not in _FUNCTION_WORDS
    return between == "-"


def _denied(folded: str, start: int) -> bool:
    """Whether the label that begins there is denied: "geen BSN"."""
    return _NO.search(folded, max(0, start - _NO_LETTERS), start) is not None


@lru_cache(4096)
def _is_rival(word: str) -> bool:
    return word in _RIVALS or _RIVAL_END.fullmatch(word) is not None


def up_the_list(text: str, hits: list[Hit]) -> list[Hit]:
    """Hits with those made sure that stand in a list right before a sure one: "203124, 203138 (llnr)"."""
    for index in range(len(hits) - 2, -1, -1):
        hit, after = hits[index], hits[index + 1]
        if (
            after.confidence == HIGH
            and len(hit.value) == len(after.value)
            and _LISTED.fullmatch(text, hit.end, after.start)
        ):
            hits[index] = Hit(hit.start, hit.end, hit.value, HIGH)
    return hits


def one_slip(word: str, meant: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two stand the wrong way round; or nothing is wrong."""
    if abs(len(word) - len(meant)) > 1:
        return False
    same = 0
    for one, two in zip(word, meant, strict=False):
        if one != two:
            break
        same += 1
    rest, rest_meant = word[same:], meant[same:]
    return (
        rest[1:] == rest_meant[1:]
        or rest == rest_meant[1:]
        or rest[1:] == rest_meant
        or (rest[:2] == rest_meant[1::-1] and rest[2:] == rest_meant[2:])
    )
