"""The sentences about private data: kind by receiver, in Dutch and English.

Promises: as `texts`: no sentence holds a value. `{persons}` is the number of persons the data is of.
"""

from __future__ import annotations

from collections.abc import Mapping

KINDS_NL: Mapping[str, str] = {
    "phone": "een telefoonnummer",
    "home_address": "een huisadres",
    "birth_date": "een geboortedatum",
    "student_number": "een leerlingnummer",
    "grades": "cijfers of beoordelingen",
    "health": "gegevens over gezondheid of zorg",
    "iban": "een rekeningnummer",
    "bsn": "een burgerservicenummer",
    "education_number": "een onderwijsnummer",
    "id_document": "het nummer van een identiteitsbewijs",
    "credentials": "een wachtwoord of inlogcode",
}
KINDS_EN: Mapping[str, str] = {
    "phone": "a telephone number",
    "home_address": "a home address",
    "birth_date": "a date of birth",
    "student_number": "a pupil's number",
    "grades": "marks or results",
    "health": "data about health or care",
    "iban": "a bank account number",
    "bsn": "a citizen service number (BSN)",
    "education_number": "an education number",
    "id_document": "the number of an identity document",
    "credentials": "a password or login code",
}

PRIVATE_NL: Mapping[str, tuple[str, str]] = {
    **{
        f"family_{kind}": (
            f"Het bericht bevat {name} van iemand anders en gaat naar een ander gezin ({{persons}} in totaal).",
            "Haal het weg, of stuur ieder gezin alleen zijn eigen gegevens.",
        )
        for kind, name in KINDS_NL.items()
    },
    **{
        f"third_{kind}": (
            f"Het bericht bevat {name} en gaat naar iemand buiten de school ({{persons}} in totaal).",
            "Haal het weg, of leg eerst de toestemming of de wettelijke grond vast.",
        )
        for kind, name in KINDS_NL.items()
    },
    **{
        f"colleagues_{kind}": (
            f"Het bericht aan collega's bevat {name} ({{persons}} in totaal).",
            "Deel zulke gegevens liever in het leerlingvolgsysteem, met wie ze nodig heeft.",
        )
        for kind, name in KINDS_NL.items()
    },
    "own_bsn": (
        "Het bericht bevat het burgerservicenummer van de ontvanger of diens kind.",
        "Geef een BSN liever door via het portaal van de school.",
    ),
    "own_credentials": (
        "Het bericht bevat een wachtwoord of inlogcode.",
        "Geef een wachtwoord liever apart door, of laat het de ontvanger zelf instellen.",
    ),
    "own_value": (
        "Uw eigen privégegevens staan in een bericht aan meer ontvangers.",
        "Gebruik liever uw gegevens van school.",
    ),
    "consent_refused": (
        "Voor het delen van deze gegevens is toestemming geweigerd.",
        "Haal de gegevens weg, of vraag opnieuw toestemming.",
    ),
    "consent_withdrawn": (
        "De toestemming om deze gegevens te delen is ingetrokken.",
        "Haal de gegevens weg, of vraag opnieuw toestemming.",
    ),
    "consent_ended": (
        "De toestemming om deze gegevens te delen geldt nu niet.",
        "Haal de gegevens weg, of laat de toestemming vernieuwen.",
    ),
    "used_entry": (
        "Deze gegevens mogen naar deze ontvangers volgens {entry} in het register.",
        "U hoeft niets te doen.",
    ),
}

PRIVATE_EN: Mapping[str, tuple[str, str]] = {
    **{
        f"family_{kind}": (
            f"The message holds {name} of somebody else and goes to another family ({{persons}} in all).",
            "Take it out, or send each family only its own data.",
        )
        for kind, name in KINDS_EN.items()
    },
    **{
        f"third_{kind}": (
            f"The message holds {name} and goes to somebody outside the school ({{persons}} in all).",
            "Take it out, or first register the consent or the statutory ground.",
        )
        for kind, name in KINDS_EN.items()
    },
    **{
        f"colleagues_{kind}": (
            f"The message to colleagues holds {name} ({{persons}} in all).",
            "Rather share such data in the pupil system, with those who need it.",
        )
        for kind, name in KINDS_EN.items()
    },
    "own_bsn": (
        "The message holds the citizen service number of the receiver or their child.",
        "Rather pass on a BSN through the school's portal.",
    ),
    "own_credentials": (
        "The message holds a password or login code.",
        "Rather pass on a password apart, or let the receiver set it.",
    ),
    "own_value": (
        "Your own private data is in a message to several receivers.",
        "Rather use your data at school.",
    ),
    "consent_refused": (
        "Consent for sharing this data was refused.",
        "Take the data out, or ask for consent again.",
    ),
    "consent_withdrawn": (
        "The consent for sharing this data has been withdrawn.",
        "Take the data out, or ask for consent again.",
    ),
    "consent_ended": (
        "The consent for sharing this data does not hold now.",
        "Take the data out, or have the consent renewed.",
    ),
    "used_entry": (
        "This data may go to these receivers by {entry} in the register.",
        "Nothing is asked of you.",
    ),
}
