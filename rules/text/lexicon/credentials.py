"""Words for secrets, and what stands between them and the secret (domain.md 2.1)."""

from __future__ import annotations

import re

from rules.text.phrases import Phrases, listed

PASSWORD, CODE, MANY, LOOSE, LOGIN, KEY = "password", "code", "many", "loose", "login", "key"
PHRASES = Phrases(
    {
        PASSWORD: listed(
            "*wachtwoord, *wachtwoorden, *paswoord, wachtwrd, psk, watchwoord, wachtw, w8woord, wachtwoordje, "
            "wachtwoort, ww, wwoord, *password, passwords, passwd, pasword, passwort, passw, pwd, pw, pass, "
            "*passphrase, wachtzin, wachtwoordzin, *passcode, api key, api-key, api_key, apikey, api-sleutel, "
            "api sleutel, access token, access_token, accesstoken, api token, api-token, api_token, "
            "auth token, bearer, client secret, client_secret, secret key, secret_key, secret access key, "
            "*_secret, *_password, *_token, *_key, toegangstoken, toegangssleutel, wpa key, wpa-sleutel, "
            "wifi key, wifi-sleutel, wifisleutel, netwerksleutel, netwerk-sleutel, beveiligingssleutel, "
            "network key, herstelsleutel, recovery key, bitlockersleutel, bitlocker key, encryptiesleutel"
        ),
        CODE: listed(
            "*pincode, *pincodes, pin code, pin-code, pin, *pin, pin number, *inlogcode, *inlogcodes, "
            "inlog code, logincode, login code, login-code, *toegangscode, *toegangscodes, toegangs code, "
            "*alarmcode, alarm code, alarm-code, *deurcode, door code, gate code, poortcode, hekcode, "
            "*kluiscode, kluisjescode, kluisjescodes, locker code, safe code, cijfercode, slotcode, "
            "hangslotcode, cijferslotcode, fietsenhokcode, garagecode, ontgrendelcode, *verificatiecode, "
            "verification code, *bevestigingscode, confirmation code, *tan-code, *tancode, tan code, tan, "
            "2fa-code, 2fa code, mfa-code, mfa code, *beveiligingscode, security code, access code, "
            "entry code, activeringscode, activatiecode, activation code, authenticatiecode, "
            "authentication code, authenticator-code, eenmalige code, one-time code, one time code, "
            "one-time password, otp, otp-code, puk, pukcode, puk-code, puk code, sms-code, sms code, smscode, "
            "beheercode, mastercode, master code, unlock code, combination, cijfercombinatie, wifi-code, "
            "wificode, wifi code, printcode, printercode, kopieercode, login pin, geheime code, secret code, "
            "sleutelkluis, sleutelkluisje, key safe, lockbox, alarm uitzetten met, alarm uitschakelen met, alarm "
            "afzetten met, "
            "alarm eraf met, alarm inschakelen met, alarm met, disarm with, "
            "persoonlijke code, koppelcode, ouderkoppelcode, licentiesleutel, productsleutel, licentiecode, "
            "license key, licence key, product key, serial key"
        ),
        MANY: listed(
            "herstelcode, herstelcodes, back-upcode, back-upcodes, backupcode, backupcodes, back-up codes, "
            "backup codes, backup code, recovery code, recovery codes, reservecodes, tancodes, tan-codes, "
            "tan codes, scratch codes"
        ),
        LOOSE: listed("code, codes, token, secret, sleutel, key, sesam"),
        LOGIN: listed(
            "login, inlog, inloggen, inloggegevens, inloggegeven, log in, logt in, logingegevens, "
            "accountgegevens, gebruikersnaam, username, user, credentials, login details, sign in, account, "
            "log-in, ingelogd, aanmelden"
        ),
        KEY: listed(
            "akia*, asia*, ghp_*, gho_*, ghs_*, github_pat_*, glpat-*, xoxb-*, xoxp-*, xoxa-*, sk-*, "
            "sk_live_*, sk_test_*, rk_live_*, eyj*, aiza*, ya29.*, hf_*, npm_*, pypi-*, sg.*, "
            "private key-----"
        ),
    }
)
BEFORE_CODE = re.compile(
    r"\b(?:alarm|deur|voordeur|achterdeur|kluis|kluisje|slot|cijferslot|fietsenhok|toegang|inlog|login|sms"
    r"|verificatie|"
    r"ipad|tablet|laptop|chromebook|toestel|scherm|digibord|device|screen|account|wifi|wi-fi|sleutelkastje"
    r"|sleutelkluis|zoom|poort|fietsenstalling|stalling|kopieermachine|"
    r"kopieerapparaat|printer|aula|lokaal|gymzaal|zaal|gebouw|hek|hangslot|magazijn|door|gate|lock|"
    r"padlock|safe|locker|entrance|"
    r"berging|schuur|garage|two-factor|2fa|api|inloggen|inlogt|authenticator|simkaart|telefoon|digid|bank|printer|"
    r"kastje|lift|serverruimte|cabinet|shed)\b"
)
KEYS = re.compile(
    r"A(?:KIA|SIA)[0-9A-Z]{16}\b|gh[opsu]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}|glpat-[\w-]{20,64}|"
    r"xox[abp]-[\w-]{10,200}|"
    r"sk-[\w-]{20,200}|[sr]k_(?:live|test)_\w{16,200}|eyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{0,2000}|AIza[\w-]{35}|"
    r"ya29\.[\w-]{20,400}|hf_[A-Za-z0-9]{30,64}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{40,400}"
    r"|SG\.[\w-]{16,64}\.[\w-]{16,128}"
)
BODY = re.compile(r"\s*((?:(?:[\w-]+: [^\n]{0,200}\n)*\s*)[A-Za-z0-9+/=\s]{16,})")
USERINFO = re.compile(r"://[^\s/:@<>\"']{1,64}:([^\s/@<>\"']{3,64})@")
# What may stand between the word and its value: `van het alarm is`, `voor de gasten:`, `(tijdelijk) =`.
SEPARATOR = re.compile(
    r"\)?(?:'s)?['\"]?\s{0,3}(?:(?P<filler>[^\n:=?!;]{0,60}?)(?:\s{0,3}(?P<sign>:=?(?!//)|={1,2}>?|->|→)|"
    r"\s(?P<verb>is|was|wordt|werd|luidt|blijft|zijn|are|were|remains|becomes|will be)(?: (?:nu|dan|"
    r"weer|nog steeds|gewoon|dus|still|now|voorlopig|vanaf nu|sinds kort))?\s{0,2}:?)\s{0,6}|\s{1,3})"
)
# The other way round: `Max2009! als wachtwoord`, `Tulp99 is het nieuwe wachtwoord`.
AHEAD = re.compile(
    r"(?<![^\s(\"'])(?P<value>[^\s|]{5,64})[ ](?:als|as|is|was|=)[ ](?:(?:het|je|jouw|mijn|uw|zijn|haar|ons|hun"
    r"|een|the|my|your|a"
    r"|his|her|our|tijdelijk|tijdelijke|nieuw|nieuwe|oude?|temporary|new|old|\w{2,20}-)[ ]?){0,3}\Z"
)
ASKED = re.compile(r"\?[ ]{1,2}(?P<value>[^\s|]{5,64})")
PLAIN = re.compile(r"(?:'s)?['\"]?\s{1,3}")
QUOTED = re.compile(r"[\"'`*_]{1,2}([^\"'`\n*]{3,64})[\"'`*]{1,2}(?![\w])")
TOKEN = re.compile(r"[^\s|\t]{1,200}")
GROUPS = re.compile(r"(?:G-)?\d{2,4}(?:[ -]\d{2,4}){1,5}(?![\w-]|[.,]\d)")
MORE = re.compile(r"[ \t]*(?:[,;/]|\r?\n[ \t]*(?:\d{1,2}[.)]|[-*•])?|\ben\b|\band\b|[ \t])[ \t]*")
YEARS = re.compile(r"(?:19|20)\d\d[-/](?:19|20)?\d\d")
WINDOW = 130
AHEAD_LETTERS = 110
LEAD = re.compile(r"[^\n?;]{0,70}?(?: in| naar| to| als| met| into| as|:| word)[ \t]+(?P<value>[^\s|]{5,64})(?![^\s])")
CODES = re.compile(r"(?<![\w.,-])\d{4,8}[#*]?(?![\w]|[.,]\d)")
# Three words and more, to the end of the line.
PASSPHRASE = re.compile(r"[^\W\d_]{3,20}(?:[ -][^\W\d_]{3,20}){2,6}(?=[.)]?[ \t]*(?:[\r\n]|\Z))")
GUARDED = re.compile(
    r"(?:beveiligd|beschermd|versleuteld|vergrendeld|protected|encrypted|locked|openen|open)\b[^.\n]{0,20}$",
    re.IGNORECASE,
)
# What is said of a password in one word: `verlopen`, `zwak`, `hoofdlettergevoelig`, `expired`.
SAID = re.compile(
    r"(?:ge|ver|be|ont|her|af|op|uit|in|aan)\w+(?:d|t|en)|\w+(?:ig|lijk|baar|loos|ed|ing|ful|able)|weg|"
    r"zoek|zwak|kort|lang|fout|goed|correct|nodig|simpel|sterk|weak|strong|easy|case-sensitive"
)
LINK_TOKEN = 16
PAIR = re.compile(
    r"(?:[^\n]{0,40}?[:=]|\s{1,3}(?:met|with|as|als|is)\b)?\s{0,3}[^\s/|,;]{2,64}(?:\s{0,2}[/|]\s{0,2}|"
    r",? (?:en|and|met|with|\+) |, )(?P<value>[^\s|]{4,64})"
)
CUTS = ("\t", "|", ";", ",")
# A heading may have so many letters more than the word.
CELL_SPARE = 24
# A longer line is no row of a table.
ROW_LETTERS = 2000
# A private key of 16,384 bits has some 12,000 letters.
KEY_LETTERS = 16_000
ROWS_MAX = 400
NEGATED = re.compile(r"\b(?:geen|zonder|no|without|never|nooit|forgot|vergeet|niet het)\s(?:\w+\s){0,2}$")
SIMILAR = 40
# Words before that make a code or key one of the ordinary kind.
ORDINARY = re.compile(
    r"(?:kortings|boekings|cadeau|discount|promo|qr|les|vak|land|product|game|kleur|promotie|voucher|"
    r"error|fout|bron|source|dress|zip|post|kassa|course|project)[- ]?$"
)
OF_ORDINARY = re.compile(
    r"s? (?:van|voor|of|for) (?:het|de|een|the|a|an) (?:vak|groep|klas|opleiding|cursus|boek|product|artikel|les"
    r"|gemeente"
    r"|subject|course|class|book|item)\b"
)
CHANGED = re.compile(
    r"[^\n.?]{0,60}?\b(?:gewijzigd|veranderd|aangepast|omgezet|changed|reset|updated|set)(?:[ ](?:naar|in|to)"
    r"|,? ?(?:nu|het is nu|now|wordt|is nu))[ ]"
    r"(?P<value>\d{4,8}[#*]?)(?![\w]|[.,-]\d)"
)
