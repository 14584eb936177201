"""Finds links into groups and profiles on social media, as typed and as hidden (domain.md 4.6).

Promises: total, linear. `group` is what only an invitation leads to; `profile` may be anybody's page. Dots may be
written out ("discord [.] gg", "chat punt whatsapp punt com"), and a link may stand inside another (a safe link).
Ordinary content (a film, a meeting of the school) is no finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.text.phrases import Phrases

_DOT = r"[ ]?(?:\.|\[\.\]|\(\.\)|\{\.\}|[ ](?:punt|dot)[ ])[ ]?"
_SLASH = r"[ ]?(?:/|%2[fF])[ ]?"
_GROUPS = (
    r"chat\.whatsapp\.com", r"whatsapp\.com/channel/", r"whatsapp://chat", r"wa\.me", r"api\.whatsapp\.com/send",
    r"discord\.gg/", r"discord(?:app)?\.com/(?:invite|servers|channels)/", r"dsc\.gg/", r"t\.me/",
    r"telegram\.(?:me|dog)/", r"tg://join", r"signal\.group", r"signal\.me", r"(?:facebook|fb)\.com/groups/",
    r"fb\.me/g/", r"m\.me", r"messenger\.com/[tg]/", r"ig\.me/", r"instagram\.com/(?:direct|channel|j)/",
    r"snapchat\.com/(?:add|invite|t|group|g)/", r"groupme\.com/join_group", r"join\.slack\.com", r"slack\.com/join/",
    r"teams\.live\.com/(?:l/)?(?:meet|invite|community|chat)", r"teams\.microsoft\.com/l/invite",
    r"invite\.viber\.com", r"viber://", r"line\.me/(?:r/)?ti/", r"join\.skype\.com", r"guilded\.gg/",
    r"tiktok\.com/(?:invite|t/invite)", r"vk\.me/join", r"matrix\.to/#/", r"we\.tl/join",
    r"(?:linkedin|facebook)\.com/(?:group|groups)/", r"kik\.me/", r"zangi\.com/", r"reddit\.com/r/\w+/submit",
    r"bere\.al/", r"locket\.camera/", r"strava\.com/clubs/\w+/invite", r"kahoot\.it/group",
)  # fmt: skip
_PROFILES = (
    r"instagram\.com/", r"(?:facebook|fb)\.com/", r"fb\.me/", r"tiktok\.com/@", r"snapchat\.com/", r"linkedin\.com/in/",
    r"(?:twitter|x)\.com/\w",
)  # fmt: skip
# Any host of these has one of these in it; without one there is nothing to look for.
_NAMES = (
    "whatsapp", "discord", "telegram", "tg://", "signal.", "signal[", "signal(", "signal .", "facebook", "fb.com",
    "messenger", "instagram", "snapchat", "groupme", "slack", "teams.", "viber", "line.me", "skype", "guilded",
    "tiktok",
    "vk.me", "matrix.to", "kik.me", "zangi", "bere.al", "locket", "strava", "kahoot", "linkedin", "twitter", "//x.com",
    "reddit", "we.tl", "dsc.gg",
)  # fmt: skip
_SHORT = ("wa", "t", "m", "ig", "fb")
_DOTS = (".", " .", ". ", " . ", "[.]", " [.] ", "(.)", " (.) ", "{.}", " punt ", " dot ")
_HINTS = Phrases({True: (*_NAMES, *(f"{name}{dot}me" for name in _SHORT for dot in _DOTS))})


def _search(hosts: tuple[str, ...]) -> re.Pattern[str]:
    spelt = "|".join(host.replace(r"\.", _DOT).replace("/", _SLASH) for host in hosts)
    before = r"(?<![\w@-])(?<!\w\.)(?:https?[:%]\S{0,12}?)?(?:www\.|m\.|web\.)?"
    return re.compile(rf"{before}(?:{spelt})[^\s<>\"]*")


_GROUP, _PROFILE = _search(_GROUPS), _search(_PROFILES)


@dataclass(frozen=True, slots=True)
class Link:
    """text[start:end] leads into a `group`, or to a profile."""

    start: int
    end: int
    group: bool


def find(text: str) -> tuple[Link, ...]:
    """Every such link, in order; a group's before what else it may be."""
    folded = text.lower()
    if not _HINTS.any(folded):
        return ()
    groups = [Link(*found.span(), True) for found in _GROUP.finditer(folded)]
    taken = [(link.start, link.end) for link in groups]
    profiles = [
        Link(*found.span(), False)
        for found in _PROFILE.finditer(folded)
        if not any(start < found.end() and found.start() < end for start, end in taken)
    ]
    return tuple(sorted((*groups, *profiles), key=lambda link: link.start))
