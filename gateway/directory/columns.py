"""The files of a directory and their columns: canonical names, what each holds, and how other systems call them.

Promises: this table is the whole schema; reading, checking, the snapshot and the documentation's test follow it. Names
match without regard to case, spaces and punctuation. The synonyms are those of Magister, Somtoday, Zermelo, UWLR, Edu-V
and Entra exports.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Holds(Enum):
    """What a column holds."""

    TEXT = auto()
    ADDRESS = auto()  # one e-mail address
    ADDRESSES = auto()  # several, by ; , or spaces
    WORDS = auto()  # several, by ;
    CODES = auto()  # several ids or classes, by ; or ,
    DATE = auto()
    FLAG = auto()  # ja or nee; empty is the default of the column


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column. `refers`: the file its values must occur in. `vital`: a wrong value costs the row."""

    name: str
    holds: Holds = Holds.TEXT
    refers: str = ""
    vital: bool = False
    default: bool = False  # of a FLAG
    also: tuple[str, ...] = ()


def _names() -> tuple[Column, ...]:
    return (
        Column("first_name", also=("roepnaam", "voornaam", "firstname", "givenname")),
        Column("infix", also=("tussenv", "tussenvoegsel", "voorvoegsel", "prefix", "familynameprefix")),
        Column("last_name", also=("achternaam", "lastname", "familyname", "surname")),
        Column("name", also=("volledigenaam", "naam", "displayname", "loginaccountvolledigenaam")),
    )


def _validity() -> tuple[Column, ...]:
    return (
        Column(
            "valid_from",
            Holds.DATE,
            vital=True,
            also=("geldigvanaf", "ingangsdatum", "startdatum", "begindatum", "datuminstr"),
        ),
        Column("valid_until", Holds.DATE, vital=True, also=("geldigtot", "geldigtotenmet", "einddatum", "dvertrekstr")),
    )


def _address() -> tuple[Column, ...]:
    return (
        Column("street", also=("straat", "straatnaam")),
        Column("house_number", also=("huisnummer", "nr", "huisnr")),
        Column("postcode", also=("postalcode", "zip")),
        Column("city", also=("plaats", "woonplaats", "plaatswoonplaats", "plaatsnaam")),
    )


MAIL = ("email", "mail", "emailadres", "emailaddress", "mailadres")
MOBILE = ("mobiel", "mobielnummer", "gsm", "telefoonmobiel", "mobieletelefoon", "mobilephone")

FILES: Mapping[str, tuple[Column, ...]] = {
    "staff": (
        Column("id", also=("stamnrstr", "stamnr", "stamnummer", "personeelsnummer", "nummer", "employeeid")),
        Column("code", also=("doccode", "afkorting", "personeelscode", "docentcode", "medewerkercode")),
        *_names(),
        Column("roles", Holds.WORDS, also=("rollen", "rol")),
        Column("mentor_of", Holds.CODES, also=("mentorvan", "mentorklas", "mentorklassen")),
        Column("function", also=("functie", "functieomschr", "functieomschrijving", "jobtitle")),
        Column("email", Holds.ADDRESS, vital=True, also=(*MAIL, "userprincipalname")),
        Column("aliases", Holds.ADDRESSES, also=("alias", "proxyaddresses", "extraadressen")),
        Column("private_email", Holds.ADDRESS, also=("privemail", "priveemail", "emailprive", "privemailadres")),
        Column("mobile", also=MOBILE),
        Column("parent_id", refers="parents", also=("oudernummer", "ouderid")),
        Column("team_leader_id", refers="staff", also=("teamleider", "teamleiderid", "teamleidercode")),
        Column("manager_id", refers="staff", also=("leidinggevende", "leidinggevendeid", "manager")),
        Column("deputy_id", refers="staff", also=("vervanger", "vervangerid", "waarnemer", "plaatsvervanger")),
        Column("teaches", Holds.CODES, also=("lesgroepen", "klassen", "geeftlesaan")),
        *_validity(),
        Column("login", also=("loginaccountnaam", "gebruikersnaam")),
    ),
    "students": (
        Column(
            "id",
            also=(
                "stamnrstr",
                "stamnr",
                "stamnummer",
                "leerlingnummer",
                "leerlingcode",
                "llnr",
                "leerlingnr",
                "pupilid",
            ),
        ),
        *_names(),
        Column("class", also=("klas", "groep", "stamklas", "stamgroep", "klasnaam")),
        Column("birth_date", Holds.DATE, also=("gebdatumstr", "geboortedatum", "birthdate", "dateofbirth")),
        Column("email", Holds.ADDRESS, vital=True, also=MAIL),
        Column("mobile", also=MOBILE),
        Column("bsn", also=("burgerservicenummer", "bsnondwnr", "pgn")),
        Column("education_number", also=("onderwijsnummer",)),
        Column("parent_ids", Holds.CODES, refers="parents", also=("ouderids", "oudernummers", "idoudr1", "verzorgers")),
        *(
            column
            for number in "12"
            for column in (
                Column(
                    f"parent{number}_email",
                    Holds.ADDRESS,
                    also=(
                        f"emailadresouderverzorger{number}",
                        f"ouder{number}email",
                        f"ouder{number}emailadres",
                        f"emailouder{number}",
                        f"emailadresouder{number}",
                        f"verzorger{number}email",
                        f"verzorger{number}emailadres",
                        f"emailverzorger{number}",
                        f"emailadresverzorger{number}",
                        f"parent{number}mail",
                        *(("oemail", "sisoudremail") if number == "1" else ()),
                    ),
                ),
                Column(
                    f"parent{number}_name",
                    also=(
                        f"naamouderverzorger{number}",
                        f"ouder{number}naam",
                        f"naamouder{number}",
                        f"ouder{number}",
                        f"verzorger{number}naam",
                        f"naamverzorger{number}",
                        f"verzorger{number}",
                    ),
                ),
                Column(
                    f"parent{number}_mobile",
                    also=(
                        f"mobielouderverzorger{number}",
                        f"ouder{number}mobiel",
                        f"mobielouder{number}",
                        f"verzorger{number}mobiel",
                        f"mobielverzorger{number}",
                    ),
                ),
            )
        ),
        Column("parent_emails", Holds.ADDRESSES, also=("emailouders", "emailadressenouders", "emailverzorgers")),
    ),
    "parents": (
        Column("id", also=("code", "oudernummer", "ouderid", "oudercode", "idouder", "idoudr")),
        *_names(),
        Column("relation", also=("relatie", "soortrelatie", "verzorgertype")),
        Column("email", Holds.ADDRESS, vital=True, also=(*MAIL, "oemail", "sisoudremail")),
        Column("mobile", also=MOBILE),
        Column("phone", also=("telefoon", "telefoonnummer", "telefoonthuis", "telephonenumber")),
        *_address(),
        Column("household_id", also=("gezin", "gezinsnummer", "huishouden", "gezinid")),
        Column(
            "student_ids",
            Holds.CODES,
            refers="students",
            also=("leerlingcodes", "leerlingnummers", "leerlingen", "kinderen"),
        ),
        Column(
            "legal",
            Holds.FLAG,
            vital=True,
            default=True,
            also=("wettelijk", "wettelijkvertegenwoordiger", "juridischouder"),
        ),
        Column("custody", Holds.FLAG, vital=True, default=True, also=("gezag", "ouderlijkgezag")),
        Column("contact_ban", Holds.FLAG, vital=True, also=("contactverbod",)),
        Column("address_secret", Holds.FLAG, vital=True, also=("geheim", "adresgeheim", "geheimadres")),
    ),
    "mailboxes": (
        Column("address", Holds.ADDRESS, vital=True, also=("adres", *MAIL)),
        Column("name", also=("naam", "displayname")),
        Column("member_ids", Holds.CODES, refers="staff", also=("leden", "members")),
        Column("mandate", Holds.WORDS, also=("mandaat",)),
    ),
    "lists": (
        Column("address", Holds.ADDRESS, vital=True, also=("adres", *MAIL)),
        Column("name", also=("naam", "displayname")),
        Column("kind", also=("soort",)),
        Column("members", Holds.CODES, refers="*", also=("leden", "memberids")),
        Column("visible_to", also=("zichtbaarvoor",)),
    ),
    "contacts": (
        Column("id", also=("nummer", "relatienummer", "crediteurnummer")),
        Column("organisation", also=("organisatie", "bedrijf", "bedrijfsnaam", "companyname")),
        Column("kind", also=("soort",)),
        Column("contact_name", also=("contactpersoon", "naam", "displayname")),
        Column("role", also=("rol", "functie", "jobtitle")),
        Column("email", Holds.ADDRESS, vital=True, also=MAIL),
        Column("domain", also=("domein",)),
        Column("phone", also=("telefoon", "telefoonnummer", "telephonenumber")),
        *_address(),
        Column("processor", Holds.WORDS, also=("verwerker", "verwerkersovereenkomst")),
        Column("approved_for", Holds.WORDS, also=("goedgekeurdvoor",)),
    ),
    "consents": (
        Column("id", also=("nummer",)),
        Column(
            "subject_id",
            refers="students staff parents",
            vital=True,
            also=("betrokkene", "leerlingnummer", "betrokkeneid"),
        ),
        Column("given_by", also=("gegevendoor",)),
        Column("recipient", vital=True, also=("ontvanger",)),
        Column("data_kinds", Holds.WORDS, vital=True, also=("gegevens", "soortengegevens")),
        Column("purpose", also=("doel",)),
        *_validity(),
        Column("status", vital=True),
    ),
    "grounds": (
        Column("id", also=("nummer",)),
        Column("party", vital=True, also=("partij",)),
        Column("data_kinds", Holds.WORDS, vital=True, also=("gegevens", "soortengegevens")),
        Column("law", also=("wet", "grondslag")),
        *_validity(),
    ),
    "delegations": (
        Column("id", also=("nummer",)),
        Column("from_id", refers="staff", vital=True, also=("van", "vanid")),
        Column("to_id", refers="staff", vital=True, also=("aan", "naar", "aanid")),
        Column("scope", vital=True, also=("bereik", "waarvoor")),
        *_validity(),
    ),
}

# How files are called: the canonical name, or one of these.
FILE_NAMES: Mapping[str, tuple[str, ...]] = {
    "staff": ("personeel", "medewerkers", "docenten", "personeelsleden", "getactiveempoyees", "employees"),
    "students": ("leerlingen", "pupils", "getactivestudents"),
    "parents": ("ouders", "verzorgers", "oudersverzorgers", "guardians"),
    "mailboxes": ("postbussen", "gedeeldepostbussen", "sharedmailboxes"),
    "lists": ("lijsten", "distributielijsten", "verzendlijsten", "groepen"),
    "contacts": ("contacten", "relaties", "organisaties", "crediteuren"),
    "consents": ("toestemmingen",),
    "grounds": ("grondslagen",),
    "delegations": ("machtigingen", "delegaties", "vervangingen"),
}

# At least one of these columns must be there, or nobody in the file can be named.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "staff": ("id", "code", "email"),
    "students": ("id",),
    "parents": ("id", "email"),
    "mailboxes": ("address",),
    "lists": ("address",),
    "contacts": ("id", "email", "domain"),
    "consents": ("subject_id",),
    "grounds": ("party",),
    "delegations": ("from_id",),
}

ROLES = (
    "docent",
    "mentor",
    "teamleider",
    "staflid",
    "administratief aangewezen",
    "administratief",
    "conciërge",
    "functionaris gegevensbescherming",
    "webbeheer",
    "redactie",
    "beschermd",
)
DATA_KINDS = (
    "email_address",
    "phone",
    "home_address",
    "bsn",
    "education_number",
    "student_number",
    "iban",
    "birth_date",
    "id_document",
    "health",
    "grades",
    "credentials",
)
STATUSES = ("gegeven", "geweigerd", "ingetrokken")
# Never kept in the clear: as keyed digests, and only where the configuration asks for it.
NOT_KEPT = frozenset({"bsn", "education_number"})


def plain(name: str) -> str:
    """Reduce a name to what is compared: no accents, case, spaces or punctuation."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def column_for(file: str, header: str) -> str | None:
    """Find the canonical column a header means, or None."""
    wanted = plain(header)
    for column in FILES[file]:
        if wanted == plain(column.name) or wanted in column.also:
            return column.name
    return None


def file_for(stem: str) -> str | None:
    """Find the canonical file a file name means, or None."""
    wanted = plain(stem)
    return next((file for file, also in FILE_NAMES.items() if wanted == file or wanted in also), None)
