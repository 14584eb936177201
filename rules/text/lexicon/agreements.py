"""How people bind the school by mail, order and sign up, or do not: Dutch and English (domain.md 4.2, 4.3)."""

from __future__ import annotations

from rules.text.sayings import Sayings

WORDS = {
    "us": "ik wij we wij_als_school onze_school de_school school",
    "you": "u je jij jullie",
    "may": "kunt kan kunnen mag mogen",
    "offer": """offerte* voorstel* aanbod aanbieding* contract* *contract overeenkomst* *overeenkomst prijs* tarie*
        bedrag
        kosten raming begroting voorwaarden verlenging condities opgave prijsopgave""",
    "commits": """neemt betaalt huurt koopt boekt reserveert bestelt tekent verlengt sluit stemt koop kopen huur
            huren betaal betalen boek boeken reserveer reserveren teken tekenen committeren
            committeer
        verlengen verleng verbinden accepteren accepteer aanvaarden aanvaard vergoeden vergoed gunnen gun garanderen
        garandeer stemmen lease leasen schaffen sluiten nemen bestellen""",
    "ordered": """bestelling opdracht boeking reservering order aankoop huur afname koop inkoop overeenkomst
        samenwerking
        levering bestelorder""",
    "paper": """contract* *contract overeenkomst* *overeenkomst offerte* exemplaar versie opdrachtbevestiging stukken
        leveringsvoorwaarden verwerkersovereenkomst""",
    "signed": "getekend getekende ondertekend ondertekende tekenen teken onderteken ondertekenen tekende",
    "agreed": "akkoord accoord akoord acoord akkord akkoort accoort accoordt akkoordt",
    "bill": "factuur facturen rekening nota factuurtje betaalverzoek betaallink tikkie",
    "goods": """exemplaren stuks sets dozen pakken boeken werkboeken leerboeken licenties pakketten setjes pakjes
        kaarten
        toegangskaarten laptops stoelen tafels lesboeken schriften rollen flessen meter""",
    "give": """vrijhouden wegleggen opzijleggen klaarleggen deze_kant_op leveren sturen toesturen opsturen bezorgen
            klaarzetten activeren toezenden afleveren opleveren
        reserveren""",
    "want": "hierbij bij_deze graag wil willen zou zouden zal zullen ga gaan moet moeten wensen wens",
    "course": """*trainingsdag *trainingsdagen *scholingsdag *cursus *cursussen *training *trainingen *scholing
            *scholingen congres studiedag workshop* webinar*
        conferentie opleiding masterclass seminar symposium leergang kennisbijeenkomst netwerkdag studieochtend
        studiemiddag landelijke_dag sectiedag leerlijn vervolgmodule""",
    "orderform": "bestelformulier bestelbon bestellijst orderformulier bestelorder",
    "signup": "inschrijfformulier aanmeldformulier aanmeldingsformulier inschrijvingsformulier deelnameformulier",
    "enclosed": "ingevuld ingevulde bijgevoegd bijgevoegde bijgaand bijgaande bijlage retour hierbij",
    "eoffer": """offer quote quotation proposal terms price contract agreement conditions rate fee estimate""",
    "eorder": "order booking reservation purchase rental hire contract",
    "ecourse": """course courses training workshop workshops conference webinar seminar programme program class
        symposium""",
    "egoods": "copies pieces sets units boxes books licences licenses packs reams tickets laptops chairs",
}

# binding: words that bind by themselves. nod: consent, binding once there is business to consent to. business: goods,
# work and money. order, course: what an employee may do with a manager's consent. asks: wants to know, binds nobody.
# defers: somebody else must decide first. appointment: a meeting is no agreement.
SAYINGS = Sayings(
    {
        "binding": """
        10: geef|geven|geeft .. fiat; fiat .. voor|gegeven; ga|gaan|gaat .. samenwerking|overeenkomst|verbintenis ..
            aan;
            bill|invoice the_school|school|us; het geworden; bill .. school .. please|for; @may .. aan_de_gang; hire|
            rent|book .. for # euros|pounds; ga|gaan .. @agreed met .. @offer; @agreed met .. @offer; @offer .. is|
            zijn|wordt|hierbij|bij_deze ..
            akkoord|accoord|goedgekeurd|geaccepteerd|getekend|aanvaard; accepteer|accepteren|aanvaard|aanvaarden ..
            @offer;
            bevestig|bevestigen|bevestigt .. @ordered; @ordered .. bevestig|bevestigen|bevestigd|bevestigt|definitief;
            bevestiging van .. @ordered; opdrachtbevestiging|orderbevestiging|inkooporder; @signed .. @paper;
            @paper .. @signed; @signed .. namens .. school; namens .. school .. @agreed|@signed|bevestigen|bevestig;
            stuur|zend|mail|doe|stuurt|sturen|richt .. @bill .. naar|aan|op|toe|door|ter_attentie|tegemoet|tnv|t.n.v;
            stuur|zend|mail|doe .. maar .. @bill; @bill .. mag|kan|kunt|mogen|kunnen|graag|dan ..
            naar|sturen|gestuurd|toesturen|opsturen|mailen|aan|richten|tegemoet|opmaken; @you @may .. factureren;
            factureer|factureren .. maar|aan|naar|op; @may .. @bill .. sturen|versturen|opsturen|toesturen|mailen|
            richten|schrijven;
            maak|maken .. definitief; maken|maak|leggen|leg .. rond .. prijs|bedrag|euro; @may .. gefactureerd; kan|
            mag .. op .. rekening;
            doe|doen .. maar|dan|het .. voor die|dat|deze .. prijs|bedrag|euro; voor die|dat|deze .. prijs|bedrag|
            geld ..
            doen|akkoord|nemen; gun|gunnen .. opdracht; gunnen .. aan @you;
            opdracht .. gegund|verstrekt|vergeven|verleend|geven; geef|geven|verstrek|verstrekken|verlenen ..
            opdracht;
            opdracht .. aan @you; kiezen|kies|gekozen|besloten .. voor .. jullie|uw|je|u .. @offer;
            verleng|verlengen .. contract|abonnement|licentie*|overeenkomst|samenwerking|huur;
            contract|abonnement|licentie*|overeenkomst .. verleng|verlengen;
            aanbetaling|voorschot|eerste_termijn .. maak|maken|betaal|betalen|voldoen|voldaan|over|overgemaakt;
            betaal|betalen|betaald|maken|maak .. aanbetaling|voorschot; @you @may .. starten|beginnen|aanvangen|
            aan_de_slag|uitvoeren|leveren|inplannen|produceren|drukken|opstarten|plaatsen; @may @you ..
            in_productie|in_druk; @may .. in_productie|in_druk|in_uitvoering; groen_licht; gaan|ga|stappen .. met ..
            in_zee; laten @us? .. zo doen|afspreken|vastleggen; dan doen we het; zo doen we het; doen we het zo;
            we|wij|ik .. huren|huur|kopen|koop|leasen|nemen|neem .. voor .. euro|per_maand|per_jaar|per_week;
            we|wij .. kopen|huren|leasen .. bij u|jullie; komen|kom .. overeen .. dat|voor|met;
            overeengekomen .. prijs|bedrag|dat|voor; gaan|ga .. in op .. aanbod|aanbieding|voorstel;
            stem|stemmen .. in met .. @offer; neem|nemen .. @offer .. aan; leg|leggen .. vast .. prijs|bedrag|tarief
        10: ga|gaan .. op .. @offer .. in; @bill naar|aan|op .. school|administratie|crediteuren|financi*; @may ..
            in_rekening
            brengen; in_rekening brengen .. bij; @you @may .. in_gang|in_werking .. zetten; @may @you ..
            aan_de_slag|beginnen|starten|leveren|inplannen|uitvoeren|plaatsen|bestellen|in_gang; zeg|zeggen .. toe ..
            dat;
            maken|maak .. gebruik .. van .. @offer; @offer .. gebruikmaken|gebruik|gebruik_maken; @signed .. voor
            @agreed;
            bevestig|bevestigen|tekenen|teken .. namens .. school; draag|dragen|betaal|betalen|vergoeden|vergoed ..
            kosten|
            euro|factuur|rekening; kosten|bedrag .. dragen|betalen|vergoeden|voor_onze_rekening; contract|abonnement|
            licentie*|overeenkomst|samenwerking|huur .. verleng|verlengen; kiezen|kies|gekozen .. voor optie|variant|
            pakket|
            uw|jullie|het_pakket|de_optie; we|wij|ik|school .. nemen|neem .. af; consider .. booked|ordered|done;
            works for us .. book*|invoice|go
        10: handtekening .. staat|gezet|bijgevoegd|bijlage|eronder; verleng .. *contract|*abonnement|*overeenkomst|
            *licentie;
            acceptance of .. @eoffer|tender; committeren|committeer|verbinden .. ons|mij .. aan|tot; sluiten ..
            *contract|
            *overeenkomst|*abonnement .. af
        6: @us @commits; @commits we|wij|ik
        8: neem|nemen .. @goods .. af; neem|nemen .. af|aan .. @goods; zet|leg|reserveer|boek|noteer|plan|schrijf ..
            maar|definitief .. vast|definitief|in|op|neer; reserveer|boek|bestel|leg|noteer .. definitief;
            definitieve boeking|reservering|opdracht|bestelling; maken|maak .. geld|bedrag|euro .. over
        10: i|we .. accept|agree|approve .. @eoffer; @eoffer .. accepted|agreed|approved|signed; agree|agreed to|with
            ..
            @eoffer; confirm|confirming|confirms .. @eorder; @eorder is? confirmed; order|booking confirmation;
            confirmation of .. @eorder; signed .. contract|agreement|copy|quote|quotation|version|order;
            contract|agreement|quote|copy .. signed; you may|can invoice|bill|start|proceed|begin|deliver|ship;
            please|kindly invoice|bill|proceed|go_ahead; send .. invoice|bill .. to|over|school|us; invoice|bill ..
            can|may|should .. sent|addressed|go .. school|us|finance; you have our .. go-ahead|approval|order|consent;
            happy|glad|pleased to go_ahead|proceed; we|i .. go_ahead with; go_ahead with .. order|offer|quote|
            booking|work|
            proposal; pay|paid|transfer .. deposit|advance; on_behalf_of .. school .. agree|accept|sign|confirm;
            renew|extend .. contract|subscription|licen*|agreement; award .. contract; bill .. to .. school
        """,
        "nod": """
        5: we are in; will|we'll|i'll take; doe .. maar; neemt .. af; graag starten|beginnen|verder; kunnen|mogen
            jullie aan; gaan|ga|kiezen|kies|gekozen .. voor; we|wij|ik doen|nemen|pakken .. het|hem|die|deze|ze|dit;
            doe mij|ons;
            yes please; let's do|go|take; zeg|zeggen .. toe; keuze .. gevallen .. op; verder te? gaan|gaan_we|gaat ..
            met;
            gaan|ga .. verder .. met; toezegging; hebben|heb .. besloten .. om|met|voor|te; we'd love|like to; gaan we
            doen; klinkt goed .. doen; @agreed; afgesproken; deal; doen we; doe maar; ga maar; ga je|uw|jullie gang;
            doen .. maar; ga ervoor;
            gaan we doen; prima|goed|top|oké|ok|oke|mooi|fijn|perfect .. doen|regel|kom|zet|plan|lever|leveren ..
            maar;
            gaan .. mee door|ervoor; gaan we|ik .. graag mee in; komt in orde; reken|rekenen .. op; goedgekeurd;
            ligt|staat vast|genoteerd; agreed; approved; go ahead; sounds good .. let's|go|do; let's do|go;
            that's|it's a deal; you have a deal; count on us; gunnen .. het u|jullie; kies|kiezen .. voor; nemen|neem
            ..
            ze|het|die|deze|dit|hem|optie|pakket|variant; doe .. mij|ons; kom|komen .. maar .. brengen|leveren;
            kan .. doorgaan; gaat .. door; we'll take; i'll take; zien .. tegemoet; dan .. verwachten .. jullie|u
        """,
        "fine": """
        3: prima; is goed; in orde; goed plan; helemaal goed; perfect; top; akkoord; leuk; mooi; fijn; graag; great;
            perfect; sounds good; that works; fine; okay|ok|oké|oke
        """,
        "terms": """
        5: # per; # euro|eur|pp|p.p|p.p.|per_stuk|per_persoon|excl|incl|stuks|exemplaren; €*; euro #; voor # euro; #
            .. per
            stuk|persoon|leerling|keer; levering voor|op|in; @may @you .. aan_de_slag|beginnen|starten|leveren|
            inplannen|
            uitvoeren|in_gang|bestellen; dan @may @you; verwachten|verwacht .. u|jullie|je .. op|om; £*; # euros|
            pounds
        """,
        "business": """
        5: school betaalt; wij|we|ik betalen|betaal; variant; pakket; jaarlicentie; plan; tickets; offerte*;
            prijsopgave*; factu*; rekening; nota; euro|eur; €*; prijs*; bestelling*; bestelnummer|
            ordernummer;
            contract*; *contract; *overeenkomst; huur*; levering*; levertijd|leverdatum; inkoop*; abonnement*;
            licentie*;
            stuks; exemplaren; korting*; btw|b.t.w; tarie*; aanbetaling*; aanneemsom; p.p|per_persoon|per_stuk|
            per_maand|
            per_jaar|per_uur; opdracht; zaalhuur|bushuur; catering|lunches|lunchpakketten|broodjes; touringcar*|
            bussen;
            verhuur*; boeking*; reservering*; arrangement*; *pakketten; kosten; *kosten; genoemde|afgesproken prijs|
            bedrag; jaar|jaren
            afname|looptijd; quote|quotation; invoice*; price*|
            pricing;
            purchase*; order*; rental; discount; vat; fee|fees; deposit; copies|pieces|units; subscription;
            licence*|license*; supplier; £*; $*
        """,
        "order": """
        10: zet|zetten|schrijf|boek .. op .. onze|mijn|de rekening; on|to our account; onze|mijn bestelling .. lijst|
            bijlage|
            hieronder|bijgevoegd*|bijgaand*; #x .. svp|s.v.p|aub|a.u.b|graag|please|voor; svp|graag|please|sectie|
            bestelling
            .. #x; wil|willen|graag .. abonnement|licentie*|proefabonnement .. nemen|afsluiten|afnemen; mag|mogen ik|
            we|wij
            .. # ..
            van|voor|maat|doos|dozen; wil|wilt|kunt|kan|mag|mogen|graag|willen|please .. # .. @give|ontvangen|hebben|
            komen|klaarleggen|deliver|send;
            doe mij|ons .. #; graag .. volgende artikelen|producten|boeken|materialen|spullen|materiaal|titels|
            artikel;
            like|need|want .. # .. @egoods; bestelling|bestellijst|bestellen|order .. # .. @goods|x|pakken|keer|
            flessen; bestelling|order #;
            need|needs|require .. # .. @egoods; please ship|send|deliver .. them|these|it; # .. @goods .. @give;
            @want .. bestel|bestellen|bijbestellen|nabestellen; ik|we|wij|ons|sectie .. bestel|bestellen|bestelde;
            bestel|bestellen ik|wij|we; bestel .. hierbij|graag|bij; bestel .. @goods; onze|mijn|volgende|nieuwe|
            deze|een
            bestelling .. plaatsen|doen|doorgeven|geplaatst|verwerken|luidt|betreft|leveren|opnemen;
            plaats|plaatsen|doe|doen|geef|geven .. bestelling|order .. van|voor|door|bij|hierbij;
            hierbij .. bestelling|@orderform; @enclosed .. @orderform; @orderform .. @enclosed; verwerk|verwerken|
            voer|
            noteer|neem .. bestelling|order; bestelling|order .. verwerken|uitvoeren|noteren|in_behandeling|op_naam|
            op_rekening; lever|stuur|zend|bezorg .. @goods; kunt|kan|kunnen|wilt|wil|willen ..
            @goods .. @give; @goods .. graag .. leveren|ontvangen|toesturen|bezorgen|op|voor; graag .. @goods;
            artikelnummer* .. aantal; aantal .. artikelnummer*; schaf|schaffen .. aan; aanschaffen .. graag|hierbij;
            reserveer|reserveren|boek|boeken|huur|huren ik|wij|we|graag|hierbij; @want .. reserveer|reserveren|boek|
            boeken|
            huur|huren|inhuren|afnemen|kopen|aanschaffen; wil|willen|graag .. extra|nieuwe .. @goods
        10: doe|doet u|je? .. mij|ons maar #; # .. aub|svp|graag .. zelfde adres; bestel .. maar #
        8: op_rekening .. van .. school; graag .. ontvang|ontvangen|hebben|komen .. @goods; doe .. er maar .. bij;
            wij|we|ik .. nodig .. @goods .. leveren|sturen|bestellen
        10: i|we|i'd|we'd .. like|want|wish|need to order|purchase|buy|book|hire|rent|reserve; i|we hereby? order|
            purchase|
            reserve; place|placing .. order; purchase order; please|kindly send|ship|deliver|supply .. @egoods;
            order|ordering .. @egoods; order form .. attached|enclosed|completed|below; attached|enclosed|herewith|
            completed .. order form|order; please book|reserve|order; could|can you send|deliver|supply .. @egoods
        """,
        "course": """
        10: ik|we|wij .. wil|willen|zou|zouden|graag .. deelnemen|meedoen; register|enrol|enroll|sign_up .. in|on|for
            ..
            module|class|school; vrijhouden|reserveren .. op|voor .. @course; schrijf|schrijven|meld|melden|geef|
            geven .. in|aan|op .. voor .. @course; inschrijven|aanmelden|opgeven|
            deelnemen|inschrijving|aanmelding|deelname|ingeschreven|aangemeld .. voor|aan|bij .. @course; @course ..
            inschrijven|aanmelden|opgeven|inschrijving|aanmelding|deelnemen|deelname|doe_mee|doen_mee|schrijf|meld;
            neem|nemen|doe|doen|kom|komen .. deel|mee .. aan|met .. @course; @want .. inschrijven|aanmelden|opgeven;
            hierbij|graag|bij_deze .. schrijf|schrijven|meld|melden|geef .. in|aan|op; @signup .. @enclosed;
            @enclosed .. @signup; volg|volgen .. graag|wil|willen .. @course; wil|willen|graag .. @course .. volgen|
            doen
        10: schrijf|meld|geef|schrijven|melden|geven .. me|mij|mijzelf|mezelf|ons|mijn_collega|collega* .. in|aan|op;
            aanmelding|inschrijving|deelname .. @course; noteer mij|me|ons; reserve|book .. seat|seats|place|places
        10: plek|plekje|plaats|plaatsen|plekken .. voor .. op|bij|voor .. @course; reserveer|reserveren|vasthouden|
            houden|houd .. plek|plekje|plaats|plaatsen .. @course; plek|plaats .. vasthouden .. @course
        10: zet|schrijf|noteer .. mij|me|ons .. deelnemer*|deelnemerslijst|@course; deelnamebevestiging
        10: sign|signing me|us|both|myself|ourselves|him|her|up .. @ecourse; register|enrol|enroll|enrolling|
            registering|
            book .. me|us|myself|for|colleague* .. @ecourse; registration|enrolment|enrollment|sign_up|places|place|
            seat|
            seats .. for|on|in .. @ecourse; registration form .. attached|completed|enclosed; attached|completed|
            enclosed ..
            registration form; put me|us down; like to|take attend|join|part|register|enrol|enroll .. @ecourse
        """,
        "asks": """
        10: @offer|prijsindicatie|prijslijst .. sturen|ontvangen|aanvragen|opstellen|maken|uitbrengen|doen|toesturen|
            krijgen|opvragen|mailen|vragen; vraag|vragen|stuur|ontvang|ontvangen|verzoek|verzoeken|aanvraag|zoek|
            zoeken|
            graag|wil|willen|mag|aan .. een|uw|vrijblijvende offerte|prijsopgave|prijsindicatie|prijslijst;
            offerteaanvraag|offerteverzoek; vrijblijvend*; wat .. kost|kosten|prijs|prijzen|tarief; hoeveel .. kost|
            kosten;
            is|zijn .. leverbaar|beschikbaar|mogelijk|plek|plaats|vrij; informatie|inlichtingen|brochure|folder|
            catalogus ..
            over|van|sturen|ontvangen|aanvragen; proefexemplaar|proefexemplaren|beoordelingsexemplaar|
            beoordelingsexemplaren|zichtzending|inkijkexemplaar|demo; send .. quote|quotation|estimate|prices|
            price_list|
            brochure|information; request|asking|like|need|receive|get .. quote|quotation|estimate|prices;
            how much .. cost|is|are|would; what .. cost|price|prices|fee; inspection|sample copy|copies
        10: bestelling|order|factuur|levering|pakket|boeken|zending .. niet|nooit|nog_niet|verkeerd*|beschadigd|
            ontbre*|
            incompleet|dubbel|zoek; waar blijft; wanneer .. geleverd|bezorgd; tracking; annuleer|annuleren|annulering|
            afmelden|opzeggen|opzegging|afzeggen|retour_sturen|terugsturen|cancel|cancelling|cancelled|withdraw;
            leerling|leerlinge|leerlingen|student|zoon|dochter|kind .. inschrijven|aanmelden|opgeven|deelnemen;
            ik|wij|we stuur|sturen|zend|zenden|lever|leveren|breng|brengen .. retour|terug|op|aan|jullie|u; retour;
            geef|geven
            .. op .. workshop|training|gastles|cursus; meld|melden .. af; zeg|zeggen .. op|af
        """,
        "defers": """
        10: kom|komen .. op .. terug; ik|wij|we laat|laten .. weten; laat|laten ik|wij|we|u|jullie|je .. weten; leg|
            leggen .. voor aan|bij; leg|leggen .. voor; voorleggen;
            overleg|overleggen|afstemmen|bespreken .. eerst|nog|intern|met; moet|moeten .. nog|eerst .. overleg*|
            bespreken|
            langs|toestemming|goedkeuren|beslissen; wacht|wachten .. op? .. @agreed|goedkeuring|toestemming|besluit|
            handtekening; in_afwachting van; mag|kan|mogen|kunnen .. niet .. beslissen|tekenen|toezeggen|bevestigen|
            bestellen|akkoord; onder_voorbehoud; nog geen .. bestelling|opdracht|akkoord|toezegging|besluit|afspraak;
            is geen .. bestelling|opdracht|akkoord|toezegging|definitieve; geen .. rechten ontlenen;
            get|come back to you; let you know; check|discuss|consult .. with .. manager|team|colleague*|head|finance;
            awaiting .. approval; subject to .. approval; not .. an? order|commitment|agreement
        """,
        "refuses": """
        10: niet|geen .. akkoord|toestemming|goedkeuring|instemming|fiat; niet|nooit .. bestellen|kopen|inschrijven|
            aanmelden|starten|aanmaken|doen|mee; nee; afgewezen|afgekeurd|geweigerd; liever niet; geen .. geld|
            budget; wacht|wachten .. nog|even|mee|tot; no; not|never .. approve*|agree*|order|buy|start; declined;
            rejected; no .. approval|permission|budget; don't|do_not .. order|buy|start|sign
        """,
        "appointment": """
        5: gesprek*; afspraak; overleg; vergadering; bezoek; tijdstip; rooster; ouderavond; bespreking; intake*;
            kennismaking*; meeting; appointment; conversation; call; visit
        """,
    },
    WORDS,
)
# What a file's name or text says of itself.
SIGNED_FILES = ("getekend", "signed", "voor akkoord", "opdrachtbevestiging", "orderbevestiging")
ORDER_FILES = ("bestelformulier", "bestellijst", "bestelbon", "orderform", "order form", "inschrijfformulier",
               "aanmeldformulier", "registration form", "inkooporder", "purchase order")  # fmt: skip
