"""Streets and house numbers: what a street's name looks like, and the one spelling an address is looked up by.

Promises: total and pure; every look is at a bounded piece of text. With a postcode an address is "4461AB 12A", as
postcode and number mean one house in the Netherlands; without one it is "lindelaan 12A".
"""

from __future__ import annotations

import re

# Endings that hardly any other word has, and endings that many have: those need a capital and more around them.
_STRONG = tuple(
    "straat straatje straatweg laan weg plein singel kade gracht dreef steeg plantsoen hof dijk pad allee boulevard"
    " steenweg straße strasse lei stwg str ln pln".split()
)
_WEAK = tuple(
    "markt park baan erf rand horst veld akker kamp hoek weide gaarde tuin haven zoom vaart schans werf brink enk meent"
    " hoeve oever vliet platz".split()
)
_LAST_LETTERS = frozenset(ending[-3:] for ending in (*_STRONG, *_WEAK))
_ABBREVIATED = frozenset({"str", "ln", "pln", "stwg"})
# Words with such an ending that are no streets, nor any longer word that ends with them.
_NONE = tuple(
    "snelweg omweg onderweg overweg leerweg fietspad wandelpad voetpad tijdpad stappenpad leerpad leerplein schoolplein"
    " werkplein speelplein lesplein leerstraat zijstraat loopbaan bijbaan startbaan tennisbaan ijsbaan atletiekbaan"
    " glijbaan kegelbaan landingsbaan renbaan vakantiepark dierenpark pretpark attractiepark sportpark"
    " themapark speeltuin"
    " speelveld sportveld voetbalveld hockeyveld korfbalveld invulveld tekstveld zomerkamp schoolkamp"
    " brugklaskamp werkkamp"
    " introkamp trainingskamp zeilkamp skikamp fietsenkamp kerstmarkt banenmarkt rommelmarkt boekenmarkt beroepenmarkt"
    " informatiemarkt arbeidsmarkt studiemarkt luchthaven kerkhof gerechtshof ipad notepad touchpad thinkpad mousepad"
    " moestuin schooltuin dierentuin invalshoek leeshoek winkelhoek uithoek driehoek rechthoek vierhoek"
    " veelhoek zeshoek"
    " rijbaan brand krant strand verband vanwege gymlei".split()
)
# What may stand before the last word of a street's name.
_PREFIX = frozenset(
    "burg burgem burgemeester dr dokter doctor prof professor st sint pr prins prinses koningin koning kon jhr jonkheer"
    " jkvr mr meester ds dominee past pastoor pater president pres gen generaal graaf gravin hertog jan oude"
    " nieuwe korte"
    " lange grote kleine hoge lage noorder zuider ooster wester noord zuid oost west eerste tweede derde"
    " vierde laan plein"
    " kapitein kapt luitenant kol kolonel admiraal adm minister min wethouder weth de het den van der ten ter"
    " t s in la le"
    " op aan bij achter onder over voor groene rode witte zwarte blauwe sir lord martin anna maria johan willem kerk"
    " molen dorps".split()
)
_JOINING = frozenset("van de der den het ten ter t op aan la le en".split())
_NOT_FIRST = frozenset(
    "adres woonadres huisadres thuisadres address straat straatnaam street wij we ik hij zij ze woont wonen"
    " woon aan op in"
    " bij naar het de een familie fam dhr mw mevr mevrouw meneer onze mijn haar zijn hun home lives at leerling naam is"
    " nieuw oud uit en van via tot te".split()
)
_WORD = re.compile(r"(?:['’]s-)?[^\W\d_]['\w’-]*\.?|['’][st]\b|[0-9]{1,4}(?:e|ste|de)?\b|[^\W\d_]\.(?:[^\W\d_]\.)+")
_CUTS = re.compile(r"[\n\r\t,;:|()\"<>•·=]|[!?]|[ ]{3,}|[ ]-[ ]")
_ORDINAL = re.compile(r"[0-9]{1,2}(?:e|ste|de)")
_LETTERS_OF_STREET = 60
# A shorter word with a full stop is an abbreviation.
_LETTERS_OF_WORD = 3
_WORDS_OF_STREET = 5
_NUMBER = re.compile(r"([0-9]+)[ ]*[-/]?[ ]*(.*)", re.DOTALL)


def may_end_street(folded: str, end: int) -> bool:
    """Whether the letters before `end` (lower case) end some street's name: a cheap first look."""
    return folded[max(0, end - 3) : end] in _LAST_LETTERS or folded.endswith("ln", 0, end)


def ending(word: str) -> str:
    """How sure a word (lower case, its full stop apart) ends a street's name: "strong", "weak", or "" for not."""
    if word.endswith(_NONE):
        return ""
    if word.endswith(_STRONG):
        return "strong"
    return "weak" if word.endswith(_WEAK) else ""


def bare(word: str) -> bool:
    """Whether a word is such an ending and nothing more: "plein", "weg"."""
    return word in _STRONG or word in _WEAK


def street_before(text: str, end: int, *, whole: bool = False) -> tuple[int, int] | None:
    """Start and end of the street's name that ends at `end`, at most five words.

    `whole`: what follows proves that this is a street, so that every capitalised word before counts as its name.
    """
    floor = max(0, end - _LETTERS_OF_STREET)
    for cut in _CUTS.finditer(text, floor, end):
        floor = cut.end()
    words = list(_WORD.finditer(text, floor, end))
    if not words or text[words[-1].end() : end].strip(" .'"):
        return None
    first = len(words) - 1
    last = _plain(words[first].group())
    known = bool(ending(last)) and not bare(last)
    while first and len(words) - first < _WORDS_OF_STREET and _belongs(text, words, first, known=known, whole=whole):
        first -= 1
    while first < len(words) - 1 and not _begins(words[first].group()):
        first += 1
    return words[first].start(), end


def _belongs(text: str, words: list[re.Match[str]], first: int, *, known: bool, whole: bool) -> bool:
    """Whether the word before words[first] is part of the name."""
    before = words[first - 1].group()
    if text[words[first - 1].end() : words[first].start()].strip():
        return False
    plain = _plain(before)
    if _ORDINAL.fullmatch(before) or plain in _PREFIX or (before.endswith(".") and len(plain) < _LETTERS_OF_WORD):
        return True
    if before.endswith("."):
        return False  # a sentence ended
    if known:
        return _titled(words, first)
    return before[0].isupper() or plain in _JOINING or before[0] in "'’" or (whole and before[0].isdigit())


def _begins(word: str) -> bool:
    """Whether a street's name can begin so: not with "op de", but with "De" and "'t"."""
    if _ORDINAL.fullmatch(word) or word[0] in "'’":
        return True
    return word[0].isupper() and (_plain(word) not in _NOT_FIRST or _plain(word) in _JOINING)


def _titled(words: list[re.Match[str]], first: int) -> bool:
    """Whether a name stands between a title and the street, as in "Burg. Jan Prinsensingel"."""
    before = words[first - 1].group()
    return first > 1 and before[0].isupper() and _plain(words[first - 2].group()) in _PREFIX - _JOINING


def _plain(word: str) -> str:
    return word.lower().strip(".'’")


def home_value(number: str, *, street: str = "", postcode: str = "") -> str:
    """The spelling an address is looked up by; `number` with its addition, as written."""
    found = _NUMBER.match(number.strip())
    house = number.strip().upper()
    if found is not None:
        addition = "".join(letter for letter in found[2].upper() if letter.isalnum() or letter in "-/")
        # "12A", but "72-BIS" and "3-2": a reader of the value must know where the addition begins.
        apart = addition[:1].isdigit() or len(addition) > 2
        house = f"{int(found[1])}{'-' if apart else ''}{addition}"
    if postcode:
        return f"{''.join(letter for letter in postcode.upper() if letter.isalnum())} {house}"
    return f"{' '.join(street.lower().split())} {house}"
