"""The kinds of value a setting can have: each checks itself and says in one sentence what is wrong.

Promises: a value that passed is in the form the rest of the gateway uses (addresses and domains lower case, domains as
people write them, paths absolute). Fails: ValueError with a sentence; the key is added by whoever reads the table.
No value is repeated in a sentence where it could be a secret.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from rules.message import canonical_address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Networks nobody outside the building is in: loopback (RFC 1122, RFC 4291) and private (RFC 1918, RFC 4193).
INDOORS: tuple[Network, ...] = tuple(
    ipaddress.ip_network(net)
    for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HOST_NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.IGNORECASE
)


def mail_address(text: str) -> str:
    """One e-mail address in the form everything compares by. Syntax only: never asks the network, takes .test too."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_quoted_local=True, test_environment=True)
    except EmailNotValidError as exc:
        raise ValueError(f'"{text}" is no e-mail address') from exc
    return canonical_address(found.normalized)


def mail_domain(text: str) -> str:
    """One mail domain, as people write it: lower case, not in its xn-- form."""
    try:
        return mail_address(f"postmaster@{text.strip()}").partition("@")[2]
    except ValueError as exc:
        raise ValueError(f'"{text}" is no domain') from exc


def host_name(text: str) -> str:
    """Check a host by name or number."""
    if _ip(text) is None and not HOST_NAME.fullmatch(text):
        raise ValueError(f'"{text}" is no host name and no IP address')
    return text


def ip_address(text: str) -> str:
    """Check an address of this machine to listen on."""
    if _ip(text) is None:
        raise ValueError(f'"{text}" is no IP address; use for example "127.0.0.1", "0.0.0.0" or "::"')
    return text


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether what is said to this host never leaves the machine."""
    address = _ip(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def ip_network(text: object) -> Network:
    """Check a network, or one address."""
    try:
        return ipaddress.ip_network(str(text))
    except ValueError as exc:
        raise ValueError(f'"{text}" is no network; write for example "192.168.10.0/24"') from exc


def is_indoors(network: Network) -> bool:
    """Whether nobody outside the building is in this network: loopback or private."""
    return any(network.version == net.version and network.subnet_of(net) for net in INDOORS)  # type: ignore[arg-type]


def peer_name(text: str) -> str:
    """Check the name in a peer's certificate: a host, or `*.` and a domain of at least two labels."""
    name = text.lower()
    if name and not (HOST_NAME.fullmatch(name.removeprefix("*.")) and "." in name.removeprefix("*.")):
        raise ValueError(f'"{text}" is no name of a certificate; write for example "*.mail.example.nl"')
    return name


def guid(text: str) -> str:
    """Check the identifier of a tenant (RFC 4122, with its hyphens)."""
    if text and not GUID.fullmatch(text):
        raise ValueError(f'"{text}" is no tenant id; it looks like 01234567-89ab-cdef-0123-456789abcdef')
    return text.lower()


def endpoint(text: str) -> tuple[str, int]:
    """Split `127.0.0.1:8080` or `[::1]:8080`."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if _ip(host) is None or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError(f'"{text}" is not ADDRESS:PORT; write for example "127.0.0.1:8080"')
    return host, int(port)


def base_url(text: str) -> str:
    """Check what the links in our mails begin with."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise ValueError(f'"{text}" is no web address; write for example "https://postwacht.school.example"')
    return text.rstrip("/")


def https_url(text: str) -> str:
    """Check an address secrets are sent to."""
    if text and not re.fullmatch(r"https://[^\s/?#@]+(/[^\s#]*)?", text):
        raise ValueError(f'"{text}" is no address that begins with https://')
    return text


def day(value: object) -> date:
    """Read `2026-12-19`, in quotes or not."""
    try:
        return date.fromisoformat(str(value))
    except ValueError as exc:
        raise ValueError(f'"{value}" is no day; write for example 2026-12-19') from exc


def holiday(value: object) -> tuple[date, date]:
    """Read `2026-12-19/2027-01-03`, or one day. Both ends are free."""
    first, _, last = str(value).partition("/")
    try:
        span = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError as exc:
        raise ValueError(f'"{value}" is no range of dates; write for example "2026-12-19/2027-01-03"') from exc
    if span[1] < span[0]:
        raise ValueError(f'"{value}" ends before it begins')
    return span


def hours(text: str) -> tuple[time, time]:
    """Read `08:00-17:00`."""
    first, _, last = text.partition("-")
    try:
        span = time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
    except ValueError as exc:
        raise ValueError(f'"{text}" are no working hours; write for example "08:00-17:00"') from exc
    if span[1] <= span[0]:
        raise ValueError(f'"{text}" ends before it begins')
    return span


def time_zone(text: str) -> str:
    """Check the name of a time zone."""
    if text not in available_timezones():
        raise ValueError(f'"{text}" is no time zone; write for example "Europe/Amsterdam"')
    return text


def bank_account(text: str) -> str:
    """Check an IBAN by its remainder (ISO 13616: mod 97 is 1). Returned without spaces."""
    iban = re.sub(r"\s", "", text).upper()
    if iban and not (
        re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", iban)
        and int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1
    ):
        raise ValueError("this is no valid IBAN")
    return iban


def filled(values: tuple[str, ...]) -> tuple[str, ...]:
    """Check that a list has something in it."""
    if not values:
        raise ValueError("must not be empty")
    return values


def path_from(text: object, info: ValidationInfo) -> Path:
    """Make a path absolute: relative ones count from the folder of the configuration file."""
    if not isinstance(text, str):
        raise PydanticCustomError("string_type", "must be text")
    base: Path = (info.context or {})["folder"]
    return (base / text).absolute()


def readable_file(text: object, info: ValidationInfo) -> Path:
    """A file that must be there and be readable."""
    path = path_from(text, info)
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    if not os.access(path, os.R_OK):
        raise ValueError(f"the file {path} can't be read by this account")
    return path


def folder(text: object, info: ValidationInfo) -> Path:
    """A folder that must be there."""
    path = path_from(text, info)
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}")
    return path


def database_url(text: str, info: ValidationInfo) -> str:
    """A SQLite file whose folder is there (relative paths count from the configuration's), or a PostgreSQL database."""
    scheme, _, name = text.partition("://")
    if scheme == "postgresql+psycopg":
        return postgresql_url(text)
    if scheme != "sqlite" or not name.startswith("/") or name == "/":
        raise ValueError(
            'is no database; write for example "sqlite:////var/lib/postwacht/postwacht.db" or '
            '"postgresql+psycopg://postwacht@db.school.example/postwacht"'
        )
    path = path_from(name.removeprefix("/"), info)
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {path.parent}")
    return f"sqlite:///{path}"


# What may stand behind the question mark: libpq's words (its manual, 34.1.2) for where the server is and how it proves
# itself. Not there: a password, and what would change how transactions work.
POSTGRESQL_OPTIONS = ("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "target_session_attrs")


def postgresql_url(text: str) -> str:
    """Check the address of a PostgreSQL database. No sentence repeats it: it may hold a password."""
    try:
        parts = urlsplit(text)
        options = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        _port = parts.port
    except ValueError as exc:
        raise ValueError("is no address of a database") from exc
    if parts.password is not None or "password" in options:
        raise ValueError("must not hold the password; it belongs in a file: see password_file and keys_password_file")
    if len(parts.path) < 2 or "/" in parts.path[1:] or parts.fragment:
        raise ValueError("must end with the name of the database: postgresql+psycopg://user@host/database")
    if not parts.username:
        raise ValueError("must name the user: postgresql+psycopg://user@host/database")
    for option in options:
        if option not in POSTGRESQL_OPTIONS:
            raise ValueError(f'can\'t have the option "{option}"; there are {", ".join(POSTGRESQL_OPTIONS)}')
    if not parts.hostname and "host" not in options:
        raise ValueError("must name the host: postgresql+psycopg://user@host/database, or ?host=/run/postgresql")
    return text


def unproved(url: str) -> bool:
    """Whether a database is reached over the network without proof that it is the one meant."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    hosts = [host for host in (parts.hostname, *options.get("host", ())) if host]
    away = any(not is_loopback(host) and not host.startswith("/") for host in hosts)
    return away and options.get("sslmode") != ["verify-full"]


def _from_text(read: Callable[[str], object]) -> BeforeValidator:
    """Let `read` turn text into the value; anything else is no text."""

    def checked(value: object) -> object:
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "must be text")
        return read(value)

    return BeforeValidator(checked)


def node_name(text: str) -> str:
    """Check a machine's name: with a worker's it must fit the column that says whose a lease is."""
    if not re.fullmatch(r"[A-Za-z0-9.-]{0,40}", text):
        raise ValueError("must be 40 letters, digits, hyphens and dots at most")
    return text


Filled = AfterValidator(filled)
# Numbers and switches are strict: "587" in quotes or 1 for true is a mistake, and said to be one.
Text = Annotated[str, Field(strict=True)]
Words = Annotated[str, Field(strict=True, min_length=1)]
Number = Annotated[int, Field(strict=True, ge=1)]
Switch = Annotated[bool, Field(strict=True)]
Port = Annotated[int, Field(strict=True, ge=0, le=65535)]

Address = Annotated[Text, AfterValidator(mail_address)]
AddressOrNone = Annotated[Text, AfterValidator(lambda text: text and mail_address(text))]
Domain = Annotated[Text, AfterValidator(mail_domain)]
Host = Annotated[Text, AfterValidator(host_name)]
IpAddress = Annotated[Text, AfterValidator(ip_address)]
Url = Annotated[Text, AfterValidator(base_url)]
HttpsUrl = Annotated[Text, AfterValidator(https_url)]
Iban = Annotated[Text, AfterValidator(bank_account)]
TimeZone = Annotated[Text, AfterValidator(time_zone)]
DatabaseUrl = Annotated[Text, AfterValidator(database_url)]
AnyNetwork = Annotated[Network, BeforeValidator(ip_network)]
PeerName = Annotated[Text, AfterValidator(peer_name)]
Guid = Annotated[Text, AfterValidator(guid)]
AccountName = Annotated[Words, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
Node = Annotated[Text, AfterValidator(node_name)]
Endpoint = Annotated[tuple[str, int], _from_text(endpoint)]
Day = Annotated[date, BeforeValidator(day)]
Holiday = Annotated[tuple[date, date], BeforeValidator(holiday)]
Hours = Annotated[tuple[time, time], _from_text(hours)]
ReadableFile = Annotated[Path, BeforeValidator(readable_file)]
Folder = Annotated[Path, BeforeValidator(folder)]
