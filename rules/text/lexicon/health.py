"""Words about health and care, and what tells talk about them from what is said of somebody (domain.md 2.2)."""

from __future__ import annotations

import re

from rules.text.phrases import Phrases, listed

CONDITION, CARE, STATE, PLACE = "condition", "care", "state", "place"
PHRASES = Phrases(
    {
        CONDITION: listed(
            "adhd*, a.d.h.d., adhd-*, add, pdd-nos, pddnos, pdd nos, autis*, ass, asperger*, *dyslexie, "
            "dyslex*, dislex*, dyscalculie, dyscalc*, discalc*, dyspraxie, dcd, tos, "
            "taalontwikkelingsstoornis, gilles de la tourette, tourette, odd, ptss, ptsd, borderline, "
            "bipolair*, bipolar*, schizofren*, schizophren*, psychose, psychotisch*, psychosis, *depressie, "
            "*depressies, depressief, depressieve*, depression, depressed, *stoornis, *stoornissen, *disorder, "
            "anorexia*, anorex*, boulimia, boulimie, bulimia, eetprobleem, eetproblemen, automutil*, "
            "zelfbeschadig*, self-harm*, self harm*, zichzelf snijdt, snijdt zichzelf, suïcid*, suicid*, "
            "zelfmoord*, zelfdoding*, paniekaanval*, paniekstoornis, panic attack*, faalangst, angstklachten, "
            "sociale angst, fobie, anxiety, dwangstoornis, ocd, ocs, burn-out, burnout, burn out, overspannen, "
            "overspannenheid, overbelast*, epilep*, epileps*, diabetes, diabet*, suikerziekte, *astma, "
            "asthma*, astmatisch*, copd, hooikoorts, hay fever, hayfever, *allergie, *allergieën, *allergy, "
            "*allergies, allergisch*, allergic, anafyla*, anaphyla*, coeliakie, celiac*, coeliac*, "
            "lactose-intoleran*, lactose intoleran*, lactose-intolerant, lactoseintoleran*, glutenintoleran*, "
            "glutenallergie, eczeem, eczema, psoriasis, migraine*, reuma, reumatisch*, jeugdreuma, arthritis, "
            "artrose, *kanker, cancer, leukemie, leukaemia, leukemia, tumor*, tumour, hersentumor, lymfoom, "
            "chemo, chemotherapie, chemokuur, chemotherapy, bestraling*, bestraald, crohn, colitis, "
            "prikkelbare darm, pds, cystic fibrosis, taaislijmziekte, sikkelcel*, hemofilie, haemophilia, "
            "multiple sclerose, ms, spierziekte, hartafwijking, hartaandoening, hartritme*, hartoperatie, "
            "hartfilmpje, heart condition, heart defect, hartklacht*, hartaanval, hartinfarct, herseninfarct, "
            "hersenbloeding, beroerte, tia, hiv, hepatitis, tuberculose, tbc, ziekte van lyme, lyme, pfeiffer, "
            "glandular fever, mononucleosis, longontsteking, pneumonia, hersenvliesontsteking, meningitis, "
            "hersenschudding, concussion, whiplash, hernia, blindedarm*, appendicitis, appendix, appendectomy, "
            "scoliose, scoliosis, syndroom van down, downsyndroom, down's syndrome, down syndrome, *syndroom, "
            "syndrome, long covid, long-covid, postcovid, post-covid, slechthorend*, slechtziend*, doof, deaf, "
            "hard of hearing, "
            "hearing aid*, hearing loss, hearing impair*, gehoorapparaat*, gehoorapparaten, oorapparaat*, "
            "hoortoestel*, gehoorverlies, visually impaired, partially sighted, cochleair implantaat, "
            "kleurenblind*, colour blind*, color blind*, rolstoel*, wheelchair*, prothese*, prosthe*, spasti*, "
            "cerebral palsy, verlamd, paralysed, hemiplegie, lichamelijke beperking, verstandelijke beperking, "
            "verstandelijk beperkt, licht verstandelijk, lvb, fysieke beperking, visuele beperking, "
            "auditieve beperking, gehandicapt*, *handicap, disabled, disability, learning disabilit*, "
            "learning difficult*, chronisch ziek*, chronische ziekte, chronically ill, chronic illness, "
            "ongeneeslijk*, terminaal, terminally ill, palliatie*, zwanger, zwangerschap*, pregnant, "
            "pregnancy, hoogzwanger, miskraam, miscarriage, abortus, abortion, ivf*, zwangerschapsverlof, "
            "genderdysfor*, gender dysphoria, gendertransitie, transitie, hormoonblokkers, puberteitsremmers, "
            "alcoholverslaving, verslaafd, verslaving*, addicted, addiction, gameverslaving, drugsgebruik, "
            "blowt, alcoholprobleem, alcoholist, *trauma, getraumatiseerd, traumatis*, hechtingsproblem*, "
            "hechtingsstoornis, hoogbegaafd*, hoogsensitief, selectief mutisme, mutis*, stottert, stotteren, "
            "bedplas*, bedwetting, incontinent*, slaapapneu, narcolepsie, slaapproblemen, insomnia, "
            "bloedarmoede, anemie, anaemi*, bloedziekte, nierziekte, nierpatiënt*, nierdialyse, dialyse, "
            "dialysis, schildklier*, thyroid, endometriose, endometriosis, ritalin*, concerta, "
            "methylfenidaat*, medikinet, strattera, dexamfetamine, equasym, lyrica, insuline*, insulin*, "
            "epipen*, epi-pen*, ventolin, salbutamol, inhaler*, inhalator, pufje*, puffer, antidepressiva, "
            "antidepressant*, sertraline, fluoxetine, prozac, citalopram, oxazepam, diazepam, melatonine, "
            "melatonin, antipsychotica, antibiotica*, antibioticum, antibiotics, antibioticakuur, prednison*, "
            "prednisolon, anti-epileptica, depakine, morfine, methotrexaat, medicatie*, medicijn*, "
            "medication*, medicine, slaappillen, bloedverdunner*, hormoonkuur, sondevoeding, katheter, stoma, "
            "insulinepomp, diagnose*, gediagnosticeerd, diagnosis, diagnosed, gezondheidsproblemen, "
            "gezondheidsklachten, health issues, health problems, medische klachten, medische redenen, "
            "medical reasons, medical condition, psychische klachten, psychische problemen, psychisch*, "
            "psychische, mental health, mentale klachten, mentale problemen, lichamelijke klachten, "
            "vermoeidheidsklachten, chronisch vermoeid*, chronische vermoeidheid, cvs/me, chronic fatigue, "
            "rugklachten, nekklachten, rsi, stressklachten, stress-related, spanningsklachten, buikklachten, "
            "hoofdpijnklachten, menstruatie*, ongesteld*, period pain*, soa, chlamydia, kindermishandel*, "
            "mishandel*, misbruikt, seksueel misbruik, huiselijk geweld, domestic violence, verwaarloos*, "
            "verwaarlozing"
        ),
        CARE: listed(
            "jeugdzorg*, jeugdhulp*, jeugdbescherm*, jeugdreclassering, bureau jeugdzorg, youth care, "
            "child protection, social services, raad voor de kinderbescherming, kinderbescherming, "
            "gezinsvoogd*, voogd, voogdij*, ondertoezichtstelling, onder toezicht, onder toezicht gesteld, "
            "ots, uithuisplaatsing, uithuisgeplaatst*, uit huis geplaatst, uit huis is geplaatst, pleeggezin, "
            "pleegzorg, foster family, foster care, crisisopvang, crisisplaatsing, crisisdienst, "
            "gesloten jeugd*, jeugdinrichting, veilig thuis, zorgmelding, meldcode, ggz, *psycholoog, "
            "kinderpsycholoog, psychologist, psychologe, *psychiater, "
            "kinderpsychiater, psychiatrist, "
            "psychiatr*, orthopedagoog, therapie, *therapie, therapeut, psychotherap*, therapist, therapy, "
            "counsellor, counselling, emdr, cgt, maatschappelijk werk*, schoolmaatschappelijk werk*, "
            "social worker, verslavingszorg, afkickkliniek, rehab, kliniek, clinic, revalidatie*, revalideert, "
            "revalideren, rehabilitation, logopedi*, speech therapy, fysiotherap*, fysio, "
            "blijf-van-mijn-lijfhuis, opvanghuis, physiotherap*, "
            "dagbehandeling, opname, opgenomen, hospitalised, hospitalized, admitted, zorgindicatie, "
            "cognitieve gedragstherapie, wachtlijst, bedrijfsarts, arbo-arts, arboarts, ziektewet, wia, "
            "ziekteverlof, sick leave, re-integratie, reïntegratie, reintegratie, arbeidsongeschikt*, "
            "ziekenhuis*, hospital, spoedeisende hulp, eerste hulp, seh, ambulance, operatie, geopereerd, "
            "operation, surgery, operated, intensive care, cardioloog, neuroloog, kinderarts, oogarts, kno-arts, "
            "dermatoloog, reumatoloog, uroloog, verslavingszorg, tactus,  "
            "paediatrician, dermatoloog, oncoloog, uroloog, gynaecoloog, verloskundige"
        ),
        STATE: listed(
            "ziek, ziekgemeld, ziek gemeld, ziekmelding, ill, sick, unwell, called in sick, griep, griepje, "
            "flu, influenza, koorts, fever, verhoging, *hoofdpijn, headache*, *buikpijn, stomach ache, "
            "stomachache, tummy ache, *menstruatiepijn, keelpijn, keelontsteking, sore throat, oorontsteking, "
            "ear infection, ogontsteking, voorhoofdsholteontsteking, blaasontsteking, *ontsteking, bronchitis, "
            "buikgriep, stomach bug, gastroenteritis, norovirus, corona, covid*, waterpokken, chickenpox, "
            "chicken pox, krentenbaard, roodvonk, scarlet fever, kinkhoest, whooping cough, mazelen, measles, "
            "bof, mumps, schurft, scabies, hoofdluis, luizen, lice, wratjes, wratten, zwakke rug, "
            "rugproblemen, bloedsuiker, hoofdwond, gehecht, gat in haar hoofd, gat in zijn hoofd, langdurige "
            "ziekte, zijn ziekte, haar ziekte, grieperig, gordelroos, shingles, misselijk*, "
            "nauseous, overgegeven, overgeven, gebraakt, braken, vomit*, threw up, throwing up, diarree, "
            "diarrhoea, diarrhea, flauwgevallen, flauw gevallen, viel flauw, fainted, fainting, bewusteloos, "
            "unconscious, duizelig*, dizzy, dizziness, benauwd*, hyperventil*, bloedneus*, nosebleed*, toeval, "
            "seizure*, insult*, *breuk, gebroken, brak zijn, brak haar, broken arm, broken leg, broken wrist, "
            "broken ankle, broken collarbone, broke his, broke her, broke my, fractur*, gekneusd*, kneuzing, "
            "verstuikt*, sprained, sprain*, enkelblessure, *blessure, geblesseerd*, gewond, verwond*, "
            "hechtingen, stitches, *gips, plaster cast, in a cast, krukken, crutches, brace, kruisband*, "
            "meniscus, acl, torn ligament, spierscheuring, hamstring*, bijholte*, verkouden, rugpijn, "
            "back pain, pijn in, pijn aan, chronische pijn, kiespijn, wisdom teeth, verstandskies*, beugel, "
            "uit de running, beterschap, niet lekker, voelt zich niet goed, voelde zich niet goed, chronisch, "
            "ernstig ziek, zwaar ziek, "
            "seriously ill, on medication, aan de pillen, uitgevallen, opgebrand"
        ),
    }
)
# Words of the lists that mean something else as well count only beside their own signs.
ONLY_CAPITALS = frozenset(
    {
        "ass",
        "add",
        "tos",
        "odd",
        "dcd",
        "ots",
        "pds",
        "ocd",
        "ocs",
        "lvb",
        "wia",
        "cgt",
        "seh",
        "tia",
        "acl",
        "ms",
        "soa",
        "rsi",
        "tbc",
    }
)
# About health, not about somebody's: what stands right before the word.
TOPIC = re.compile(
    r"(?:\b(?:over|about|omtrent|rondom|inzake|thema|theme|onderwerp|topic|topics|betreffende|aangaande|"
    r"inzicht in|kennis van|preventie|prevention of|"
    r"voorkomen van|ter voorkoming van|stichting|fonds|vereniging|nationale?|nederlandse?|week van|dag "
    r"van|world|wereld|symptomen van|symptoms of|oorzaken van|"
    r"causes of|signs of|what is|wat is|wat zijn|signalen van|begrippen|chapter|hoofdstuk|module|"
    r"e-learning|cursus|training|workshop|webinar|lezing|"
    r"studiedag|boek|artikel|film|spreekbeurt|presentatie|werkstuk|protocol|beleid|regeling|aantal|percentage)"
    r"[ :\"'(]{1,3}(?:(?:de|het|een|the|een|living with|leven met|omgaan met) )?(?:[\w-]+[ "
    r",/]{1,2}(?:en |and |of |or ))?)\Z"
)
PRESENTED = re.compile(
    r"\b(?:spreekbeurt\w*|presentatie\w*|werkstuk\w*|profielwerkstuk|pws|lezing|boek\w*|film|"
    r"documentaire|artikel|workshop|cursus\w*|training|les|gastles|essay|podcast|"
    r"presentation|talk|lecture|book|essay|project|article|assembly|assignment|"
    r"paper)\b[^.;]{0,25}\b(?:over|about|on|rond|met als onderwerp)\b[^.;]{0,30}\Z"
)
POSSESSED = re.compile(
    r"\b(?:zijn|haar|hun|mijn|z'n|m'n|d'r|his|her|my|their|[\w-]+'s)\s"
    r"(?:(?!heeft|had|is|was|has|over|about|on|voor|for|spreekbeurt|presentatie|werkstuk|boek|toets|les|"
    r"vak|team|school|klas)\w+\s){0,2}\Z"
)
AFFIRMED = re.compile(
    r"\b(?:heeft|heb|had|lijdt|is|was|ben|kreeg|krijgt|slikt|gebruikt|wegens|vanwege|ivm|i\.v\.m\.|met|"
    r"door|sinds|blijkt|gediagnosticeerd|ligt|lag|"
    r"has|have|suffers|takes|with|due to|because of|got|gets|uses|having|for his|for her)\s(?:[\w-]+\s){0,3}\Z"
)
# About health, somewhere in the sentence.
TALK = re.compile(
    r"\b(?:voorlichting\w*|workshops?|webinars?|curs(?:us|ussen)|training(?:en|s)?|scholing|"
    r"studie(?:dag|middag|avond)\w*|lezing\w*|themabijeenkomst\w*|thema-?avond\w*|ouderavond|gastles\w*|"
    r"lespakket|lesbrief|"
    r"hoofdstuk|chapter|paragraaf|proefwerk|werkstuk|profielwerkstuk|pws|spreekbeurt\w*|essay|roman|"
    r"film|documentaire|podcast|artikel|folder\w*|flyer\w*|brochure\w*|poster\w*|"
    r"nieuwsbrief|website|protocol\w*|beleid\w*|richtlijn\w*|handleiding|stappenplan|procedure\w*|"
    r"vragenlijst|enquête|statistiek\w*|percentage|procent|"
    r"collecte\w*|sponsorloop|goede doel|stichting|congres|symposium|vacature\w*|sollicit\w*|bhv|ehbo|"
    r"reanimatie\w*|vaccinatie\w*|vaccin|inenting\w*|griepprik|hpv-?\w*|"
    r"spreekuur|inloopspreekuur|openingstijden|assembly|lecture|policy|policies|leaflet|brochure|first "
    r"aid|charity|fundrais\w*|campaign|awareness|survey|statistics|per cent|percent|conference|vacancy|"
    r"guideline\w*|"
    r"newsletter|novel|documentary|insurance|verzekering\w*|museum|themaweek|week van|dag van|"
    r"internationale dag|wereld\w*dag|aanmeldformulier|inschrijfformulier|begrippen|definitie|quiz|"
    r"syllabus|kenmerken|boek|boeken|schoolboek|kinderboek|prentenboek|leesboek|opdracht|inleveren|"
    r"mediatheek|toneelgroep|voorstelling|verhaal|"
    r"roman|musical|toneelstuk|serie|personage|hoofdpersoon|"
    r"character|story|symptomen|oorzaken|symptoms|causes)\b"
)
IF = re.compile(
    r"\b(?:als (?!gevolg)|indien|wanneer|mocht(?:en)? (?:uw|je|u|er|een|iemand)|bij ziekte|in geval|"
    r"ingeval|stel dat|if|whenever|in case|should)\b"
)
PLURAL = re.compile(
    r"\b(?:leerlingen|kinderen|jongeren|docenten|collega's|studenten|mensen|ouders|wie|iedereen|niemand|"
    r"pupils|students|children|people|teachers|staff|anyone|everyone|nobody)\b"
)
QUESTION = re.compile(
    r"^\s*(?:heeft|is|heb|gebruikt|zijn|does|is|has|do|are|have)\s+(?:uw|je|jouw|u|jij|your|you|er|iemand|there"
    r"|any)\b"
)
NOT = re.compile(r"\b(?:geen|nooit|no|not|niet|zonder|without|never)\s(?:\w+\s){0,1}\Z")
# What care is to a person it is said of.
GIVEN_CARE = re.compile(
    r"\b(?:bij|naar|uit|door|via|van|in|onder|met|aan|op|krijgt|kreeg|heeft|had|volgt|volgde|start|"
    r"begint|begonnen|aangemeld|doorverwezen|verwezen|betrokken|ingeschakeld|gezien|gesprek|contact|"
    r"to|at|with|by|from|sees|seeing|saw|has|had|having|in|under|gets|receives|referred|starts|needs|"
    r"after|since|wacht|wegens|vanwege|ivm|i\.v\.m\.|moet|is|was|wordt|werd|a|een|zijn|haar|onze|for|"
    r"undergo\w*|ondergaat|ligt|lag|been)\b"
)
WORKS = re.compile(
    r"\b(?:werkt|werken|werkte|werkzaam|stage|directeur|medewerker|consulent|adviseur|vacature|"
    r"contactpersoon|spreekuur|works|worked|working|employed|samenwerking|samenwerken|partner|partners|"
    r"ketenpartner\w*|route|adres|ingang|bezoek aan|excursie|straat|parkeren)\b"
)
BROKEN = ("gebroken", "gekneusd", "verstuikt", "breuk", "brak ")
THINGS = re.compile(
    r"\b(?:computer|bus|printer|server|laptop|auto|fiets|kopieermachine|apparaat|beamer|digibord|boom|"
    r"plant|hond|kat|poes|paard|konijn|hamster|telefoon|motor|verwarming|lift|dog|cat|horse|car|copier|"
    r"boiler)\b (?:van \w+ )?(?:is|was|heeft|has|lijkt)\b|\bvan de (?:printer|computer|kopieermachine|"
    r"beamer|server)"
)
LIMB = re.compile(
    r"\b(?:arm|been|pols|enkel|vinger|teen|sleutelbeen|neus|rib|ribben|hand|voet|kaak|heup|knie|"
    r"schouder|elleboog|duim|scheenbeen|sleutelbeen|kuit|rug|nek|tand|onderarm|bovenarm|onderbeen|"
    r"middenvoet\w*|ribben)\b"
)
# Words in front that belong to the phrase.
ADJECTIVE = re.compile(
    r"(?:\b(?:een|zware|zwaar|ernstige|ernstig|hevige|hevig|lichte|licht|acute|acuut|chronische|"
    r"chronisch|beginnende|flinke|vorm van|lijdt aan|last van|allergisch voor|severe|serious|mild|acute|"
    r"chronic|a|an|bad|terrible|verdenking van|vermoeden van|diagnose|gebroken|zijn|haar)\s+){1,3}\Z"
)
BEHIND = re.compile(
    r"[ ](?:en|and|met|with|voor|aan|for|to|type)[ ][\w'-]{2,20}|(?:[ ]aanvallen|[ ]klachten|[ ]attacks?)"
)
# Headings of columns and fields: what is below or behind them is meant.
HEADS = frozenset(
    listed(
        "medicatie, medicijnen, diagnose, diagnoses, medication, medicine, diagnosis, allergieën, allergie, "
        "allergies, "
        "allergy, medical condition, handicap, disability, therapie, therapy"
    )
)
AFTER_HEAD = (":", "\t", "\n", "\r", "|", " |", ";")
PHRASE_GAP = 40
# A capital or the end of a line or sentence stands between two phrases.
APART = re.compile(r"[.!?;\n\t|]|\b[A-ZÀ-Þ][a-zß-ÿ]")
# Compounds that speak of what a school does about it.
OF_SCHOOL = re.compile(
    r"(?:screening|protocol|protocollen|beleid|verstrekking|fonds|coach|coaches|preventie|voorlichting|"
    r"toegankelijk|vrij|centrum|"
    r"behandelaar|specialist|coördinator|onderzoek|gids|week|les|lessen|boek|film|campagne|regeling)\Z"
)
ROW_LETTERS = 200
CELL = re.compile(r"[^\t|;\n]{2,60}(?=[\t|;])")
# Behind a word: it is a saying, a fund, or a person has it.
SAYING = re.compile(
    r"[ ](?:and tired|of|research|fund|charity|awareness|week|day|van het|van de|het hart|teams|office|"
    r"word|excel|forms|"
    r"aan (?:chocola\w*|koffie|snoep|thee|voetbal|netflix|taart|games?))\b"
)
OF_SOMEBODY = re.compile(r"[ ](?:van|of)[ ]")
