"""Whether a token can be a secret: a password, a code, a key; and what only stands in its place.

Promises: total; looks at the token alone. `CERTAIN` is a shape that no word and no ordinary number has, `LIKELY` one
that a secret may have beside a sign that it is one, `NONE` a mask, a template or a word about passwords.
"""

from __future__ import annotations

import re
from enum import IntEnum


class Shape(IntEnum):
    """How much a token looks like a secret."""

    NONE = 0
    LIKELY = 1
    CERTAIN = 2


_LENGTH_MIN, _LENGTH_MAX = 3, 200
# `********`, `•••`, `xxxx`, `....`, `____`, `###`
_MASKED = re.compile(r"[*•●.x#_\-?]+|.*(?:\*\*|••|●●|\.\.\.|…|xxx).*", re.IGNORECASE | re.DOTALL)
_TEMPLATE = re.compile(
    r"[<{\[(%$«].*[>}\])%»]?|.*(?:<[^>]*>|\{\{.*\}\}|\$\{.*\}|%[a-z_]+%).*", re.IGNORECASE | re.DOTALL
)
_DATE_OR_TIME = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[-/](?:0?[1-9]|1[0-2])(?:[-/](?:20|19)?\d{2})?|"
    r"\d{1,2}[:.]\d{2}(?:\s?u(?:ur)?)?|\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-?jarig\w*"
)
_LINK = re.compile(
    r"(?:https?://|www\.|mailto:).*|[\w.+-]+@[\w-]+\.[\w.-]+|[\w-]+(?:\.[\w-]+)*\.(?:nl|com|org|eu|be|"
    r"net|example|test)(?:/.*)?",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"[€$£].*|\d+(?:[.,]\d+)?(?:%|€|x|e|de|ste|st|nd|rd|th|cm|mm|m|kg|gb|mb|bit|bits|min|uur|u|tekens|"
    r"jaar|dagen)|\d+[.,]\d{1,2}|\d+\+",
    re.IGNORECASE,
)
# Words with a digit in them that are no passwords, and words that follow "password" in talk about passwords.
_KNOWN = frozenset(
    "2fa mfa otp office365 o365 m365 microsoft365 windows10 windows11 wpa2 wpa3 wifi5 wifi6 ipv4 ipv6 sha256 md5 "
    "utf-8 h264 mp3 mp4 a4 a3 covid-19 g-suite wi-fi e-mail log-in single-sign-on sign-on iphone ipad "
    "usb-c magister somtoday zermelo itslearning teams outlook moodle kahoot eduroam google microsoft apple "
    "windows chromebook surfconext webmail elo vpn sso digid "
    "aan aangepast aangevraagd al alle als altijd an any are at automatisch been before begin bekend "
    "below beneden bent bij "
    "bijlage binnen blijft but by can changed daar dan dat de deel delen den der deze die dient direct does doen door "
    "dus each een eerst eerste een eigen en enclosed er expired expires for forgotten from gaat gebruiken gedeeld "
    "geef geheim geldig gelijk gelden geldt gestuurd geweest gewijzigd gewoon graag had has have heb hebben "
    "heeft herstellen het hetzelfde hier hij hoe how if iedereen in incorrect ingesteld ingevoerd "
    "instellen invalid invoeren is "
    "it je jou jouw juist kan kies kiezen komt kun kunnen kunt kwijt langer later leeg lekken let link "
    "maar maken mag mail manager meer meesturen met mij mijn minimaal missing moet moeten must my naar "
    "naast need needs "
    "never niet niets nieuw nieuwe no nodig nog none nooit not of off ok old om omdat onbekend onder onjuist onthouden "
    "ontvangen ontvangt ook op opgeslagen opgeven opnieuw opvragen or ons onze open our over per persoonlijk please "
    "policy protected reset resetten safe same samen security see sent separate separately set shared should sms so "
    "staat stays sturen stuur tbd te telefonisch tevens that the their them then they this tijdelijk to toe tonen tot "
    "u uit uw uwer valid van vanaf vandaag veilig veranderd veranderen vergeten verlopen verschijnt "
    "verstuurd via volgen "
    "volgt voor vragen vraag wachten was we weer werd werkt weten when wie wijzig wijzigen wil will with worden "
    "wordt wrong you your zelf zetten zie zijn zit zo zodat zoals zonder zorg zou zullen afzonderlijk apart mondeling "
    "n.v.t nvt onbekend vervallen idem eenmalig geblokkeerd blocked example voorbeeld changeme hieronder hierboven "
    "required optional verplicht hidden encrypted unchanged vereist ingevuld "
    "naam name klas class e-mail email telefoon rol leerling "
    "bellen bel vraag afgehaald receptie beheerder administratie ict docent mentor".split()
)
_TALK = re.compile(
    r"(?:wachtwo|password|passwo|minim|maxim|gewijz|veran|verge|verl|verst|inge|opge|gere|toege|aange|geblok|herst)"
)


def shape(token: str) -> Shape:
    """What the token looks like, its outer marks taken off by the caller."""
    size = len(token)
    if not _LENGTH_MIN <= size <= _LENGTH_MAX or _MASKED.fullmatch(token) or _TEMPLATE.match(token):
        return Shape.NONE
    folded = token.lower().rstrip("!?.")
    if folded in _KNOWN or _LINK.fullmatch(token) or _AMOUNT.fullmatch(token) or _DATE_OR_TIME.fullmatch(token):
        return Shape.NONE
    digits = sum(letter.isdigit() for letter in token)
    letters = sum(letter.isalpha() for letter in token)
    marks = size - digits - letters
    if digits and letters:
        return Shape.CERTAIN if size > 4 or marks else Shape.LIKELY
    if not letters:
        return Shape.LIKELY if digits >= 3 else Shape.NONE
    if _TALK.match(folded):
        return Shape.NONE
    inner = token.rstrip("!?.")
    if any(mark in inner for mark in "@#$%&*+=^_~|\\<>!?") or (
        not inner.istitle() and not inner.islower() and not inner.isupper()
    ):
        return Shape.CERTAIN if marks or not token.isalpha() or size >= 6 else Shape.LIKELY
    return Shape.LIKELY
