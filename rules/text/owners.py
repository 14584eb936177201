"""Whether what stands around a phone number or an address speaks of a person at home or of an organisation.

Promises: total; one bounded look before and one behind. What stands nearest decides, before goes before behind.
"""

from __future__ import annotations

import re
from enum import Enum

from rules.text.context import Context

_PRIVATE = (
    r"thuis\w*|huisadres\w*|woon\w*|wonen\w*|woont|gewoond|priv[eé]\w*|aan huis|moeder\w*|vader\w*|stief\w*|pleeg\w*"
    r"|ouders?(?= van\b| thuis\b| is\b| gebeld\b)|ouder[ ]?[12]|oma|opa|tante|oom|voogd\w*|verzorg\w*|mama|papa|mam|pap"
    r"|fam|familie|gezin\w*|mevr|mevrouw|mw|dhr|meneer|zoon|dochter|broer\w*|zus\w*|buren|buur(?:man|vrouw)\w*|oppas"
    r"|kind|leerling|llnr"
    r"|nood(?:nummer|contact|nr)\w*|mother\w*|father\w*|parents?(?= of\b| phone\b)|mum|mom|dad|grand\w*|guardian\w*"
    r"|aunt"
    r"|uncle|home|lives?|living|son|daughter|mrs|pupil|student|emergency contact|next of kin|personal|private|mijn|my"
)
_PUBLIC = (
    r"(?:\w*(?:school|college|museum|centrum|praktijk|winkel|bedrijf|hal|zaal|kantoor|instituut|bureau|theater|huizen"
    r"|loket|fabriek|makelaar\w*|handel|service|vereniging|instelling|organisatie|uitgeverij))"
    r"|lyceum|gymnasium|hogeschool|universiteit|receptie\w*|balie|afdeling|afd|klantenservice|servicedesk|help ?desk"
    r"|secretariaat|administratie|b\.?v|n\.?v|v\.?o\.?f|stichting|hotel|hostel|camping|restaurant|caf[eé]"
    r"|bioscoop|schouwburg|zwembad|sport(?:park|veld\w*|complex)|bibliotheek|bieb|gemeente\w*|stadhuis|ggd|ggz"
    r"|huisarts\w*|tandarts\w*|apotheek|ziekenhuis|politie\w*|brandweer|garage|bakkerij|supermarkt|drukkerij"
    r"|leverancier\w*|touring\w*|reisbureau|taxi\w*|kerk|moskee|station|bezoekadres|vestiging\w*|locatie|filiaal"
    r"|kvk|btw|www|info@\w*|dierenpark|dierentuin|pretpark|attractiepark|ijsbaan|manege|jeugdherberg|meldpunt"
    r"|storing\w*|redactie|reserver\w*|boekingen|excursie|office|reception|front desk|company|ltd|inc|gmbh|library"
    r"|hospital"
    r"|tours|reizen|catering|academ(?:y|ie)|bank|verzeker\w*|studio|atelier|notaris\w*|advoca\w*|fonds|bond|club"
    r"|drukwerk"
    r"|fotograaf|print\w*|opticien|kapper\w*|salon|sportclub|voetbalclub|aannemer\w*|installati\w*|clinic|hall|venue"
    r"|ingang|entree|entrance|parkeer\w*|parkeren|verzamel\w*|halte|congres\w*|studiedag"
    r"|openingstijden"
    r"|theatre|cinema|pool|customer service|bookings|sales|support|jeugdteam|jeugdzorg|veilig thuis"
    r"|samenwerkingsverband"
    r"|swv|cultuurhuis|buurthuis|wijkcentrum|zalencentrum|molen|kasteel|bowling\w*|rijschool|galerie|boerderij|aula"
)
_SAID = re.compile(rf"(?<![^\W_])(?:(?P<private>{_PRIVATE})|(?P<public>{_PUBLIC}))(?![^\W_])")
_LETTERS_BEFORE, _LETTERS_BEHIND = 160, 50
_LINES_ABOVE = 3


class Owner(Enum):
    """Whose a value seems to be."""

    PERSON = "person"
    ORGANISATION = "organisation"
    UNSAID = "unsaid"


def owner(context: Context, start: int, end: int) -> Owner:
    """Who is spoken of around text[start:end]: on its line, on the lines right above it, and behind it."""
    said = None
    for found in _SAID.finditer(context.folded, _block(context, start), start):
        said = found
    if said is None:
        line_end = context.line(end)[1]
        said = _SAID.search(context.folded, end, min(line_end, end + _LETTERS_BEHIND))
    if said is None:
        return Owner.UNSAID
    return Owner.PERSON if said["private"] is not None else Owner.ORGANISATION


def _block(context: Context, start: int) -> int:
    """Where the lines without a blank one between begin, so far as they count."""
    begin = context.line(start)[0]
    for _ in range(_LINES_ABOVE):
        if not begin:
            break
        above, end = context.line(begin - 1)
        if not context.text[above:end].strip():
            break
        begin = above
    return max(begin, start - _LETTERS_BEFORE)
