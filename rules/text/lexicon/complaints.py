"""How complaints are spoken of, and what only looks like one: Dutch and English (domain.md 4.4)."""

from __future__ import annotations

from rules.text.sayings import Sayings

# complaint: points add up over different sayings. talk: the school's rules about complaints. body: aches.
SAYINGS = Sayings(
    {
        "complaint": """
        10: bezwaar .. gemaakt|ingediend|aangetekend; klaagt|klagen|klaagde dat; dien|dienen|indienen|ingediend|
            neergelegd .. klacht|klachten; klacht|klachten .. dien|dienen|indienen|
            ingediend|
            neergelegd|gekregen|ontvangen|binnengekomen|over|tegen|van_ouder*|van_de_ouder*|behandelen|afhandelen|
            afgehandeld|onderzoek*; officiële|formele|mondelinge|schriftelijke klacht; maak|maken|maakt .. bezwaar;
            beklaagt|beklagen|beklaagde|beklaagd|beklag; klaagt|klagen|klaagde|klaagden .. over; formal|official
            complaint;
            complaint|complaints .. about|against|from|regarding|concerning|filed|lodged|received;
            file|filed|lodge|lodged|made|make|making .. complaint; formal objection; schadevergoeding .. eis*|claim*;
            eis|eisen|eist .. excuses|schadevergoeding|vergoeding|genoegdoening; juridische|gerechtelijke stappen;
            legal action; stap|stappen|stapt .. naar .. advocaat|klachtencommissie|rechter|inspectie|
            geschillencommissie
        10: heeft|hebben|had|hadden .. geklaagd; geklaagd .. over; klaagt|klagen .. bij; belde|mailde|belden|schreef
            boos .. over|op; boze|boos .. aan_de_lijn|aan_de_telefoon|opgebeld|gebeld
        6: klacht*; *klachtbrief; klachtmail; niet blij ..
            over|met; ontevreden*; onvrede; onacceptabel|niet_acceptabel|onaanvaardbaar|ontoelaatbaar; onheus*;
            bejegen*;
            grensoverschrijdend*; klachtencommissie; geschillencommissie; advocaat; schadevergoeding; niet .. mee
            eens;
            oneens; boze|woedende|verontwaardigde ouder|ouders|moeder|vader|mail|brief|reactie|telefoontje;
            woedend|verontwaardigd|furieus|laaiend; slecht|onprofessioneel|oneerlijk|onterecht|onrechtvaardig ..
            behandeld|gedrag|beoordeeld|aangepakt; misdraagt|misdragen|wangedrag; beschuldig*; complaint*;
            unacceptable;
            inappropriate behaviour|conduct; outraged|furious|unhappy|dissatisfied; misconduct; compensation; lawyer|
            solicitor; treated .. unfairly|badly|rudely; demand|demands .. apology|apologies; disagree*
        6: beoordeling|cijfer|behandeling|toets|straf|maatregel|schorsing .. onterecht|oneerlijk|onrechtvaardig|
            belachelijk;
            dreig|dreigt|dreigen|dreigde; pers|media|inspectie ..
            opzoeken|op_te_zoeken|inschakelen|inlichten; threaten*
        4: onterecht|oneerlijk|onrechtvaardig; ophelderen|opheldering; bezwaar*; gepest|pesten|pest|pesterij*;
            incident*; excuses; vervelend|ernstig voorval; voorval; ruzie|
            conflict;
            probleem|problemen met docent|leraar|mentor|leerling|collega|de_docent|de_mentor|een_docent|een_collega;
            objection; bullying|bullied; apology
        """,
        "talk": """
        10: klachtenregeling; klachtenprocedure; klachtenprotocol; klachtencommissie .. samenstelling|lid|leden|
            verkiezing;
            complaints procedure|policy; pestprotocol; studiedag|workshop|training|lesbrief|lessenserie|project|
            gastles ..
            over|tegen .. pesten; week|dag tegen pesten; klacht*|complaint* .. statistiek|jaarverslag|beleid
        """,
        "body": """
        10: klachten .. toilet*|verwarming|rooster|wifi|printer|kopieer*|lokaal|kantine|schoonmaak|fietsenstalling|
            computer*|
            laptop*|beamer*|geluid|temperatuur|lift; toilet*|verwarming|wifi|printer|beamer|kantine .. klachten;
            lichamelijke|milde|aanhoudende|vage|medische klachten|klacht; *verkoudheidsklachten|*gezondheidsklachten|
            *buikklachten|*hoofdpijnklachten|*rugklachten|*knieklachten|*luchtwegklachten|*coronaklachten|
            *stressklachten;
            klachten .. thuis|ziek|koorts|hoest*|hoofdpijn|buikpijn|griep|verkouden|corona|huisarts|dokter|
            hersenschudding|
            misselijk|blessure; koorts|hoofdpijn|griep|hersenschudding|verkouden|blessure|dokter|huisarts .. klachten
        """,
    }
)
