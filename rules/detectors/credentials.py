"""Finds secrets: passwords, pin and access codes, recovery codes, keys and tokens, where a word says that they are one.

Promises: total and linear: every word opens one bounded window, a column is read once. The value is the secret as
written, the span is the secret alone. HIGH: the word and a value that is given as one; LOW: a word that means other
things as well, or a value that might be a word. "Wachtwoord vergeten?", masks and templates are no values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.phrases import Phrases
from rules.text.secret_shapes import Shape, shape

_PASSWORD, _CODE, _MANY, _LOOSE, _LOGIN, _KEY = "password", "code", "many", "loose", "login", "key"
_PHRASES = Phrases(
    {
        _PASSWORD: (
            "*wachtwoord", "*wachtwoorden", "*paswoord", "wachtwrd", "watchwoord", "wachtw", "w8woord", "wachtwoordje",  "wachtwoort", "ww", "wwoord", "*password",
            "passwords", "passwd", "pasword", "passwort", "passw", "pwd", "pw", "pass", "*passphrase", "wachtzin",
            "wachtwoordzin", "*passcode", "api key", "api-key", "api_key", "apikey", "api-sleutel", "api sleutel",
            "access token", "access_token", "accesstoken", "api token", "api-token", "api_token", "auth token",
            "bearer", "client secret", "client_secret", "secret key", "secret_key", "secret access key",
            "*_secret", "*_password", "*_token", "*_key", "toegangstoken", "toegangssleutel", "wpa key", "wpa-sleutel", "wifi key",
            "wifi-sleutel", "wifisleutel", "netwerksleutel", "netwerk-sleutel", "beveiligingssleutel", "network key",
            "herstelsleutel", "recovery key", "bitlockersleutel", "bitlocker key", "encryptiesleutel",
        ),
        _CODE: (
            "*pincode", "*pincodes", "pin code", "pin-code", "pin", "*pin", "pin number", "*inlogcode", "*inlogcodes", "inlog code", "logincode",
            "login code", "login-code", "*toegangscode", "*toegangscodes", "toegangs code", "*alarmcode", "alarm code", "alarm-code", "*deurcode",
            "door code", "gate code", "poortcode", "hekcode", "*kluiscode", "kluisjescode", "kluisjescodes", "locker code", "safe code",
            "cijfercode", "slotcode", "hangslotcode", "cijferslotcode", "fietsenhokcode", "garagecode", "ontgrendelcode",
            "*verificatiecode", "verification code", "*bevestigingscode", "confirmation code", "*tan-code", "*tancode", "tan code",
            "tan", "2fa-code", "2fa code", "mfa-code", "mfa code", "*beveiligingscode", "security code", "access code", "entry code",
            "activeringscode", "activatiecode", "activation code", "authenticatiecode", "authentication code", "authenticator-code",
            "eenmalige code", "one-time code", "one time code", "one-time password", "otp", "otp-code", "puk", "pukcode",
            "puk-code", "puk code", "sms-code", "sms code", "smscode", "beheercode", "mastercode", "master code", "unlock code",
            "combination", "cijfercombinatie", "wifi-code", "wificode", "wifi code", "printcode", "printercode", "kopieercode",
            "login pin", "geheime code", "secret code", "persoonlijke code", "koppelcode", "ouderkoppelcode",
        ),
        _MANY: (
            "herstelcode", "herstelcodes", "back-upcode", "back-upcodes", "backupcode", "backupcodes", "back-up codes", "backup codes", "backup code",
            "recovery code", "recovery codes", "reservecodes", "tancodes", "tan-codes", "tan codes", "scratch codes",
        ),
        _LOOSE: ("code", "codes", "token", "secret", "sleutel", "key", "sesam"),
        _LOGIN: (
            "login", "inlog", "inloggen", "inloggegevens", "inloggegeven", "log in", "logt in", "logingegevens", "accountgegevens",
            "gebruikersnaam", "username", "user", "credentials", "login details", "sign in", "account", "log-in", "ingelogd", "aanmelden",
        ),
        _KEY: (
            "akia*", "asia*", "ghp_*", "gho_*", "ghs_*", "github_pat_*", "glpat-*", "xoxb-*", "xoxp-*", "xoxa-*", "sk-*", "sk_live_*",
            "sk_test_*", "rk_live_*", "eyj*", "aiza*", "ya29.*", "hf_*", "npm_*", "pypi-*", "sg.*", "private key-----",
        ),
    }
)  # fmt: skip
_BEFORE_CODE = re.compile(
    r"\b(?:alarm|deur|voordeur|achterdeur|kluis|kluisje|slot|cijferslot|fietsenhok|toegang|inlog|login|sms|verificatie|"
    r"account|wifi|wi-fi|sleutelkastje|sleutelkluis|zoom|poort|fietsenstalling|stalling|kopieermachine|kopieerapparaat|printer|aula|lokaal|gymzaal|zaal|gebouw|hek|hangslot|magazijn|door|gate|lock|padlock|safe|locker|entrance|"
    r"berging|schuur|garage|two-factor|2fa|api|inloggen|inlogt|authenticator|simkaart|telefoon|digid|bank|printer|"
    r"kastje|lift|serverruimte|cabinet|shed)\b"
)
_KEYS = re.compile(
    r"A(?:KIA|SIA)[0-9A-Z]{16}\b|gh[opsu]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}|glpat-[\w-]{20,64}|xox[abp]-[\w-]{10,200}|"
    r"sk-[\w-]{20,200}|[sr]k_(?:live|test)_\w{16,200}|eyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{0,2000}|AIza[\w-]{35}|"
    r"ya29\.[\w-]{20,400}|hf_[A-Za-z0-9]{30,64}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{40,400}|SG\.[\w-]{16,64}\.[\w-]{16,128}"
)  # fmt: skip
_BODY = re.compile(r"\s*((?:(?:[\w-]+: [^\n]{0,200}\n)*\s*)[A-Za-z0-9+/=\s]{16,})")
_USERINFO = re.compile(r"://[^\s/:@<>\"']{1,64}:([^\s/@<>\"']{3,64})@")
# What may stand between the word and its value: `van het alarm is`, `voor de gasten:`, `(tijdelijk) =`.
_SEPARATOR = re.compile(
    r"\)?(?:'s)?['\"]?\s{0,3}(?:(?P<filler>[^\n:=?!;]{0,60}?)(?:\s{0,3}(?P<sign>:=?(?!//)|={1,2}>?|->|→)|"
    r"\s(?P<verb>is|was|wordt|werd|luidt|blijft|zijn|are|were|remains|becomes|will be)(?: (?:nu|dan|weer|nog steeds|gewoon|dus|still|now|voorlopig|vanaf nu|sinds kort))?\s{0,2}:?)\s{0,6}|\s{1,3})"
)  # fmt: skip
_PLAIN = re.compile(r"(?:'s)?['\"]?\s{1,3}")
_QUOTED = re.compile(r"[\"'`*_]{1,2}([^\"'`\n*]{3,64})[\"'`*]{1,2}(?![\w])")
_TOKEN = re.compile(r"[^\s|\t]{1,200}")
_GROUPS = re.compile(r"(?:G-)?\d{2,4}(?:[ -]\d{2,4}){1,5}(?![\w-]|[.,]\d)")
_MORE = re.compile(r"[ \t]*(?:[,;/]|\r?\n[ \t]*(?:\d{1,2}[.)]|[-*•])?|\ben\b|\band\b|[ \t])[ \t]*")
_WINDOW = 130
_LEAD = re.compile(r"[^\n?;]{0,70}?(?: in| naar| to| als| met| into| as|:| word)[ \t]+(?P<value>[^\s|]{5,64})(?![^\s])")
_CODES = re.compile(r"(?<![\w.,-])\d{4,8}[#*]?(?![\w]|[.,]\d)")
# Three words and more, to the end of the line.
_PASSPHRASE = re.compile(r"[^\W\d_]{3,20}(?:[ -][^\W\d_]{3,20}){2,6}(?=[.)]?[ \t]*(?:[\r\n]|\Z))")
_GUARDED = re.compile(
    r"(?:beveiligd|beschermd|versleuteld|vergrendeld|protected|encrypted|locked|openen|open)\b[^.\n]{0,20}$",
    re.IGNORECASE,
)
# What is said of a password in one word: `verlopen`, `zwak`, `hoofdlettergevoelig`, `expired`.
_SAID = re.compile(
    r"(?:ge|ver|be|ont|her|af|op|uit|in|aan)\w+(?:d|t|en)|\w+(?:ig|lijk|baar|loos|ed|ing|ful|able)|weg|zoek|zwak|kort|lang|fout|goed|correct|nodig|simpel|sterk|weak|strong|easy|case-sensitive"
)
_LINK_TOKEN = 16
_PAIR = re.compile(r"(?:[^\n]{0,40}?[:=]|\s{1,3}(?:met|with|as|als|is)\b)?\s{0,3}[^\s/|,;]{2,64}(?:\s{0,2}[/|]\s{0,2}|,? (?:en|and|met|with|\+) )(?P<value>[^\s|]{4,64})")  # fmt: skip
_CUTS = ("\t", "|", ";", ",")
_CELL_MAX = 80
_ROWS_MAX = 400
_NEGATED = re.compile(r"\b(?:geen|zonder|no|without|never|nooit|forgot|vergeet|niet het)\s(?:\w+\s){0,2}$")
_SIMILAR = 40
# Words before that make a code or key one of the ordinary kind.
_ORDINARY = re.compile(r"(?:kortings|boekings|cadeau|discount|promo|qr|les|vak|land|product|game|kleur|promotie|voucher|error|fout|bron|source|dress|zip|post|kassa|course|project)[- ]?$")  # fmt: skip


def find(context: Context) -> tuple[Hit, ...]:
    """Every secret in the text, in order."""
    found: dict[int, Hit] = {}
    text = context.text
    phrases = _PHRASES.find(context.flat)
    for index, (start, end, sort) in enumerate(phrases):
        if index + 1 < len(phrases) and phrases[index + 1][0] < end and phrases[index + 1][1] >= end:
            # A longer phrase with the same end or start follows and says more.
            if phrases[index + 1][0] == start or sort in {_LOOSE, _LOGIN}:
                continue
        for hit in _read(context, start, end, sort):
            if (known := found.get(hit.start)) is None or (known.confidence == LOW and hit.confidence == HIGH):
                found[hit.start] = hit
    if "://" in text and "@" in text:
        for match in _USERINFO.finditer(text):
            if shape(match[1]) is not Shape.NONE:
                found[match.start(1)] = Hit(*match.span(1), match[1], HIGH)
    return _apart(sorted(found.values(), key=lambda hit: (hit.start, hit.end)))


def _apart(hits: list[Hit]) -> tuple[Hit, ...]:
    """Of hits over each other the one that is sure, else the first."""
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif kept[-1].confidence == LOW and hit.confidence == HIGH:
            kept[-1] = hit
    return tuple(kept)


def _read(context: Context, start: int, end: int, sort: str) -> Iterator[Hit]:
    text, flat = context.text, context.flat
    if sort == _KEY:
        yield from _keys(text, start, end)
        return
    if sort == _LOGIN:
        yield from _pair(text, end)
        return
    if sort == _LOOSE and (
        _ORDINARY.search(flat, max(0, start - 14), start)
        or not _BEFORE_CODE.search(flat, max(0, start - 60), min(len(flat), end + 40))
    ):
        return
    column = list(_column(context, start, end))
    if column:
        yield from column
        return
    if _NEGATED.search(flat, max(0, start - 40), start):
        return
    yield from _after(text, start, end, sort)


def _keys(text: str, start: int, end: int) -> Iterator[Hit]:
    if text.startswith("-----", end - 5):
        body = _BODY.match(text, end)
        if body is not None:
            value = body[1].rstrip()
            yield Hit(body.start(1), body.start(1) + len(value), value, HIGH)
    elif (key := _KEYS.match(text, start)) is not None:
        yield Hit(key.start(), key.end(), key[0], HIGH)


def _pair(text: str, end: int) -> Iterator[Hit]:
    """`login: jan / Zomer26!`: the second of a pair, if nothing but a secret looks like it."""
    pair = _PAIR.match(text, end, min(len(text), end + _WINDOW))
    if pair is not None:
        at, value = _trimmed(pair.start("value"), pair["value"])
        if shape(value) is Shape.CERTAIN and any(letter.isdigit() for letter in value):
            yield Hit(at, at + len(value), value, HIGH)


def _after(text: str, start: int, end: int, sort: str) -> Iterator[Hit]:
    """The value that follows the word, by a sign, a verb, or at once."""
    limit = min(len(text), end + _WINDOW)
    plain = _PLAIN.match(text, end, limit)
    if plain is not None and text[end : end + 1] != "?":
        yielded = False
        for hit in _values(text, plain.end(), limit, sort, signed=False):
            yielded = True
            yield hit
        if yielded:
            return
    separator = _SEPARATOR.match(text, end, limit)
    if separator is None or (separator["sign"] is None and separator["verb"] is None):
        yield from _led_to(text, end, sort)
        return
    filler = separator["filler"] or ""
    if ". " in filler:
        return
    signed = separator["sign"] is not None
    in_link = separator["sign"] == "=" and not filler and text[max(0, start - 1) : start] in {"?", "&"}
    yielded = False
    for hit in _values(text, separator.end(), limit, sort, signed=signed, verb=not signed, far=bool(filler.strip())):
        yielded = True
        yield Hit(hit.start, hit.end, hit.value, LOW) if in_link and len(hit.value) < _LINK_TOKEN else hit
    if not yielded:
        yield from _led_to(text, end, sort)


def _led_to(text: str, end: int, sort: str) -> Iterator[Hit]:
    """A value that nothing but a secret looks like, further on in the sentence: `veranderd in Lente!2026`."""
    if sort == _PASSWORD and (led := _LEAD.match(text, end, min(len(text), end + _WINDOW))) is not None:
        start, value = _trimmed(led.start("value"), led["value"])
        if shape(value) is Shape.CERTAIN and any(letter.isdigit() for letter in value):
            yield Hit(start, start + len(value), value, HIGH)
    elif sort in {_CODE, _MANY} and text.startswith("s:", end - 1):
        line_end = text.find("\n", end, end + _WINDOW)
        for code in _CODES.finditer(text, end, line_end if line_end != -1 else min(len(text), end + _WINDOW)):
            yield Hit(code.start(), code.end(), code[0], HIGH)


def _trimmed(at: int, token: str) -> tuple[int, str]:
    """The token without the marks around it that are the sentence's."""
    while token and token[0] in "\"'`(*“„":
        token, at = token[1:], at + 1
    while token and (
        token[-1] in ".,;:\"'`”"
        or (token[-1] == ")" and "(" not in token)
        or (token[-1] == "*" and token[:-1].isalnum())
    ):
        token = token[:-1]
    if token.endswith("?") and token[:-1].isalnum():
        token = token[:-1]
    return at, token


def _values(
    text: str, at: int, limit: int, sort: str, *, signed: bool, verb: bool = False, far: bool = False
) -> Iterator[Hit]:
    first = _value(text, at, limit, sort, signed=signed, verb=verb, far=far)
    if first is None:
        return
    yield first
    if sort != _MANY and not (
        sort == _CODE and first.confidence == HIGH and "codes" in text[max(0, at - 60) : at].lower()
    ):
        return
    end = first.end
    for _ in range(_SIMILAR):
        more = _MORE.match(text, end, end + 12)
        token = _TOKEN.match(text, more.end() if more else end) if more else None
        if token is None:
            return
        start, value = _trimmed(token.start(), token[0])
        if shape(value) is Shape.NONE or abs(len(value) - len(first.value)) > 2 or not any(c.isdigit() for c in value):
            return
        yield Hit(start, start + len(value), value, HIGH)
        end = start + len(value)


def _value(text: str, at: int, limit: int, sort: str, *, signed: bool, verb: bool, far: bool) -> Hit | None:
    quoted = _QUOTED.match(text, at, limit)
    if quoted is not None and shape(quoted[1]) is not Shape.NONE and (signed or verb or sort != _LOOSE):
        return Hit(quoted.start(1), quoted.end(1), quoted[1], HIGH)
    if sort in {_CODE, _LOOSE}:
        groups = _GROUPS.match(text, at, limit)
        if groups is not None and shape(groups[0].replace(" ", "").replace("-", "")) is not Shape.NONE:
            return Hit(groups.start(), groups.end(), groups[0], HIGH)
    if signed and sort == _PASSWORD and (phrase := _PASSPHRASE.match(text, at, limit)) is not None:
        if all(shape(word) is Shape.LIKELY for word in phrase[0].replace("-", " ").split()):
            return Hit(phrase.start(), phrase.end(), phrase[0], HIGH)
    token = _TOKEN.match(text, at)
    if token is None:
        return None
    start, value = _trimmed(token.start(), token[0])
    looks = shape(value)
    if looks is Shape.NONE:
        return None
    confidence = _confidence(text, start, value, looks, sort, signed=signed, verb=verb, far=far)
    return None if confidence is None else Hit(start, start + len(value), value, confidence)


def _confidence(
    text: str, start: int, value: str, looks: Shape, sort: str, *, signed: bool, verb: bool, far: bool
) -> str | None:
    end = start + len(value)
    digits = sum(letter.isdigit() for letter in value)
    if sort in {_CODE, _MANY, _LOOSE}:
        # A code has digits, or is in capitals.
        if digits >= 3 and (digits <= 12 or sort == _MANY or looks is Shape.CERTAIN):
            return HIGH
        if (digits or value.isupper()) and looks is not Shape.NONE and len(value) >= 4:
            return HIGH if signed or verb or digits else None
        return HIGH if signed and looks is Shape.CERTAIN else None
    if looks is Shape.CERTAIN:
        return HIGH
    if digits == len(value):
        return HIGH if signed or verb or (digits >= 4 and not re.match(r"20\d\d\Z", value)) else None
    if signed:
        rest = text[end : end + 1]
        ends = not rest or rest in "\r\n.,;)|\t\"'" or text[end : end + 2] in {" (", " -", " /", "  "}
        return HIGH if ends or not value.islower() else LOW
    if verb:
        said = value.islower() and _SAID.fullmatch(value) is not None
        ends = text[end : end + 1] in {"", "\n", "\r", ".", ",", ")"}
        return None if said else HIGH if not far and ends and not value.isupper() else LOW
    if _GUARDED.search(text, max(0, start - 60), start):
        return HIGH
    return LOW if not value.islower() and len(value) > 3 and not value.isupper() else None


def _column(context: Context, start: int, end: int) -> Iterator[Hit]:
    """The cells under a heading that is the word, if the word is a cell of a table's first row."""
    text = context.text
    first, last = context.line(start)
    line = text[first:last]
    for cut in _CUTS:
        if cut not in line:
            continue
        left = line.rfind(cut, 0, start - first) + 1
        right = line.find(cut, end - first)
        cell = line[left : right if right != -1 else len(line)].strip(" '\"*")
        if len(cell) > (end - start) + 24 or ":" in cell:
            return
        index, cells = line.count(cut, 0, start - first), line.count(cut)
        at = last
        for _ in range(_ROWS_MAX):
            at = text.find("\n", at)
            if at == -1:
                return
            at += 1
            row_start, row_end = context.line(at)
            row = text[row_start:row_end]
            if row.count(cut) != cells:
                return
            position = row_start
            for piece in row.split(cut)[:index]:
                position += len(piece) + 1
            value = row.split(cut)[index]
            position += len(value) - len(value.lstrip())
            position, value = _trimmed(position, value.strip())
            if len(value) <= _CELL_MAX and " " not in value and shape(value) is not Shape.NONE:
                yield Hit(position, position + len(value), value, HIGH)
        return
