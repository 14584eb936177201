"""How people start groups on social media and invite others to them: Dutch and English (domain.md 4.6)."""

from __future__ import annotations

from rules.text.sayings import Sayings

WORDS = {
    "group": """*appgroep *appgroepje *app-groep *groepsapp *groepsappje *appgroepen whatsappgroep whatsapp-groep
        whatsappgroepje klassenapp klasse-app klassenappgroep ouderapp snapgroep snapchatgroep instagroep
            discordserver
        discord-server telegramgroep telegramkanaal signalgroep signal-groep facebookgroep fb-groep groepschat
        messengergroep tiktokgroep""",
    "app": """whatsapp app discord snapchat snap insta instagram telegram signal facebook messenger tiktok slack fb
        bereal
        viber wechat""",
    "made": """gemaakt aangemaakt gestart opgezet opgericht geopend maak maken start starten open richt begin beginnen
        aanmaken opzetten opstarten oprichten""",
    "join": "lid word wordt meld meedoen deelnemen toetreden aansluiten joinen join aanmelden sluit kom",
    "egroup": "group chat server channel groupchat",
}
SAYINGS = Sayings(
    {
        "starts": """
        10: @made .. @group; @group .. @made; @made .. groep|groepje|kanaal|server|chat .. op|in|via .. @app; @made
            .. @app ..
            groep|groepje|kanaal|server|chat; @app groep|groepje|kanaal|server|chat .. @made; @group .. word|wordt|
            worden|meld|
            meedoen|deelnemen|aansluiten|joinen|join|sluit|lid|toegevoegd; word|wordt|worden|meld|meedoen|deelnemen|
            aansluiten|
            joinen|join|sluit|kom .. @group; word|wordt|meld|join|joinen|sluit|kom .. groep|groepje|kanaal|server ..
            op|in|via
            .. @app; voeg|voegen .. toe .. @group; @group .. voeg|voegen .. toe; voeg|voegen .. toe .. groep|app|
            whatsapp;
            voeg|add mij|me|ons .. toe? .. op|on|via .. @app; volg mij|me .. op|via .. @app; scan .. qr|qr-code|
            qrcode ..
            groep|@app|@group|lid|mee; nummer|06-nummer|telefoonnummer|mobiele_nummer|nummers .. @group; @group ..
            nummer|
            06-nummer|telefoonnummer|nummers; app|appen .. mij|me .. op|via|maar .. nummer|06|privé; uitnodig* ..
            @group;
            @group .. uitnodig*|link; link .. @group
        10: i|we|i've|we've .. created|made|set_up|started|opened .. @egroup; join .. @app .. @egroup; join .. our|
            my|the
            @egroup; @app @egroup .. join|created|made|started|link; add me on|in .. @app; follow me on .. @app;
            add you|everyone|everybody .. to .. @egroup; invite .. to .. @app|@egroup; scan .. qr .. @egroup|@app|join
        """,
        # Others made it, or one would rather not: nobody is invited.
        "others": """
        10: ouders|klassenouder*|leerlingen|pupils|parents|kinderen .. hebben|heeft|have .. gemaakt|aangemaakt|
            gestart|opgericht|
            made|created|set_up; in|op de|jullie|hun|een @group .. gebeurt|pest*|ruzie|rondgaat|rondgaan|gedeeld|
            geplaatst|
            gezet|staat|stond|verschen*|screenshots; pest*|ruzie|screenshot*|bericht|berichten|foto* .. in|uit|via ..
            @group;
            gepest*|pesten|pest|uitgescholden|buitengesloten|uitgelachen|bedreigd|lastiggevallen|bullied|bullying ..
            @group|@app|chat; @group|@app|chat .. gepest*|pesten|uitgescholden|buitengesloten|bedreigd|bullied|bullying;
            opdracht|werkstuk|les|lesbrief|project|presentatie|onderzoek|spreekbeurt|assignment|essay .. over|about ..
            @app|@group; als medewerker|docent|school|mentor .. niet|geen; bedank* .. uitnodiging .. maar;
            verlaat|verlaten|uit .. @group
        """,
    },
    WORDS,
)
