"""The sentences: what a finding means and what to do about it, in Dutch and English, by its `why`.

Promises: no sentence holds a value; evidence, masked, is shown beside it. Every `why` a clause can give stands here: a
test goes through them all. `{count}`, `{families}`, `{persons}` are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from rules.explain.private import PRIVATE_EN, PRIVATE_NL
from rules.explain.protocol import PROTOCOL_EN, PROTOCOL_NL

Lang = Literal["nl", "en"]
# why -> (what was seen, how to repair it)
Sentences = Mapping[str, tuple[str, str]]

_REPAIR_NL = "Haal het adres weg, of stuur ieder gezin een eigen bericht."
_REPAIR_EN = "Take the address out, or send each family a message of its own."

_PLACES_NL = {
    "quoted": "In het aangehaalde bericht onder uw tekst",
    "text": "In de tekst van uw bericht",
    "link": "In een link in uw bericht",
    "attribute": "In de opmaak van uw bericht",
    "comment": "In verborgen opmaak van uw bericht",
    "calendar": "In de agenda-uitnodiging",
    "vcard": "In een visitekaartje (vCard)",
    "filename": "In de naam van een bijlage",
    "header": "In een kopregel van het bericht of van een bijlage",
    "file": "In een bijlage",
    "raw": "In een bijlage of een verborgen deel van het bericht",
}
_PLACES_EN = {
    "quoted": "In the quoted message under your text",
    "text": "In the text of your message",
    "link": "In a link in your message",
    "attribute": "In the formatting of your message",
    "comment": "In hidden formatting of your message",
    "calendar": "In the calendar invitation",
    "vcard": "In a visiting card (vCard)",
    "filename": "In the name of an attachment",
    "header": "In a header line of the message or of an attachment",
    "file": "In an attachment",
    "raw": "In an attachment or a hidden part of the message",
}

_NL: Sentences = {
    "visible_outsiders": (
        "{count} adressen van ouders of anderen buiten school waren voor alle ontvangers zichtbaar.",
        (
            "Uw bericht is verzonden met alleen uw eigen adres in Aan; iedereen heeft het gekregen. "
            "Zet een volgende keer uw eigen adres in Aan en de anderen in BCC."
        ),
    ),
    "visible_if_released": (
        "{count} adressen van ouders of anderen buiten school staan zichtbaar in de adressering.",
        "Gaat het bericht alsnog uit, dan met alleen uw eigen adres in Aan; iedereen krijgt het.",
    ),
    "visible_kept": (
        "{count} adressen van ouders of anderen buiten school zijn voor alle ontvangers zichtbaar.",
        "Zet een volgende keer uw eigen adres in Aan en de anderen in BCC.",
    ),
    "no_own_address": (
        "Het bericht noemt geen afzender; er is geen eigen adres om in Aan te zetten.",
        "Verstuur het opnieuw vanaf uw schoolaccount.",
    ),
    "calendar": (
        "Een agenda-uitnodiging toont alle genodigden aan elkaar, en u nodigt {families} gezinnen uit.",
        "Stuur ieder gezin een eigen uitnodiging, of plan het via de ouderavond in Magister.",
    ),
    "protected": (
        "Dit bericht van of aan een beschermde functie gaat naar meer dan één gezin en wordt niet gelezen.",
        "Bevestig dat het zo kan, of stuur ieder gezin een eigen bericht.",
    ),
    "header_protected": (
        "De ondertekening bewaart een kopie van alle adressen; de kop kan niet worden aangepast.",
        "Stuur het bericht zonder ondertekening, of zet zelf uw eigen adres in Aan en de anderen in BCC.",
    ),
    "tnef": (
        "Het bericht is verpakt als winmail.dat; daarin kunnen alle adressen nog staan.",
        "Stuur het bericht als HTML of platte tekst.",
    ),
    "smime_encrypted": (
        "Een versleuteld bericht noemt zijn ontvangers ook in de versleuteling.",
        "Versleutel voor elke ontvanger apart.",
    ),
    "no_link": (
        "U schrijft ouders van {count} gezinnen aan met wie u geen les- of mentorband hebt.",
        "Vraag de mentor of uw teamleider om het bericht te sturen, of laat uw teamleider het vrijgeven.",
    ),
    "not_mentor": (
        "U schrijft de ouders van een klas aan waarvan u docent bent, maar geen mentor.",
        "Een klas aanschrijven doet de mentor; stem het de volgende keer met de mentor af.",
    ),
    "own_private": (
        "Uw eigen privéadres staat in een bericht aan meer ontvangers.",
        "Gebruik liever uw schooladres.",
    ),
    "nobody_known": (
        "De afzender van dit bericht is niet bekend in de schooladministratie.",
        "Verstuur het vanaf een schoolaccount, of vraag een beheerder.",
    ),
    "not_yours": (
        "Uw account mag niet onder deze afzender verzenden.",
        "Kies uw eigen adres als afzender, of vraag een beheerder om toegang tot die postbus.",
    ),
    "unreadable": ("De opbouw van dit bericht is niet te lezen.", "Maak het bericht opnieuw en verstuur het nog eens."),
    "readers_differ_recipients": (
        "Mailprogramma's lezen verschillende ontvangers in de kop van dit bericht.",
        "Vul de adressen opnieuw in, gescheiden door komma's.",
    ),
    "readers_differ_parts": (
        "Mailprogramma's lezen verschillende onderdelen in dit bericht.",
        "Maak het bericht opnieuw en voeg de bijlagen opnieuw toe.",
    ),
    "readers_differ_headers": (
        "Mailprogramma's lezen verschillende kopregels in dit bericht.",
        "Maak het bericht opnieuw en verstuur het nog eens.",
    ),
    "unread_encrypted": (
        "De inhoud is versleuteld en kan niet worden gecontroleerd.",
        "Stuur het zonder versleuteling, of laat uw teamleider het vrijgeven.",
    ),
    "unread_damaged": (
        "Een bijlage of ondertekend deel is beschadigd en kan niet worden gecontroleerd.",
        "Voeg de bijlage opnieuw toe, of stuur het zonder ondertekening.",
    ),
    "unread_too_big": (
        "Een bijlage of samengeperst deel is te groot om te controleren.",
        "Stuur het in delen en zonder samenpersen, of laat uw teamleider het vrijgeven.",
    ),
    "auto_forward": (
        "Automatisch doorsturen naar buiten de school is niet toegestaan.",
        "Zet de doorstuurregel in uw mailprogramma uit; doorsturen met de hand kan wel.",
    ),
    "recall": (
        "Intrekken werkt niet bij ontvangers buiten school; ging er iets mis, meld dan een datalek.",
        "Meld een datalek bij de functionaris gegevensbescherming: wat er is verstuurd, en aan wie.",
    ),
    "label": (
        "Het bericht draagt het label vertrouwelijk en gaat naar {count} ontvangers buiten school.",
        "Bevestig dat zij het allemaal mogen lezen, of stuur ieder een eigen bericht.",
    ),
    "unread_tnef": (
        "Winmail.dat is beschadigd of te groot; niet alles daarin kan worden gecontroleerd.",
        "Stuur het bericht als HTML of platte tekst.",
    ),
    "unread_too_deep": (
        "Het bericht bevat te veel berichten of archieven in elkaar om te controleren.",
        "Stuur de inhoud zelf, niet het doorgestuurde bericht.",
    ),
    "unread_ambiguous": (
        "Een meegestuurd bericht wordt door mailprogramma's verschillend gelezen en kan niet worden gecontroleerd.",
        "Stuur de inhoud zelf, niet het doorgestuurde bericht.",
    ),
    "image_only": (
        "Het bericht bestaat alleen uit een afbeelding; wat daarin staat kan niet worden gecontroleerd.",
        "Zet de tekst in het bericht zelf.",
    ),
    "unread_unknown": (
        "Een bijlage is van een soort die niet kan worden gecontroleerd.",
        "Stuur de inhoud als tekst, PDF of Office-document, of laat uw teamleider het vrijgeven.",
    ),
    "image_only_file": (
        "Een bijlage bestaat alleen uit beeld of geluid; wat daarin staat kan niet worden gecontroleerd.",
        "Kijk zelf na of er niets van anderen op staat.",
    ),
    "unread_encoding": (
        "Een bijlage is op een onbekende manier gecodeerd en kan niet worden gecontroleerd.",
        "Voeg de bijlage opnieuw toe.",
    ),
    "loop": (
        "Dit bericht is hier al eens langs geweest: mailservers sturen het in een kring rond.",
        "Een beheerder kijkt ernaar; u hoeft niets te doen.",
    ),
    "wire": (
        "Het bericht bevat losse regeleinden of NUL-tekens, die servers verschillend lezen.",
        "Maak het bericht opnieuw in uw mailprogramma en verstuur het nog eens.",
    ),
    "fault": (
        "Een controle is door een fout bij ons niet gelukt.",
        "Een beheerder kijkt ernaar; u hoeft niets te doen.",
    ),
    **{
        f"residue_{kind}": (f"{where} staat het adres van een andere ontvanger.", _REPAIR_NL)
        for kind, where in _PLACES_NL.items()
    },
    **{
        f"address_{kind}": (f"{where} staat een adres van iemand anders ({{persons}} in totaal).", _REPAIR_NL)
        for kind, where in _PLACES_NL.items()
    },
    **PRIVATE_NL,
    **PROTOCOL_NL,
}

_EN: Sentences = {
    "visible_outsiders": (
        "{count} addresses of parents or others outside school were visible to every recipient.",
        (
            "Your message was sent with only your own address in To; everybody has received it. "
            "Next time put your own address in To and the others in BCC."
        ),
    ),
    "visible_if_released": (
        "{count} addresses of parents or others outside school can be seen in the address lines.",
        "If the message goes out after all, only your own address is in To; everybody gets it.",
    ),
    "visible_kept": (
        "{count} addresses of parents or others outside school are visible to every recipient.",
        "Next time put your own address in To and the others in BCC.",
    ),
    "no_own_address": (
        "The message names no sender; there is no own address to put in To.",
        "Send it again from your school account.",
    ),
    "calendar": (
        "A calendar invitation shows all invited to each other, and you invite {families} families.",
        "Send each family an invitation of its own, or plan it by the parents' evening in Magister.",
    ),
    "protected": (
        "This message from or to a protected office goes to more than one family, and is not read.",
        "Confirm that it may go, or send each family a message of its own.",
    ),
    "header_protected": (
        "The signature keeps a copy of all addresses; the header can't be changed.",
        "Send it without the signature, or put your own address in To and the others in BCC yourself.",
    ),
    "tnef": (
        "The message is packed as winmail.dat, in which all addresses may still stand.",
        "Send it as HTML or plain text.",
    ),
    "smime_encrypted": (
        "An encrypted message also names its recipients in the encryption.",
        "Encrypt for each recipient apart.",
    ),
    "no_link": (
        "You write to parents of {count} families you neither teach nor mentor.",
        "Ask the mentor or your team leader to send it, or have your team leader release it.",
    ),
    "not_mentor": (
        "You write to the parents of a class you teach but do not mentor.",
        "A class is written to by its mentor; next time agree it with the mentor.",
    ),
    "own_private": (
        "Your own private address is in a message to several receivers.",
        "Rather use your school address.",
    ),
    "nobody_known": (
        "The sender of this message is not known to the school's administration.",
        "Send it from a school account, or ask an administrator.",
    ),
    "not_yours": (
        "Your account may not send under this sender.",
        "Choose your own address as the sender, or ask an administrator for access to that mailbox.",
    ),
    "unreadable": ("The structure of this message can't be read.", "Write the message anew and send it again."),
    "readers_differ_recipients": (
        "Mail programs read different recipients in the header of this message.",
        "Enter the addresses again, with commas between them.",
    ),
    "readers_differ_parts": (
        "Mail programs read different parts in this message.",
        "Write the message anew and attach the files again.",
    ),
    "readers_differ_headers": (
        "Mail programs read different header lines in this message.",
        "Write the message anew and send it again.",
    ),
    "unread_encrypted": (
        "The content is encrypted and can't be checked.",
        "Send it without encryption, or have your team leader release it.",
    ),
    "unread_damaged": (
        "An attachment or signed part is damaged and can't be checked.",
        "Attach it again, or send it without the signature.",
    ),
    "unread_too_big": (
        "An attachment or compressed part is too large to be checked.",
        "Send it in pieces and without compression, or have your team leader release it.",
    ),
    "auto_forward": (
        "Automatic forwarding to outside the school is not allowed.",
        "Turn the forwarding rule off in your mail program; forwarding by hand is fine.",
    ),
    "recall": (
        "A recall does not work for receivers outside school; if something went wrong, report a data leak.",
        "Report a data leak to the privacy officer: what was sent, and to whom.",
    ),
    "label": (
        "The message is labelled confidential and goes to {count} receivers outside school.",
        "Confirm that all of them may read it, or send each a message of their own.",
    ),
    "unread_tnef": (
        "Winmail.dat is damaged or too large; not all of what is in it can be checked.",
        "Send it as HTML or plain text.",
    ),
    "unread_too_deep": (
        "The message holds too many messages or archives inside each other to be checked.",
        "Send the content itself, not the forwarded message.",
    ),
    "unread_ambiguous": (
        "Mail programs read an attached message differently, and it can't be checked.",
        "Send the content itself, not the forwarded message.",
    ),
    "image_only": (
        "The message is nothing but an image; what stands in it can't be checked.",
        "Put the text in the message itself.",
    ),
    "unread_unknown": (
        "An attachment is of a kind that can't be checked.",
        "Send the content as text, PDF or an Office document, or have your team leader release it.",
    ),
    "image_only_file": (
        "An attachment is nothing but images or sound; what is in it can't be checked.",
        "See for yourself that nothing of other people is in it.",
    ),
    "unread_encoding": (
        "An attachment is encoded in an unknown way and can't be checked.",
        "Attach the file again.",
    ),
    "loop": (
        "This message has been here before: mail servers send it round in a circle.",
        "An administrator looks at it; nothing is asked of you.",
    ),
    "wire": (
        "The message holds bare line ends or NUL characters, which servers read differently.",
        "Write the message anew in your mail program and send it again.",
    ),
    "fault": (
        "A check did not work because of a fault of ours.",
        "An administrator looks at it; nothing is asked of you.",
    ),
    **{
        f"residue_{kind}": (f"{where} stands the address of another recipient.", _REPAIR_EN)
        for kind, where in _PLACES_EN.items()
    },
    **{
        f"address_{kind}": (f"{where} stands somebody else's address ({{persons}} in all).", _REPAIR_EN)
        for kind, where in _PLACES_EN.items()
    },
    **PRIVATE_EN,
    **PROTOCOL_EN,
}
for _table in (_NL, _EN):
    for _same in ("pgp_encrypted", "rpmsg"):
        _table[_same] = _table["smime_encrypted"]  # type: ignore[index]

SENTENCES: Mapping[str, Sentences] = {"nl": _NL, "en": _EN}
