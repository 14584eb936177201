"""How news is spread and reactions are asked for: newsletters, notices, school-wide news, alarms (domain.md 4.5)."""

from __future__ import annotations

from rules.text.sayings import Sayings

WORDS = {
    "parents": """ouders ouder ouder(s) ouders/verzorgers ouder(s)/verzorger(s) ouder/verzorger verzorgers
        verzorger(s)
        ouders,""",
    "letter": """nieuwsbrief nieuwsbrieven nieuwsflits nieuwsbulletin ouderbulletin schoolkrant weekbrief maandbrief
        informatiebrief infobrief weekbericht maandbericht nieuwsmail ouderbrief weekjournaal nieuwsbericht
        weekmail
        infomail info-mail nieuws-mail mededelingenblad schoolnieuws oudernieuws""",
    "pages": """website site facebook facebookpagina instagram insta linkedin schoolsite socials ouderbulletin
        nieuwsbrief homepage tiktok twitter""",
    "event": """open_dag opendag open_avond openavond open_huis kijkmiddag *musical schoolmusical kerstmarkt
        kerstviering
        kerstconcert voorjaarsconcert schoolconcert voorstelling open_podium sponsorloop schoolfeest jubileum reünie
        diploma-uitreiking nieuwbouw verbouwing opening projectweek cultuuravond talentenavond theateravond
        themaweek fototentoonstelling sportdag goede_doel goede_doelen actieweek benefiet* kunstweek
        wetenschapsdag""",
}

SAYINGS = Sayings(
    {
        # What makes a text a newsletter or a one-way letter.
        "letter": """
        10: praten|praat|brengen|breng .. u|jullie .. bij over; antwoord|antwoorden|reactie|reageren .. niet nodig|
            nodig_of;
            niet nodig .. reageren|antwoorden; laatste|alle nieuws; nieuws over; nieuws van|uit|over ..
            schoolleiding|directie|school|team|onderbouw|bovenbouw|rector|teamleider|leerjaar;
            @letter; @letter nummer|nr|editie|januari|februari|maart|april|mei|juni|september|oktober|november|
            december;
            in deze nieuwsbrief|editie|nieuwsmail|weekmail; newsletter; in this newsletter|issue|edition;
            niet|hoeft|hoef|hoeven .. te? .. reageren .. op|dit|deze|bericht|mail; hoeft|hoef|hoeven niet .. te
            reageren;
            niet reageren|antwoorden|beantwoorden .. op .. bericht|mail; automatisch|geen .. antwoord .. mogelijk|
            verwacht;
            do|need not .. reply|respond; no need .. reply|respond; no reply .. needed|necessary|required
        6: hierbij|graag|bij_deze .. informeren|informeer|brengen .. u|jullie|ouders; informeren|informeer|berichten
            wij|ik|we
            .. u|jullie; willen|wil .. u|jullie .. informeren|laten_weten|attenderen|meedelen|mededelen|op_de_hoogte;
            delen wij|we|ik .. u .. mede|mee; delen|deel .. u .. mede; mededeling*; aan alle @parents; ter informatie;
            ter kennisgeving|kennisname; we|i .. would_like_to inform .. you|parents; we|i .. inform .. you;
            to all parents; please note that; hierbij .. informatie .. over; met dit bericht|deze_mail|deze_brief ..
            u;
            in de bijlage|bijlagen .. vindt|vinden .. u .. informatie|brief|overzicht; voor uw informatie
        4: save the date; beste|geachte|lieve|dag @parents; beste allemaal; dear parents|all|families|parent; hallo|
            hoi
            allemaal; volg ons; terugblik; vooruitblik; agenda voor|van; belangrijke data; data .. om .. noteren;
            noteer|noteren .. in .. agenda; *schoolgids; wist u dat; van de schoolleiding|directie|rector|teamleider;
            namens .. team|directie|schoolleiding|sectie; important dates; zet .. in|alvast .. agenda
        """,
        # It only speaks of a newsletter.
        "of_letter": """
        10: stond|staat|gelezen|lezen|las|aangekondigd|vermeld|genoemd|gemeld .. in .. @letter|newsletter; in|uit|via
            de|onze|het|vorige|laatste|de_vorige|de_laatste|de_volgende|een .. @letter; @letter .. stond|ontvangen|
            gekregen|gemist|afmelden|uitschrijven|aanmelden|waar_u; in|from the|our|last .. newsletter; voor de|het|
            in_de
            @letter;
            @letter .. van .. vorige|afgelopen; over de|het|onze @letter
        """,
        # News of the whole school, and making it known.
        "school_news": """
        10: @event; schoolbreed*; hele|gehele school; alle ouders|gezinnen|leerlingen .. van .. school; alle
            leerjaren|klassen|ouders; nieuwe website|site|logo|huisstijl|schoolgebouw|rector|directeur|conrector|
            bestuurder|schoolplan|app;
            persbericht; aanmelding|aanmelden|werving|inschrijving .. nieuwe|toekomstige leerlingen|brugklassers;
            vakantierooster;
            schoolgids; schooltijden; lestijden; vakantiedata; open day|evening|house; school play|fair|concert|
            musical|anniversary|building; whole school; all parents|pupils|students|families|years; press release; new
            website|headteacher|principal|building; holiday dates|schedule; kom|komt .. allemaal|ook .. kijken|langs;
            iedereen is
            .. welkom; verkrijgbaar|kaarten|kaartverkoop|tickets .. voor|via|aan; uitnodiging voor .. @event; trots
        4: @pages; volg ons; deel dit|deze|het .. bericht; like; delen .. met .. familie|vrienden|bekenden
        """,
        # Notices that cannot wait for the right channel.
        "alarm": """
        10: calamiteit*; ontruim*; geëvacueerd|evacuatie|evacueren; code rood|oranje; noodweer; stroomstoring|
            stroomuitval;
            gaslek; bommelding; overstroming|waterschade; school .. is|blijft|wordt|gaat .. dicht|gesloten;
            school .. sluit|sluiten .. vandaag|morgen|direct|per_direct|eerder; roostervrij; lessen .. vervallen|
            uitgevallen|vervalt|gaan_niet_door; lesuitval; lesvrij; brand .. in|op|bij .. school; geen lessen|school
            .. vandaag|morgen;
            school .. closed|closes|evacuated; lessons|classes|school .. cancelled|canceled; emergency; power cut|
            outage;
            gas leak; bomb threat; lockdown; snow day
        """,
        # Something is asked of the reader.
        "asks": """
        10: graag .. reactie|antwoord|bevestiging|terugkoppeling; reageer|reageren .. op|voor|via|uiterlijk|graag|of;
            laat|laten .. weten|horen|me|mij|ons .. weten|horen|of; laat me|mij|ons|even|het .. weten; kunt|wilt|kan|
            zou|zoudt|zouden|mag|gaat u; kunt|kan|wil|kunnen|willen|zou|zouden|mogen|gaan je|jullie; geef|geven|
            geeft|vul|vult|meld|schrijf|lever .. door|aan|in|terug; neem|neemt .. contact; mail|stuur|bel|meld mij|
            me|ons|het|dit|terug; opgeven|aanmelden|inschrijven|afmelden|doorgeven|aangeven|invullen
            ..
            kan|voor|via|uiterlijk|bij|graag; wij|we|ik horen|hoor .. graag|van; ik|wij|we .. hoor|horen .. graag;
            wat vindt|vinden|denkt .. u|je|jullie; heeft|hebben|heb|hebt u|je|jullie; zijn er .. ouders|vrijwilligers;
            antwoordstrook*|antwoordstrookje; toestemmingsformulier; formulier .. invullen|ingevuld|retour|
            in_te_vullen;
            afspraak .. maken|plannen; gesprek .. plannen|inplannen|maken; rsvp; please|kindly reply|respond|confirm|
            let|return|complete|fill|send|bring|sign|indicate|contact; let me|us know; could|can|would|will you; your
            reply|response|answer; looking forward .. hearing|reply|response; reply by|before; vragen .. of|u;
            verzoek|verzoeken
            .. u|te; vraag .. aan u|jullie; gelieve .. te; moet|moeten .. doorgeven|invullen|aanmelden
        """,
        # A short word for its editors or readers: this should be placed.
        "placing": """
        10: voor .. op|in .. @pages; nieuwtje|stukje|berichtje|bericht|artikel|artikeltje|verslag|verslagje|foto* ..
            voor|op|in
            .. @pages; kan|mag|kunnen|mogen|wil|willen|wilt|kunt .. op|in .. @pages; zet|zetten|plaats|plaatsen|
            geplaatst ..
            op|in .. @pages; op|in .. @pages .. zetten|plaatsen|geplaatst|gezet|delen; leuk .. voor|op .. @pages;
            nieuwsbericht; persbericht; put|post|place|publish .. on|in .. website|site|facebook|instagram|newsletter;
            article|piece|item|photos .. for .. website|site|facebook|instagram|newsletter; press release; news item
        """,
    },
    WORDS,
)
