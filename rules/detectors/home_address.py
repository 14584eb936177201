"""Finds home addresses: street and number, postcode and number, on one line or several (domain.md 2.1).

Promises: linear; it goes from number to number and reads a window at each that can be a house's. `value` is
"4461AB 12A", or "lindelaan 12A" without a postcode (rules/text/streets.py). PO boxes and reply numbers are no homes.
With a postcode or an address word it is high, without either low, and so it is where an organisation is spoken of.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from rules.text.context import Context
from rules.text.cues import Cues
from rules.text.hits import HIGH, LOW, Hit
from rules.text.owners import Owner, claimed, owner
from rules.text.streets import bare, ending, home_value, may_end_street, street_before

_ADDITION = (
    r"(?:[ ]?[-/]?[ ]?(?:bis|hs|huis|rood|zwart|zw|boven|beneden|i{1,3}|iv|vi?|[a-z])(?![^\W\d_])"
    r"(?:[ ]?-?[0-9]{1,3}(?![0-9]))?|[-/](?:[0-9]{1,3}(?![0-9])|[0-9]{4}(?![0-9]|[ ]?[a-z]{2}\b)))?"
)
_HOUSE = re.compile(rf"([1-9][0-9]{{0,3}}{_ADDITION})(?![0-9]|[^\W\d_]|[.,:/-][0-9])")
_POSTCODE = re.compile(r"([1-9][0-9]{3})[ .-]{0,2}([a-z]{2})(?![^\W_])")
_PO_BOX = re.compile(r"(?:postbus|antwoord ?n(?:umme)?r\.?|p\.? ?o\.? ?box|postfach)[ :]{0,3}\Z")
_PO_BOX_BEFORE = re.compile(r"(?:postbus|antwoordnummer) ?[0-9]{1,5}[ ,\n]{1,3}\Z")
# Units and letters that stand behind a number as they stand in postcodes (domain.md 2.1), in small letters.
_NO_LETTERS = frozenset(
    "op en de in is of te kg ml kb eu km cm mm st pm am nl er om ze we je ik al na tm gr cl dl mb gb pk vc ad bv ha"
    " dm mg ms kw to at on no or by so it as an my he be do if up us go me".split()
)
# These never stand in one (python-stdnum, nl.postcode).
_NEVER = frozenset({"sa", "sd", "ss"})
_TO_POSTCODE = re.compile(
    r"(?:[ \t]{0,4}[,;|\"·•/()-]{0,3}[ \t]{0,4}(?:\r?\n(?:[> \t]{0,4}))?){1,2}"
    r"(?:(?:te|in)[ ])?(?:[^\W\d_][^\W\d_' -]{2,24}[ ,;|\t]{1,3})?(?:(?:postcode|postal code|pc|zip"
    r"|nl)[ :.=-]{0,3})?\Z"
)
_TO_NUMBER = re.compile(
    r"[ \t]{0,3}[,;|\"/-]{0,2}[ \t]{0,3}(?:\r?\n[> \t]{0,4})?(?:(?:huis)?(?:nr|nummer)\.?[ :=]{0,3}|hn[ :]{0,2}"
    r"|no\.? ?"
    r"|number[ :]{0,2}|house[ :]{0,2}|#)?"
)
_TO_LABELLED = re.compile(r"[ ,]{1,3}(?:(?:huis)?(?:nr|nummer)\.?|hn|house number)[ :]{1,3}")
_LINK = re.compile(
    r"(?:[ \t]{0,4}[,;|\"]{0,3}[ \t\"]{0,3}(?:\r?\n[> \t]{0,4}(?=h|n))?)((?:op )?(?:huis)?(?:nummer|nr)\.?[ :=]{0,3}"
    r"|no\.? ?)?\Z"
)
_TOWN = re.compile(
    r"[ ,;|\t\"]{1,4}(?:te )?(?:(?:Den|De|Het|'s|'t|Sint|St\.|Nieuw|Oud|Nieuwe|Oude)[ -])?[A-ZÀ-Þ][\w'’]+"
    r"(?:(?:[ ](?:aan|op|bij|a/d)(?:[ ](?:den|de|het))?[ ]|-(?:[a-z]{1,4}-)?)[A-ZÀ-Þ][\w'’]+)?"
)
# "Lindelaan 12, Goes", "Lindelaan 12 in Goes": a place makes it a whole address.
_TOWN_APART = re.compile(
    r"(?:,[ ]?|[ ](?:te|in)[ ])(?:(?:Den|De|'s|'t|Sint|Nieuw|Oud)[ -])?[A-ZÀ-Þ][\w'’]+(?=[ ]?(?:[).,;]|\Z|\n))"
)
_UNIT = re.compile(
    r"[ ]?(?:uur|km|meter|m\b|min|minu|euro|eur\b|cm|kg|%|€|x\b|jaar|leerling|pupil|kinder|stuks|e\b|ste\b|pm\b|am\b"
    r"|punt"
    r"|keer|graden|lid|pag|blz|°|[+*=×])"
)
_ROOM = re.compile(
    r"\b(?:lokaal|lokalen|lokaalwissel|ruimte|kamer|zaal|lok|room|rooms|vlucht|flight|perceel|opdracht|som|opgave"
    r"|pagina|blz|kast"
    r"|kluis\w*|tafel|rij|stoel|nummerbord|kenteken|order\w*|bestel\w*|artikel\w*|serie\w*|model|versie|brin"
    r"|code)\b"
)
_SAID = Cues(
    home="""
        *adres adres* *adressen woon* woont wonen* gewoond verhui* huisbezoek thuis* ophalen opgehaald haal* halen
        bezorg* afzet* afleveren breng* stuur* sturen opsturen toesturen post brief brieven* langs* logeer* verblij*
        ingeschreven aanbellen oppik* opgepikt afgezet afzetten afgeven langsbrengen ophaal* verhuist ingetrokken
        intrek off leerlingenvervoer voordeur buren buurman buurvrouw kaart* bloemen huis inwonend straat street
        huisnummer address* live lives living lived home house move* moving resid* pick picked deliver* send staying
        stays drop posted flowers card collect*
    """,
)
# Of these one near, and "op", "aan", "bij" right before, make any capitalised words with a number an address.
_LIVES = Cues(
    home="""
        *adres adres* woon* woont wonen* gewoond verhui* verhuist ingeschreven verblij* logeer* logeert thuis
        huisbezoek
        voordeur pleegouders pleeggezin oma opa sleutel inwonend address* live lives living lived home resid* moved
        moving staying stays
    """,
)
_AT = re.compile(r"(?:\b(?:op|aan|van|naar|in|bij|at|on|to|from)[ ](?:de[ ]|het[ ]|'t[ ]|the[ ])?|[(:,][ ]?)\Z")
# Capitalised words with a number that are no streets.
_NUMBERED = re.compile(
    r"(?:\b(?:ma|di|wo|do|vr|za|zo|mon|tues|wednes|thurs|fri|satur|sun)[a-z]*dag|\w+day|januari|februari|maart"
    r"|april|mei"
    r"|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|august|october"
    r"|groep|klas|havo|vwo|mavo|vmbo|gymnasium|atheneum|brugklas|leerjaar|jaar|year|fase|deel|part|blok|periode"
    r"|period"
    r"|hoofdstuk|chapter|paragraaf|les|lesson|week|uur|hour|top|windows|office|teams|versie|version|level|niveau"
    r"|module"
    r"|unit|stap|step|punt|vraag|question|leerling|artikel|ronde|team|bijlage|appendix|formulier|nr|no|nummer|number"
    r"|tel|telefoon|mobiel|phone|fase|cohort|domein|taak|set|fig|figuur|tabel|table|bus|lijn|trein|spoor|gate)\Z"
)
_INITIALS = re.compile(r"(?:^| )[A-Z]\. ?[A-ZÀ-Þ]")
_LABEL = re.compile(
    r"(?:straat(?:naam)?[ ]?(?:\+|en|/|&)[ ]?(?:huis)?(?:nr|nummer)\.?|\w*adres(?: van [\w ]{1,25}"
    r"| ?\([^)\n]{1,20}\)| [a-z]+ ?=?)?|woont|wonen|wonend|woonachtig|verblijvend"
    r"|verblijft|thuis|woonde|verhuisd|verhuizen|address|lives?|living|moved to)"
    r"(?:[ :]|(?:nu|sinds|op|aan|in|bij|is|was|naar|at|on|in|het|de)\b|de (?=[a-z])){1,6}\Z"
)
_HEADING = re.compile(r"adres|straat|address|street|woon")
_EXAMPLE = re.compile(
    r"\b(?:dichter|kunstenaar|artist|schilder|schrijver|schrijfster|componist|koning|auteur|filosoof|painter"
    r"|writer|poet|bijv"
    r"|bijvoorbeeld|bv|voorbeeld\w*|e\.g|example|zoals|formaat|format)\b"
)
_ENGLISH = re.compile(
    r"([1-9][0-9]{0,3}[a-z]?),?[ ]((?:[A-Z][\w'’.-]*[ ]){1,3}(?:Street|Road|Lane|Avenue|Close|Drive|Way|Court"
    r"|Crescent|Gardens"
    r"|Place|Terrace|Square|Hill|Grove|St|Rd|Ave)\b|(?:rue|avenue|chemin|impasse|Rue|Avenue)(?:[ ](?:de|du|des|la|le"
    r"|l'|d'))*"
    r"[ ][A-ZÀ-Þ][\w'’-]+)"
)
_BRITISH = re.compile(r"[ ,\n]{1,3}(?:[A-Z][\w'-]+[ ,\n]{1,3}){0,2}[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b")
_ABROAD = re.compile(r"[ ,;\t\n]{1,3}(?:(?:B|BE|D|DE)-)?([1-9][0-9]{3,4})[ ]([A-ZÀ-Þ][\w'-]{2,})")
# What may stand between a street and its number, and the letter behind a number before an English or French street.
_BETWEEN = ' \t,;|".\n:'
_BEFORE_STREET = frozenset(" ,abcdefABCDEF")
_STREET_AHEAD = re.compile(r"[a-zA-Z]?,?[ ](?:[A-Z]|rue |avenue |chemin |impasse )")
_DIGITS_MAX = 4
_NUMBER_WORDS = ("nr", "nummer", "no", "hn")
# Longer is a sentence with a comma in it.
_HEADING_LETTERS = 40
_LETTERS_TO_POSTCODE = 45
_LETTERS_BEFORE, _LETTERS_BEHIND = 70, 40
_HINTS = (
    "adres", "woon", "wone", "verhui", "address", "live", "living", "moved", "straat", "thuis", "home", "verblij",
    "logeer", "pleeg", "sleutel", " oma", " opa",
)  # fmt: skip


def find(context: Context) -> tuple[Hit, ...]:
    """Every address in the text that may be somebody's home, in order."""
    return _Reader(context).read() if context.digits else ()


def _names_street(folded: str, end: int) -> bool:
    """Whether the word that ends there may be a street's, or stand between a street and its number."""
    return may_end_street(folded, end) or folded.endswith(_NUMBER_WORDS, 0, end)


class _Reader:
    """One text, read from number to number."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.text, self.folded = context.text, context.folded
        self.hits: list[Hit] = []
        self.postcodes = [
            found for start, end in context.digits if end - start == 4 and (found := self._postcode(start)) is not None
        ]
        self.starts = [found.start() for found in self.postcodes]
        self.hinted = any(hint in self.folded for hint in _HINTS)

    def _postcode(self, start: int) -> re.Match[str] | None:
        """The postcode there, by its form."""
        text = self.text
        if not text[start + 3 : start + 4].isdigit() or text[start + 4 : start + 5].isdigit():
            return None
        found = _POSTCODE.match(self.folded, start)
        if found is None or found[2] in _NEVER or (start and (text[start - 1].isalnum() or text[start - 1] in "_#€$")):
            return None
        return None if found[2] in _NO_LETTERS and text[found.start(2)].islower() else found

    def read(self) -> tuple[Hit, ...]:
        text, folded, done = self.text, self.folded, 0
        for start, end in self.context.digits:
            if start < done or end - start > _DIGITS_MAX:
                continue
            # A street before, a postcode near, or a street behind: nearly all numbers have none of them.
            at = start - 1
            if at > 0 and text[at - 1] in _BETWEEN:
                at = len(text[max(0, start - 8) : start].rstrip(_BETWEEN)) + max(0, start - 8)
            behind = text[end : end + 1]
            if (
                (at > 0 and text[at] in _BETWEEN and (_names_street(folded, at) or (self.hinted and self._capital(at))))
                or (self.postcodes and self._near_postcode(start))
                or (behind in _BEFORE_STREET and _STREET_AHEAD.match(text, end) is not None)
            ):
                hit = self._at(start, at)
                if hit is not None:
                    while self.hits and self.hits[-1].end > hit.start:
                        self.hits.pop()
                    self.hits.append(hit)
                    done = hit.end
        return tuple(self.hits)

    def _capital(self, end: int) -> bool:
        """Whether the word that ends at a place begins with a capital, a figure or a mark, as a street's name may."""
        word = self.text[max(0, end - 24) : end + 1].rpartition(" ")[2]
        return not word[:1].islower()

    def _near_postcode(self, start: int) -> bool:
        index = bisect_left(self.starts, start)
        return index < len(self.starts) and self.starts[index] - start <= _LETTERS_TO_POSTCODE + _DIGITS_MAX

    def _at(self, start: int, at: int) -> Hit | None:
        """The address whose house number or postcode begins at `start`; what is before it ends at `at`."""
        index = bisect_left(self.starts, start)
        if index < len(self.starts) and self.starts[index] == start:
            return self._number_behind(self.postcodes[index])
        house = self._house(start)
        if house is not None:
            near = index < len(self.starts) and self.starts[index] - house.end() <= _LETTERS_TO_POSTCODE
            if near and (hit := self._whole(house, self.postcodes[index])) is not None:
                return hit
            named = _names_street(self.folded, at)
            if at > 0 and named and (hit := self._street(house)) is not None:
                return hit
            if at > 0 and self.hinted and (hit := self._labelled(house)) is not None:
                return hit
        english = _ENGLISH.match(self.text, start)
        return None if english is None else self._english(english)

    def _house(self, start: int) -> re.Match[str] | None:
        if start and (self.text[start - 1].isalnum() or self.text[start - 1] in "_#€$/-:"):
            return None
        return _HOUSE.match(self.folded, start)

    def _whole(self, house: re.Match[str], postcode: re.Match[str]) -> Hit | None:
        """Street, number, postcode; or number and postcode."""
        between = self.folded[house.end() : postcode.start()]
        if len(between) > _LETTERS_TO_POSTCODE or _TO_POSTCODE.match(between) is None:
            return None
        street = self._street_of(house.start(), whole=True)
        start = street[0] if street else house.start()
        if _PO_BOX.search(self.folded[max(0, house.start() - 20) : house.start()]) or self._room(start, house.start()):
            return None
        value = home_value(house[1], postcode=f"{postcode[1]}{postcode[2]}")
        sure = street is not None or self._labelled_number(house.start())
        return Hit(start, self._town(postcode.end()), value, self._judge(start, postcode.end(), sure=sure))

    def _number_behind(self, postcode: re.Match[str]) -> Hit | None:
        """`6824 RT 133`."""
        town = _TOWN.match(self.text, postcode.end())
        to = _TO_LABELLED.match(self.folded, town.end()) if town is not None else None
        to = to or _TO_NUMBER.match(self.folded, postcode.end())
        assert to is not None  # it may be empty
        house = _HOUSE.match(self.folded, to.end()) if to.end() > postcode.end() else None
        if house is None or _UNIT.match(self.folded, house.end()) or self._room(postcode.start(), postcode.start()):
            return None
        if self._postcode(house.start()) is not None or ("\n" in to.group() and not to.group().strip(" \r\n>\t")):
            return None
        before = self.folded[max(0, postcode.start() - 24) : postcode.start()]
        if _PO_BOX_BEFORE.search(before):
            return None
        year = postcode[2] in _NO_LETTERS and postcode[1].startswith(("19", "20"))
        plain = self.text[postcode.start(2) : postcode.end()].isupper() and not year
        sure = plain or self._addressed(postcode.start(), house.end())
        value = home_value(house[1], postcode=f"{postcode[1]}{postcode[2]}")
        return Hit(postcode.start(), house.end(), value, self._judge(postcode.start(), house.end(), sure=sure))

    def _street(self, house: re.Match[str]) -> Hit | None:
        """Street and number; a postcode may stand before them, or one of another country behind."""
        street = self._street_of(house.start())
        if street is None or _UNIT.match(self.folded, house.end()) or self._room(street[0], house.start()):
            return None
        start, end = street
        name = self.text[start:end].strip(" .")
        last = re.split(r"[ .]+", name.lower())[-1]
        grade = ending(last)
        capital = name[:1].isupper() or name[:1] in "'’0123456789"
        said = bool(grade) and self._addressed(start, house.end())
        if not grade or not (capital or (said and grade == "strong" and not bare(last))):
            return None
        if bare(last) and not said:
            return None
        if (before := self._postcode_before(start)) is not None:
            value = home_value(house[1], postcode=f"{before[1]}{before[2]}")
            return Hit(before.start(), house.end(), value, self._judge(before.start(), house.end(), sure=True))
        if (abroad := _ABROAD.match(self.text, house.end())) is not None:
            value = home_value(house[1], postcode=abroad[1])
            return Hit(start, abroad.end(), value, self._judge(start, abroad.end(), sure=True))
        value = home_value(house[1], street=self.text[start:end])
        town = _TOWN_APART.match(self.text, house.end())
        end = town.end() if town is not None else house.end()
        whose = town is not None or owner(self.context, start, end) is Owner.PERSON
        return Hit(start, end, value, self._judge(start, end, sure=said or whose))

    def _labelled(self, house: re.Match[str]) -> Hit | None:
        """A street of any name behind "adres:" or "woont op", or in a column of addresses."""
        word = self.text[max(0, house.start() - 24) : house.start()].rstrip(_BETWEEN).rpartition(" ")[2].lstrip("'’\"(")
        street = self._street_of(house.start(), whole=True) if not word.islower() else None
        if street is None or _UNIT.match(self.folded, house.end()):
            return None
        start, end = street
        name = self.text[start:end].strip(' .,;|\t"')
        if not (name[:1].isupper() or name[:1] in "'’") or _INITIALS.search(name):
            return None
        label = _LABEL.search(self.folded[max(0, start - 60) : start]) or self._lives(start, end, house.end())
        cell = self.text[max(0, start - 2) : start]
        if label is None and not ((cell == "  " or cell[-1:] in '\n\t;|,"') and self._headed(start)):
            return None
        value = home_value(house[1], street=name)
        town = _TOWN_APART.match(self.text, house.end())
        end = town.end() if town is not None else house.end()
        return Hit(start, end, value, self._judge(start, end, sure=True))

    def _lives(self, start: int, end: int, behind: int) -> re.Match[str] | None:
        """The preposition before a name that is no street by itself, where the sentence speaks of living somewhere."""
        at = _AT.search(self.folded, max(0, start - 8), start)
        name = self.text[start:end].strip(" .,")
        if at is None or name.isupper() or _NUMBERED.search(name.lower()):
            return None
        left = max(0, start - _LETTERS_BEFORE)
        said = (
            _LIVES.last(self.folded, left, start)[0]
            or _LIVES.first(self.folded, behind, min(self.context.line(behind)[1], behind + _LETTERS_BEHIND))[0]
        )
        return at if said else None

    def _english(self, found: re.Match[str]) -> Hit | None:
        """`14 Maple Road`, `12 rue des Lilas`."""
        if found.start() and (self.text[found.start() - 1].isalnum() or self.text[found.start() - 1] in "_#€$/-:."):
            return None
        end = found.end()
        british = _BRITISH.match(self.text, end)
        if british is not None:
            end = british.end()
        sure = british is not None or self._addressed(found.start(), end)
        value = home_value(found[1], street=found[2])
        return Hit(found.start(), end, value, self._judge(found.start(), end, sure=sure))

    def _street_of(self, number: int, *, whole: bool = False) -> tuple[int, int] | None:
        """The street's name before a house number."""
        floor = max(0, number - 24)
        link = _LINK.search(self.folded, floor, number)
        assert link is not None  # it may be empty
        before = self.text[link.start() - 1 : link.start()]
        if not (before.isalnum() or before in ".'’") or (before.isdigit() and link.group().strip(" ")):
            return None
        return street_before(self.text, link.start(), whole=whole)

    def _labelled_number(self, number: int) -> bool:
        link = _LINK.search(self.folded, max(0, number - 24), number)
        assert link is not None  # it may be empty
        return link[1] is not None

    def _postcode_before(self, start: int) -> re.Match[str] | None:
        """A postcode, a town perhaps, and then the street."""
        index = bisect_right(self.starts, start)
        if not index or start - self.starts[index - 1] > _LETTERS_TO_POSTCODE:
            return None
        postcode = self.postcodes[index - 1]
        if self.hits and self.hits[-1].end > postcode.start():
            return None
        between = self.text[postcode.end() : start]
        town = _TOWN.match(between)
        return postcode if not between[town.end() if town else 0 :].strip(" ,;|\t\n(-") else None

    def _town(self, end: int) -> int:
        found = _TOWN.match(self.text, end)
        return found.end() if found is not None else end

    def _room(self, start: int, end: int) -> bool:
        """Whether what stands before is numbered, but no house."""
        left = max(self.context.line(start)[0], start - 30)
        return _ROOM.search(self.folded, left, end) is not None

    def _headed(self, start: int) -> bool:
        heading = self.context.heading(start)
        return len(heading) <= _HEADING_LETTERS and _HEADING.search(heading) is not None

    def _addressed(self, start: int, end: int) -> bool:
        """Whether a word near or the heading speaks of where somebody lives."""
        folded = self.folded
        return (
            bool(_SAID.last(folded, max(0, start - _LETTERS_BEFORE), start)[0])
            or bool(_SAID.first(folded, end, min(self.context.line(end)[1], end + _LETTERS_BEHIND))[0])
            or self._headed(start)
        )

    def _judge(self, start: int, end: int, *, sure: bool) -> str:
        if not sure or _EXAMPLE.search(self.folded, max(0, start - 25), start):
            return LOW
        if (
            _LABEL.search(self.folded[max(0, start - 60) : start])
            and claimed(self.context, start) is not Owner.ORGANISATION
        ):
            return HIGH  # what is said behind it is of something else
        return LOW if owner(self.context, start, end) is Owner.ORGANISATION else HIGH
