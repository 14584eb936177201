"""Addresses that name no person by their look: an organisation's counter, a program, an example on a form.

Promises: total, a few look-ups. A look proves nothing (`info@` can be a family's): who asks decides what to make of it.
"""

from __future__ import annotations

import re

# What a counter, an office or a program is called in the local part of its address, Dutch and English.
_FUNCTIONS = frozenset(
    "aanmelden aanmelding aanvraag aanvragen abonnement abonnementen absentie abuse account accounts admin "
    "administratie admissions afspraak afspraken alert alerts algemeen apotheek balie beheer bestelling "
    "bestellingen bestuur bibliotheek bieb billing boeking boekingen bookings bounce bounces bureau cao careers "
    "chair chairman chat cliëntenservice college communicatie concierge congres consult contact contactpunt "
    "coordinator coördinator crediteuren cursus cursussen customer customercare customerservice daemon "
    "debiteuren decaan decanaat directeur directeuren directie director donaties donotreply dpo educatie "
    "enquiries events examen examenbureau examens exams excursies expeditie facilitair facturatie facturen "
    "factuur feedback fg finance financien fonds fotografie gemeente general groepen groepsreizen hallo hello "
    "help helpdesk hi hoi hr huisarts hulp ict info informatie inkoop inquiries inschrijven inschrijving intake "
    "invoice invoices it jeugd jeugdteam jeugdzorg jobs kamp kampen kantoor kassa klachten klant klantcontact "
    "klantenservice leden ledenadministratie leerlingenraad leerlingzaken leerplicht lezersservice library "
    "logistiek loket lost magazijn mail mailbox mailer manager marketing medezeggenschap meld melding meldingen "
    "meldpunt mentor mentoren mr museum news newsletter nieuwsbrief no noodopvang noreply notification "
    "notifications notify office onderhoud onderwijs onthaal opleidingen order orders ouderraad ouders payment "
    "payments penningmeester pers personeelszaken planning post postbus postkamer postmaster pr praktijk press "
    "principal privacy productie programma recepcion receptie reception rector redactie registratie registreren "
    "reizen reply reservations reserveren reservering reserveringen rondleiding rondleidingen rooster roosters "
    "roosterzaken sales school secretariaat secretaris secretary security service servicedesk shop stage "
    "stagebureau stages storing storingen studentenzaken studievoorlichting support team teamleider teamleiders "
    "techniek theater tickets toelating trainer trainers training treasurer uitgeverij vacatures verhuur "
    "verkoop vertrouwenspersoon verzuim voorlichting voorzitter vragen vrijwilligers webmaster webredactie "
    "webshop website wedstrijden welcome welkom wijkteam winkel zaalverhuur zakelijk zorg zorgteam".split()
)
# What such names end with: `museumwinkel`, `leerlingzaken`.
_ENDINGS = tuple(
    "administratie balie bibliotheek bureau centrum desk educatie loket punt receptie reserveringen secretariaat "
    "service verhuur winkel zaken".split()
)
# Surnames and ordinary words too: they tell something only when they stand alone.
_ALONE = frozenset(
    "care college customer general hi hr it jeugd kamp klant lost mail mr museum no post pr school shop stage team "
    "winkel".split()
)
# What stands in the place of a name on forms.
_EXAMPLES = frozenset(
    "achternaam email emailadres example firstname gebruiker gebruikersnaam iemand jij jouw "
    "jouwnaam lastname leerlingnummer mailadres mijn mijnnaam naam name personeelsnummer "
    "somebody someone studentnumber surname user username uw uwnaam voorbeeld voorletter voornaam you your "
    "yourname".split()
)
_EXAMPLE_DOMAINS = frozenset(("example", "domein", "domain", "mailadres", "uwdomein", "jouwdomein", "yourdomain"))
# What stands before the name in the address of a message, a meeting, a telephone, a door to a machine.
_MACHINE = re.compile(
    r"(?:\b(?:message-id|in-reply-to|references|content-id|uid):(?:\s*<[^<>]*>)*\s*<?"
    r"|\b(?:sips?|xmpp|mid|cid|git):|[a-z0-9+]://)[^\s<>/]*\Z",
    re.IGNORECASE,
)
BEFORE = 200
# A name made by a program is long, full of digits, and has nothing one could pronounce.
_MADE_LETTERS, _MADE_DIGITS = 16, 6
_SPOKEN = re.compile(r"[^\W\d_]{4}")
_BLANK = re.compile(r"x{2,}|[._-]+|[0#*]+")
_PARTS = re.compile(r"[._+-]+|(?<=[^\W\d_])(?=\d)")


def looks_like_example(local: str, label: str) -> bool:
    """`voornaam.achternaam@…`, `…@voorbeeld.nl`. `label` is that of the domain before its public suffix."""
    named = label.startswith("voorbeeld") or label in _EXAMPLE_DOMAINS
    return named or _EXAMPLES.issuperset(_parts(local)) or _BLANK.fullmatch(local) is not None


def looks_like_machine(local: str, before: str) -> bool:
    """`Message-ID: <…@…>`, `sip:…@…`, `ssh://…@…`, the handle `@…@…`. `before`: at most BEFORE letters."""
    made = len(local) >= _MADE_LETTERS and sum(map(str.isdigit, local)) >= _MADE_DIGITS
    return (
        (made and _SPOKEN.search(local) is None)
        or local in {"git", "svn"}
        or before.endswith("@")
        or (":" in before and _MACHINE.search(before) is not None)
    )


def looks_like_office(local: str, label: str) -> bool:
    """`info@…`, `balie.noord@…`, `demuseumwinkel@demuseumwinkel.nl`: not `p.post@…`, whose name is Post."""
    parts = _parts(local)
    if (
        local in {label, label.replace("-", "")}
        or _FUNCTIONS.issuperset(parts)
        or (len(parts) == 1 and local.endswith(_ENDINGS))
    ):
        return True
    return min(map(len, parts)) > 1 and any(part in _FUNCTIONS and part not in _ALONE for part in parts)


def _parts(local: str) -> list[str]:
    return [part for part in _PARTS.split(local) if part and not part.isdigit()] or [local]
