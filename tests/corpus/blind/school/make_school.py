"""Writes the synthetic school of the blind corpus: 1,000 pupils, their parents, 90 staff and everything around them.

Run as `python make_school.py FOLDER`. Writes the nine CSV files of the canonical import format (UTF-8, comma, header)
and `school.json` into FOLDER, which is made if need be. The same bytes come out on every machine and every Python: the
dice are SHA-256, not `random`. The messages beside this folder quote the values, so a change here changes the labels there.

Everybody is invented. BSNs begin with a 9, which is never given out; all hosts end in .example. Fails with an OSError
if the folder can't be written.

The first families, staff, contacts, consents and grounds are written out by hand (the cast the messages speak of);
the rest of the school is thrown around them.
"""

import csv
import hashlib
import json
import re
import sys
import unicodedata
from pathlib import Path

SEED = "hanzepoort-1"
DOMAIN = "hanzepoort.example"
PUPIL_DOMAIN = "leerling.hanzepoort.example"
PUPILS = 1000
STAFF = 90
CLASS_SIZE = 25
YEARS = {"1": 2014, "2": 2013, "3": 2012, "4": 2011, "5": 2010, "6": 2009}
CLASSES = (
    [f"{year}{letter}" for year in "12" for letter in "ABCDEFGH"]
    + ["M3A", "M3B", "H3A", "H3B", "H3C", "V3A", "V3B", "V3C"]
    + ["M4A", "M4B", "H4A", "H4B", "H4C", "V4A", "V4B", "V4C"]
    + ["H5A", "H5B", "H5C", "V5A", "V5B", "V5C", "V6A", "V6B"]
)

GIRLS = (
    "Anouk Bente Cato Demi Evi Floor Guusje Hidde-Marie Imke Jet Kiki Liz Maud Nore Olivia Puck Quirine Robin Saar Tess "
    "Umaiza Veerle Wies Xenia Yara Zoé Aylin Shirin Meryem Ghizlane Oksana Renée Chloé Ruth Jonna Sterre Lieke Lune"
).split()
BOYS = (
    "Abel Boaz Casper Dex Eelco Floris Giel Hugo Ids Jurre Kasper Levi Morris Noud Otis Pim Quinten Ravi Siem Teun Ubbo "
    "Vigo Willem Xavi Yassin Zeb Emre Hamza Björn André Jesse Timo Rens Luuk Mats Sepp Jip Tygo"
).split()
WOMEN = (
    "Agnes Brigitte Conny Danielle Edith Froukje Greetje Heidi Ineke Jacqueline Klaartje Loes Marjan Nelleke Odette Petra "
    "Renate Simone Trudy Ursula Vivian Wietske Yolanda Zehra Khadija Malika Ewelina Hélène Ngozi Fatma Marlies Suzanne"
).split()
MEN = (
    "Albert Berend Cor Dennis Evert Freek Gerard Harry Iwan Jelmer Klaas Lennard Marnix Norbert Otto Pascal Rutger Sander "
    "Theo Vincent Wilfred Youri Mehmet Rachid Pawel Jérôme Chidi Osman Maarten Rob Stefan Ties"
).split()
SURNAMES = (
    ("", "Abbink"), ("", "Bosgraaf"), ("van", "Campen"), ("", "Dorrestijn"), ("van den", "Elzen"), ("", "Fikkert"),
    ("", "Garritsen"), ("ter", "Horst"), ("", "Imming"), ("de", "Jager"), ("", "Kamphuis"), ("van de", "Lageweg"),
    ("", "Meulenbelt"), ("", "Nagtegaal"), ("", "Oonk"), ("", "Plantinga"), ("", "Quist"), ("van", "Rossum"), ("", "Slagman"),
    ("", "Tempelman"), ("", "Uitslag"), ("van der", "Vegt"), ("", "Wesselink"), ("", "IJzerman"), ("", "Zweers"), ("", "Karaca"),
    ("el", "Khattabi"), ("", "Nowicka"), ("", "Öztekin"), ("", "Nguyễn"), ("", "d'Hont"), ("", "Müller"), ("op 't", "Hof"),
    ("", "Smit"), ("de", "Boer"), ("", "Visser"), ("", "Bakker"), ("", "Peters"), ("van", "Dijk"), ("", "Groen"),
    ("", "Lammers"), ("", "Rietveld"), ("", "Wiggers"), ("in 't", "Veen"), ("", "Haïdar"), ("", "Okafor"), ("", "Scholten op Reimer"),
)  # fmt: skip
STREETS = (
    "Berkelkade", "Lage Weide", "Burg. van Lenthestraat", "Tolhuisweg", "Achter de Hoven", "Kleine Omgang", "Plataanlaan",
    "Sint Jorisstraat", "Dr. Huberplein", "Het Hoge Loo", "Molenpad", "Laan van Heiderade", "Zwaluwhof", "Oude Zutphenseweg",
    "Prins Mauritssingel", "Hanzedreef", "Kromme Steeg", "Weidevogelerf", "Prof. Minkestraat", "Zaagmolenbaan",
)  # fmt: skip
CITIES = (("Zutphen", 7200), ("Warnsveld", 7230), ("Heiderade", 7218), ("Vorden", 7250), ("Bronsloo", 7223))
CITIES += (("Laarwijk", 7239),)
ADDITIONS = ("", "", "", "", "", "a", "-2", " bis", "-III", " B", " hs")
HOSTS = [f"{name}.example" for name in ("postbus", "thuisnet", "mailplek", "kabelpost", "brievenbus", "snelmail")]
MOBILE_FORMS = (
    "06-{a}{b}{c}{d}", "06 {a} {b} {c} {d}", "06{a}{b}{c}{d}", "+31 6 {a}{b}{c}{d}", "+316{a}{b}{c}{d}", "06.{a}{b}.{c}{d}",
    "(06) {a}{b}{c}{d}", "0031 6 {a}{b} {c}{d}", "06 - {a}{b} {c}{d}", "+31 (0)6 {a}{b}{c}{d}",
)  # fmt: skip
SUBJECTS = (
    "Nederlands Engels Duits Frans wiskunde natuurkunde scheikunde biologie aardrijkskunde geschiedenis economie muziek "
    "tekenen handvaardigheid LO informatica filosofie Latijn Grieks maatschappijleer"
).split()

PUPIL = "id first_name infix last_name name class birth_date email mobile bsn education_number parent_ids".split()
PARENT = (
    "id first_name infix last_name name relation email mobile phone street house_number postcode city household_id "
    "student_ids legal custody contact_ban address_secret"
).split()
MEMBER = (
    "id code first_name infix last_name name roles mentor_of function email aliases private_email mobile parent_id "
    "team_leader_id manager_id deputy_id teaches valid_from valid_until"
).split()
CONTACT = (
    "id organisation kind contact_name role email domain phone street house_number postcode city processor approved_for"
).split()
CONSENT = "id subject_id given_by recipient data_kinds purpose valid_from valid_until status".split()
GROUND = "id party data_kinds law valid_from valid_until".split()
DELEGATION = "id from_id to_id scope valid_from valid_until".split()
LIST = "address name kind members visible_to".split()
MAILBOX = "address name member_ids mandate".split()

SCHOOL = {
    "name": "Lyceum De Hanzepoort",
    "domains": [DOMAIN],
    "street": "Coehoornsingel",
    "house_number": "61",
    "postcode": "7201 ZP",
    "city": "Zutphen",
    "po_box": "Postbus 318, 7200 AH Zutphen",
    "phones": ["0575-590100", "0575 59 01 99"],
    "iban": "NL91TRIO0000590100",
    "functional_addresses": [
        f"{name}@{DOMAIN}"
        for name in ("info", "administratie", "verzuim", "financien", "noreply", "helpdesk", "redactie", "postmaster")
    ],
    "editors": ["hmb", "plo"],
    "pupil_domains": [PUPIL_DOMAIN],
    "time_zone": "Europe/Amsterdam",
    "language": "nl",
    "working_hours": "08:00-17:00",
    "holidays": ["2026-12-19/2027-01-03"],
    "official_pages": [f"https://www.{DOMAIN}"],
    "privacy_officer": f"b.koning@{DOMAIN}",
    "protected": [f"o.ferwerda@{DOMAIN}"],
}

# Pupils of the cast: id, name parts, class, birth date, mobile, kind of number.
CAST_PUPILS = """
410012|Jasmijn||Verhoef|2C|2013-04-17|06-38114725|bsn|Q0001;Q0002
410027|Twan||Verhoef|H4B|2011-01-09|06 41 52 90 36|bsn|Q0001;Q0002
410033|Sami||Benali|2C|2013-09-28|0631847702|bsn|Q0003;Q0004
410048|Fenna||Kuipers|2C|2012-12-02|06-27709154|bsn|Q0005;Q0006
410051|Bram|van der|Linden|H4B|2010-10-21|+31 6 18350942|bsn|Q0007
410066|Niamh||O'Hara|V5B|2010-03-15|+31 6 44027719|onderwijs|Q0008;Q0009
410079|Elif||Yıldırım|2C|2013-07-06|06 55 13 80 27|bsn|Q0010;Q0011
410084|Stijn|de|Wilde|V6A|2008-06-30|06.2290.4418|bsn|Q0012;Q0013
410095|Lars||Schuurmans|H4B|2010-11-14|06-50917263|bsn|Q0014;Q0015
410103|Roos||Boonstra|1D|2014-02-11|06 33 90 15 74|bsn|Q0016;Q0017;Q0018
410118|Joep||Boonstra|2C|2013-01-25|06-33901599|bsn|Q0016;Q0017;Q0018
410121|Linh||Pham|V5B|2009-12-19|06-47281136|bsn|Q0019;Q0020
410136|Koen|'t|Hoen|M3A|2011-08-03|06 12 77 40 58|bsn|Q0021;Q0022
410140|Vera||Nijboer|1D|2014-05-22|06-29384410|bsn|Q0023
410155|Milan||Sloot|1D|2014-09-01|06 48 00 61 93|bsn|Q0024;Q0025
410167|Lotte||Mertens|V5B|2010-06-12|+32 470 18 26 93|onderwijs|Q0026
410172|Daniël||Akkerman|2C|2013-03-30|06-14429087|bsn|Q0027;Q0028
410186|Sanne|van den|Akker|H4B|2011-05-18|06 83 20 47 61|bsn|Q0029;Q0030
"""
# Parents: id, name parts, relation, email, mobile, phone, street, number, postcode, city, household, legal, custody, ban, secret.
CAST_PARENTS = """
Q0001|Marieke||Verhoef-Prins|moeder|marieke.verhoef@thuisnet.example|06-41270883|0575-541207|Zwaluwhof|18|7231 KD|Warnsveld|G001|ja|||
Q0002|Wout||Verhoef|vader|wverhoef@snelmail.example|06 52 81 90 47||Zwaluwhof|18|7231 KD|Warnsveld|G001|ja|||
Q0003|Houda||Ziani|moeder|houda.ziani@mailplek.example|0634901827||Berkelkade|204-II|7203 LT|Zutphen|G002|ja|ja||
Q0004|Karim||Benali|vader|k.benali@postbus.example|+31 6 19204756||Tolhuisweg|7a|7251 PN|Vorden|G003|ja|ja||
Q0005|Astrid||Dekkers|moeder|astrid.dekkers@brievenbus.example|06-22873910||Kromme Steeg|33|7224 BX|Bronsloo|G004|ja|ja||ja
Q0006|Roel||Kuipers|vader|roelkuipers74@kabelpost.example|06 45 11 30 92||Plataanlaan|112|7205 GH|Zutphen|G005|ja|nee|ja|
Q0007|Nicolien|van der|Linden|moeder|n.vanderlinden@thuisnet.example|06-30588214|(0575) 52 73 10|Achter de Hoven|5 bis|7202 DR|Zutphen|G006|ja|||
Q0008|Ciarán||O'Hara|vader|ciaran.ohara@snelmail.example|+353 87 412 9930||Hanzedreef|61|7219 VE|Heiderade|G007|ja|||
Q0009|Sinéad||Byrne|moeder|sinead.byrne@snelmail.example|+31 6 50773162||Hanzedreef|61|7219 VE|Heiderade|G007|ja|||
Q0010|Hatice||Yıldırım|moeder|fam.yildirim@postbus.example|06 17 66 40 25||Dr. Huberplein|9-III|7204 CW|Zutphen|G008|ja|||
Q0011|Orhan||Yıldırım|vader|fam.yildirim@postbus.example|06 28 31 75 09||Dr. Huberplein|9-III|7204 CW|Zutphen|G008|ja|||
Q0012|Jolanda|de|Wilde|moeder|jolandadewilde@kabelpost.example|06-11930576||Molenpad|40|7232 TA|Warnsveld|G009|ja|||
Q0013|Henk|de|Wilde|vader|henk.de.wilde@thuisnet.example|06-84150263||Molenpad|40|7232 TA|Warnsveld|G009|ja|||
Q0014|Gijs||Schuurmans|vader|gijs.schuurmans@mailplek.example|06 39 42 18 70||Laan van Heiderade|277|7218 NB|Heiderade|G010|ja|||
Q0015|Birgit||Schuurmans-Kolk|moeder|birgitkolk@mailplek.example|06 13 57 02 84||Laan van Heiderade|277|7218 NB|Heiderade|G010|ja|||
Q0016|Ilse||Boonstra|moeder|ilseboonstra@brievenbus.example|06-53019428||Weidevogelerf|14|7240 KS|Laarwijk|G011|ja|ja||
Q0017|Dirk||Boonstra|vader|dirk.boonstra@kabelpost.example|06-24816630||Oude Zutphenseweg|88|7252 HM|Vorden|G012|ja|nee||
Q0018|Patrick||Maas|stiefvader|p.maas@brievenbus.example|06 42 90 77 15||Weidevogelerf|14|7240 KS|Laarwijk|G011|nee|||
Q0019|Thi Mai||Pham|moeder|thimai.pham@snelmail.example|06 18 47 93 20||Kleine Omgang|2|7201 JC|Zutphen|G013|ja|||
Q0020|Duc||Pham|vader|duc.pham@snelmail.example|06-57390184||Kleine Omgang|2|7201 JC|Zutphen|G013|ja|||
Q0021|Froukje|'t|Hoen|moeder|froukjethoen@postbus.example|06-46203915||Lage Weide|51|7253 AZ|Vorden|G014|ja|||
Q0022|Marco|'t|Hoen|vader|marco.thoen@postbus.example|06 21 95 63 08||Lage Weide|51|7253 AZ|Vorden|G014|ja|||
Q0023|Carola||Nijboer|moeder|c.nijboer@mailplek.example|06-15740932||Sint Jorisstraat|76 hs|7206 BM|Zutphen|G015|ja|||
Q0024|Bianca||Sloot|moeder|bianca_sloot@thuisnet.example|06 49 10 82 37||Prof. Minkestraat|120|7233 EX|Warnsveld|G016|ja|||
Q0025|Ronnie||Sloot|vader|ronniesloot@thuisnet.example|06-32674401||Prof. Minkestraat|120|7233 EX|Warnsveld|G016|ja|||
Q0026|Greet||Mertens|moeder|greet.mertens@kabelpost.example|+32 478 55 01 37||Prins Mauritssingel|3|7207 RK|Zutphen|G017|ja|||
Q0027|Judith||Akkerman|moeder|judith.akkerman@snelmail.example|06-81029457||Het Hoge Loo|25|7225 WD|Bronsloo|G018|ja|||
Q0028|Reinier||Akkerman|vader|r.akkerman@snelmail.example|06 20 74 38 51||Het Hoge Loo|25|7225 WD|Bronsloo|G018|ja|||
Q0029|Esther|van den|Akker|moeder|esthervdakker@thuisnet.example|06-37512048||Zaagmolenbaan|9|7241 PV|Laarwijk|G019|ja|||
Q0030|Jeroen|van den|Akker|vader|jeroenvdakker@thuisnet.example|06 54 20 91 36||Zaagmolenbaan|9|7241 PV|Laarwijk|G019|ja|||
"""
# Staff: id, code, name parts, roles, mentor of, function, private email, mobile, as a parent, team leader, manager.
CAST_STAFF = """
W001|lha|Leonie||Hartgers|teamleider||teamleider onderbouw||06-40127739||W003|W003
W002|cdu|Casper||Duindam|teamleider||teamleider bovenbouw||06 19 82 50 43||W003|W003
W003|hmb|Machteld||Brouwers|staflid||rector||06-55281904|||
W004|rve|Rinske||Veltman|staflid||conrector financiën||+31 6 23718809||W001|W003
W005|awo|Anneke||Wolbers|administratief aangewezen||leerlingadministratie||06 36 57 11 82||W001|W004
W006|fam|Farida||Amezian|docent;staflid||zorgcoördinator||06-28450917||W001|W003
W007|bko|Bertus||Koning|functionaris gegevensbescherming||privacy||06 31 09 46 75||W001|W003
W008|hpo|Hennie||Postel|conciërge||||06-17740236||W001|W004
W009|ofe|Oda||Ferwerda|docent;beschermd||vertrouwenspersoon||06 82 36 90 14||W001|W003
W010|tra|Tessa||Rademaker|docent;mentor|2C|Nederlands|tessa.rademaker@snelmail.example|06-49380215||W001|W001
W011|jha|Joris|van|Haaften|docent;mentor|H4B|wiskunde||06 14 86 23 97||W002|W002
W012|mfe|Milou||Feenstra|docent;mentor|V5B|Engels||06-38207165||W002|W002
W013|ako|Arjen||Kooiman|docent;mentor|1D|aardrijkskunde||0651930284||W001|W001
W014|spi|Sjoerd||Pietersma|docent;mentor|V6A|decaan||06 23 47 10 58||W002|W002
W015|gsc|Gijs||Schuurmans|docent||biologie|gijs.schuurmans@mailplek.example|06 39 42 18 70|Q0014|W002|W002
W016|plo|Paulien||Loman|docent;redactie||geschiedenis||06-12653980||W001|W001
W017|mdr|Mirthe||Draaisma|administratief||receptie||06-44910372||W001|W004
W018|tke|Tarik||Kesen|docent||LO||06 37 28 55 01||W001|W001
"""
# Contacts: id, organisation, kind, name, email, phone, street, number, postcode, city, processor of, approved for.
CAST_CONTACTS = """
C01|Reisbureau Wijde Wereld|reisbureau|Mirjam Teunissen|reizen@wijdewereld.example|088-4410272|Havenkade|3|7411 ND|Deventer||
C02|Jeugdteam Graafschap|jeugdhulp|Ruben Oldenkamp|r.oldenkamp@jeugdteamgraafschap.example|0314-770033|Parallelweg|81|7001 XB|Doetinchem||
C03|Gemeente Heiderade|leerplicht|Bureau Leerplicht|leerplicht@heiderade.example|0575-700700|Raadhuisplein|1|7218 AA|Heiderade||
C04|GGD Berkelstreek|gezondheidszorg|Jeugdarts|jgz@ggdberkelstreek.example|088-4433000|Piet Heinstraat|26|7204 JN|Zutphen||
C05|De Studieplek|huiswerkinstituut|Balie|balie@destudieplek.example|0575-820641|Nieuwstad|52|7201 NR|Zutphen||
C06|Samenwerkingsverband Berkelland VO|samenwerkingsverband|Loket|loket@swvberkelland.example|0545-660912|Kerkwal|10|7271 AE|Borculo||
C07|ROC Hanzestroom|vervolgopleiding|Aanmelding|aanmelding@rochanzestroom.example|0570-990400|Stationsplein|44|7411 HB|Deventer||
C08|Fotostudio Lichtval|schoolfotograaf|Planning|planning@lichtval.example|085-7710345|Industrieweg|17|7202 CA|Zutphen|email_address|
C09|Uitgeverij Boekenberg|leverancier|Harm Stegink|h.stegink@boekenberg.example|026-7302210|Velperbinnensingel|8|6811 BR|Arnhem||C37
C10|LesPortaal BV|leverancier|Support|support@lesportaal.example|088-2009111|Computerweg|12|3821 AB|Amersfoort|email_address;student_number;birth_date|
C11|Touringcar Bongers|leverancier|Planning|planning@bongerstours.example|0573-251190|Twenteseweg|30|7241 BT|Lochem||
C12|Bakkerij Tijman|stagebedrijf|Luuk Tijman|luuk@bakkerijtijman.example|0575-512288|Houtmarkt|71|7201 KL|Zutphen||
C13|Basisschool 't Kompas|andere school|Directie|directie@bskompas.example|0575-523307|Schoolpad|2|7231 AP|Warnsveld||
C14|Lyceum Oostenburg|andere school|Administratie|administratie@lyceumoostenburg.example|0570-618200|Ceintuurbaan|200|7415 DS|Deventer||
C15|De Hanzebode|pers|Redactie|redactie@hanzebode.example|0575-544410|Beukerstraat|19|7201 LA|Zutphen||
C16|Praktijk Letterkracht|gezondheidszorg|drs. I. Vonk|i.vonk@letterkracht.example|0575-761120|Coehoornsingel|3|7201 AA|Zutphen||
C17|Nascholing Vak en Les|cursusaanbieder|Inschrijvingen|cursus@vakenles.example|030-7100550|Maliebaan|14|3581 CN|Utrecht||
C18|Stichting VO Berkelland|bestuur|Bestuursbureau|bestuur@voberkelland.example|0545-661000|Kerkwal|12|7271 AE|Borculo||
C19|Museum Het Waaggebouw|excursie|Reserveringen|reserveringen@waaggebouw.example|0575-516557|Houtmarkt|1|7201 KK|Zutphen||
C20|Catering De Zilveren Lepel|leverancier|Verkoop|verkoop@zilverenlepel.example|085-3006120|Handelskade|5|7417 DE|Deventer||
C21|Arbodienst Vitaal Oost|gezondheidszorg|Planbureau|planbureau@vitaaloost.example|088-6700100|Snipperlingsdijk|4|7417 BJ|Deventer||
C22|Veilig Thuis Oost|veilig thuis|Aanmeldteam|aanmeldteam@veiligthuisoost.example|0800-2000|Postlaan|1|6814 BB|Arnhem||
"""
CAST_CONSENTS = """
K001|410012|Q0001|C01|birth_date;id_document|Londenreis|2026-08-24|2027-07-31|gegeven
K002|410033|Q0003|C02|health;home_address;phone;birth_date|jeugdhulptraject|2026-09-01|2027-07-31|gegeven
K003|410048|Q0005|C05|grades|huiswerkbegeleiding|2025-08-25|2026-07-31|gegeven
K004|410051|Q0007|C05|grades;email_address|huiswerkbegeleiding|2026-08-24|2027-07-31|gegeven
K005|410140|Q0023|C16|health;birth_date|dyslexieonderzoek|2026-08-24|2026-10-31|ingetrokken
K006|410155|Q0024|C16|health;birth_date|dyslexieonderzoek|2025-08-25|2026-07-31|gegeven
K007|410103|Q0016|C16|health;birth_date|dyslexieonderzoek|2026-08-24|2027-07-31|gegeven
K008|410118|Q0016|C16|health|dyslexieonderzoek|2026-08-24|2027-07-31|geweigerd
K009|410084|410084|C07|grades;birth_date;email_address;phone|toelating, leerling is 18|2026-10-01|2027-07-31|gegeven
K010|Q0001|Q0001|ouders:2C|phone;email_address|klassenouder 2C|2026-08-24|2027-07-31|gegeven
K011|Q0029|Q0029|ouders:H4B|phone;email_address|klassenouder H4B|2026-08-24|2027-07-31|ingetrokken
K012|410027|Q0001|C12|phone;birth_date|stage bakkerij|2026-11-01|2026-12-18|gegeven
K013|410186|Q0029|C12|phone;birth_date|stage bakkerij|2027-01-11|2027-02-12|gegeven
K014|410172|Q0027|C04|health|onderzoek jeugdarts|2026-08-24|2027-07-31|gegeven
K015|410136|Q0021|C12|phone|maatschappelijke stage|2024-08-26|2025-07-31|gegeven
K016|W018|W018|C11|phone|reisleider Ardennen|2026-08-24|2027-07-31|gegeven
"""
CAST_GROUNDS = """
G01|leerplicht|birth_date;home_address;phone;email_address;bsn;education_number;student_number|Leerplichtwet 1969|2020-08-01|
G02|C14|grades;education_number;bsn;birth_date;home_address;student_number|WVO 2020, overstap naar andere school|2020-08-01|
G03|C06|health;birth_date|Tijdelijke regeling toelaatbaarheid|2019-08-01|2025-07-31
G04|veilig thuis|health;home_address;phone;birth_date|Wmo 2015, meldcode|2019-01-01|
G05|C07|grades|Doorstroomregeling|2027-01-01|
"""


class Dice:
    """Numbers that look thrown and are the same everywhere: SHA-256 of a seed and a counter."""

    def __init__(self, seed):
        """Begins the row of numbers that belongs to `seed` (text)."""
        self._seed = seed
        self._count = 0

    def below(self, limit):
        """A whole number from 0 up to, not including, `limit`."""
        self._count += 1
        digest = hashlib.sha256(f"{self._seed}/{self._count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def pick(self, items):
        """One of a sequence."""
        return items[self.below(len(items))]

    def chance(self, percent):
        """True in `percent` of a hundred throws."""
        return self.below(100) < percent


def rows(text, columns):
    """Dicts from lines of fields parted by bars."""
    return [dict(zip(columns, line.split("|"), strict=True)) for line in text.strip().splitlines()]


def full_name(row):
    """First name, infix and last name with single spaces."""
    return " ".join(part for part in (row["first_name"], row["infix"], row["last_name"]) if part)


def ascii_letters(text):
    """Lower-case a to z of a name, marks dropped."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i"))
    return re.sub(r"[^a-z]", "", plain.lower())


def nine_digits(dice, start, remainder):
    """Nine digits beginning with `start` whose sum 9,8,7,6,5,4,3,2,-1 leaves `remainder` modulo 11."""
    while True:
        body = start + "".join(str(dice.below(10)) for _ in range(8 - len(start)))
        total = sum((9 - place) * int(digit) for place, digit in enumerate(body))
        last = (total - remainder) % 11
        if last < len("0123456789"):
            return f"{body}{last}"


class Town:
    """Hands out mobiles, addresses and mail names that nobody else in the school has."""

    def __init__(self, dice):
        """`dice` decides; what the cast uses is to be put into `used` first."""
        self.dice = dice
        self.used = set()

    def mobile(self):
        """A mobile number in one of ten ways of writing."""
        while True:
            first = str(self.dice.pick((1, 2, 3, 4, 5, 8))) + str(self.dice.below(10))
            parts = [first, *(f"{self.dice.below(100):02d}" for _ in range(3))]
            if (digits := "".join(parts)) not in self.used:
                self.used.add(digits)
                return self.dice.pick(MOBILE_FORMS).format(**dict(zip("abcd", parts, strict=True)))

    def landline(self):
        """A fixed line of the region, or nothing."""
        return f"0575-4{self.dice.below(100000):05d}" if self.dice.chance(15) else ""

    def home(self):
        """Street, house number, postcode and city."""
        while True:
            city, base = self.dice.pick(CITIES)
            letters = self.dice.pick("ABCDEGHJKLMNPRTVWXZ") + self.dice.pick("BCEGHJKLMNPRTVWXZ")
            number = f"{1 + self.dice.below(240)}{self.dice.pick(ADDITIONS)}"
            home = (self.dice.pick(STREETS), number, f"{base + self.dice.below(9)} {letters}", city)
            if home[:2] not in self.used:
                self.used.add(home[:2])
                return dict(zip(("street", "house_number", "postcode", "city"), home, strict=True))

    def mail(self, first, last):
        """A private mail address that leans on a name."""
        one, two = ascii_letters(first), ascii_letters(last)
        while True:
            number = self.dice.pick(("", "", "", str(60 + self.dice.below(39)), str(1 + self.dice.below(9))))
            local = (
                self.dice.pick((f"{one}.{two}", f"{one[0]}.{two}", f"{two}.{one}", f"{one}{two}", f"fam.{two}"))
                + number
            )
            address = f"{local}@{self.dice.pick(HOSTS)}"
            if address not in self.used:
                self.used.add(address)
                return address


def pupil_row(row, number, kind, dice):
    """Fills in what follows from the rest: name, school address and the number of the ministry."""
    key = "bsn" if kind == "bsn" else "education_number"
    made = {"bsn": "", "education_number": ""}
    if kind:
        made[key] = nine_digits(dice, "9", 0) if kind == "bsn" else nine_digits(dice, "10", 5)
    return row | made | {"id": number, "name": full_name(row), "email": f"{number}@{PUPIL_DOMAIN}"}


def cast_families(dice, town):
    """The families that are written out above."""
    columns = [name for name in PARENT if name not in {"name", "student_ids"}]
    parents = [row | {"name": full_name(row)} for row in rows(CAST_PARENTS, columns)]
    columns = ["id", "first_name", "infix", "last_name", "class", "birth_date", "mobile", "kind", "parent_ids"]
    pupils = [pupil_row(row, row["id"], row.pop("kind"), dice) for row in rows(CAST_PUPILS, columns)]
    for row in pupils + parents:
        town.used.update(
            (re.sub(r"\D", "", row["mobile"])[-8:], row["email"], (row.get("street"), row.get("house_number")))
        )
    return pupils, parents


def parent_row(dice, town, family, role):
    """One thrown parent: `family` holds the last name, `role` is moeder or vader."""
    infix, last = family if role == "vader" or dice.chance(40) else dice.pick(SURNAMES)
    first = dice.pick(WOMEN if role == "moeder" else MEN)
    row = {"first_name": first, "infix": infix, "last_name": last, "relation": role, "mobile": town.mobile()}
    row |= {"phone": town.landline(), "legal": "ja", "custody": "", "contact_ban": "", "address_secret": ""}
    return row | {"name": full_name(row), "email": town.mail(first, f"{infix}{last}") if dice.chance(97) else ""}


def couple(dice, town, family):
    """The parents of a family with their homes, and how many households they are."""
    roles = [("moeder", "vader"), ("moeder", "vader"), ("moeder", "moeder"), ("vader", "vader")]
    one, two = (parent_row(dice, town, family, role) for role in (roles[0] if dice.chance(96) else dice.pick(roles)))
    kind = dice.below(100)
    if kind < 8:  # eight in a hundred have one parent
        return [one | town.home()], [0]
    if kind < 70:  # most live together
        home = town.home()
        if dice.chance(8):
            two["email"] = one["email"]
        return [one | home, two | home], [0, 0]
    if kind < 94:  # about a quarter apart, both with custody
        return [one | town.home() | {"custody": "ja"}, two | town.home() | {"custody": "ja"}], [0, 1]
    one |= town.home() | {"custody": "ja"}
    two |= town.home() | {"custody": "nee"}
    if kind > 95:  # the last four: no contact, and half of them an address to keep secret
        two["contact_ban"] = "ja"
        one["address_secret"] = "ja" if kind > 97 else ""
    return [one, two], [0, 1]


def thrown_families(dice, town, pupils, parents):
    """Fills every class to its size; brothers and sisters sit in other years."""
    room = {name: CLASS_SIZE - sum(row["class"] == name for row in pupils) for name in CLASSES}
    number, household = 420000, 500
    while len(pupils) < PUPILS:
        family = dice.pick(SURNAMES)
        adults, homes = couple(dice, town, family)
        ids = [f"Q{len(parents) + 1 + place:04d}" for place in range(len(adults))]
        for row, one, home in zip(adults, ids, homes, strict=True):
            row |= {"id": one, "household_id": f"G{household + home:04d}"}
        parents.extend(adults)
        household += 2
        years = set()
        for _ in range(dice.pick((1, 1, 1, 1, 1, 2, 2, 2, 3))):
            free = [name for name in CLASSES if room[name] and re.search(r"\d", name)[0] not in years]
            if not free or len(pupils) == PUPILS:
                break
            name = dice.pick(free)
            year = re.search(r"\d", name)[0]
            years.add(year)
            room[name] -= 1
            number += 1 + dice.below(17)
            born = f"{YEARS[year] - dice.chance(30)}-{1 + dice.below(12):02d}-{1 + dice.below(28):02d}"
            row = {
                "first_name": dice.pick(GIRLS if dice.chance(50) else BOYS),
                "infix": family[0],
                "last_name": family[1],
            }
            row |= {
                "class": name,
                "birth_date": born,
                "mobile": town.mobile() if dice.chance(80) else "",
                "parent_ids": ";".join(ids),
            }
            pupils.append(
                pupil_row(row, str(number), ("onderwijs" if dice.chance(4) else "bsn") if dice.chance(92) else "", dice)
            )


def staff_rows(dice, town, parents):
    """The staff of the cast and as many teachers as the school lacks; eight of them have a child at the school."""
    columns = "id code first_name infix last_name roles mentor_of function private_email mobile".split()
    staff = rows(CAST_STAFF, [*columns, "parent_id", "team_leader_id", "manager_id"])
    taken = {row["mentor_of"] for row in staff}
    mentored = [name for name in CLASSES if name not in taken]
    codes = {row["code"] for row in staff}
    also = [row for row in parents[60:] if row["email"] and row["legal"] == "ja"][:: len(parents) // 9][:8]
    while len(staff) < STAFF:
        row = dict.fromkeys(columns, "") | {"id": f"W{len(staff) + 1:03d}", "roles": "docent", "parent_id": ""}
        if also:
            person = also.pop()
            row |= {key: person[key] for key in ("first_name", "infix", "last_name", "mobile")}
            row |= {"parent_id": person["id"], "private_email": person["email"]}
        else:
            infix, last = dice.pick(SURNAMES)
            row |= {"first_name": dice.pick(WOMEN + MEN), "infix": infix, "last_name": last, "mobile": town.mobile()}
        if mentored:
            row |= {"roles": "docent;mentor", "mentor_of": mentored.pop(0)}
        lower = row["mentor_of"][:1] in "123" if row["mentor_of"] else dice.chance(50)
        row |= {"function": dice.pick(SUBJECTS), "team_leader_id": "W001" if lower else "W002"}
        row |= {"manager_id": row["team_leader_id"]}
        row["teaches"] = ";".join(sorted({dice.pick(CLASSES) for _ in range(6)})) if dice.chance(50) else ""
        staff.append(row)
    locals_used = set()
    for row in staff:
        local = f"{ascii_letters(row['first_name'])[0]}.{ascii_letters(row['infix'] + row['last_name'])}"
        while local in locals_used:
            local += "2"
        locals_used.add(local)
        while not row["code"] or (row["code"] in codes and row["id"] > "W018"):
            row["code"] = ascii_letters(row["first_name"])[0] + "".join(dice.pick("abdefghklmnprst") for _ in range(2))
        codes.add(row["code"])
        row |= {"name": full_name(row), "email": f"{local}@{DOMAIN}", "aliases": f"{row['code']}@{DOMAIN}"}
        row |= {"valid_from": "2026-08-01"}
    return staff


def consent_rows(pupils):
    """The cast's consents, and the whole of V5B for the journey to Dublin: one refused, one withdrawn;

    photographs of class 1 and care for one in eight of the others, given, refused, withdrawn or run out.
    """
    consents = rows(CAST_CONSENTS, CONSENT)
    for row in pupils:
        if row["class"] == "V5B":
            status = {"410121": "geweigerd", "410167": "ingetrokken"}.get(row["id"], "gegeven")
            values = [
                f"K{len(consents) + 1:03d}",
                row["id"],
                row["parent_ids"].split(";")[0],
                "C01",
                "birth_date;phone",
            ]
            values += ["Dublinreis V5B", "2026-09-01", "2027-05-31", status]
            consents.append(dict(zip(CONSENT, values, strict=True)))
    dice = Dice(f"{SEED}/consents")
    care = ("C02", "C04", "C05", "C06", "C16")
    kinds = ("health", "grades", "home_address;phone", "health;birth_date", "birth_date;email_address")
    for row in pupils:
        parent = row["parent_ids"].split(";")[0]
        values = ()
        if row["class"].startswith("1") and row["id"] > "420000":
            values = ("C08", "email_address", "schoolfoto's klas 1", "2026-08-24", "2027-07-31")
        elif row["id"] > "420000" and dice.chance(12):
            since, until = dice.pick(
                (("2025-08-25", "2026-07-31"), ("2026-08-24", "2027-07-31"), ("2026-08-24", "2030-07-31"))
            )
            values = (dice.pick(care), dice.pick(kinds), "begeleiding", since, until)
        if values:
            status = dice.pick(("gegeven",) * 8 + ("geweigerd", "ingetrokken"))
            record = (f"K{len(consents) + 1:03d}", row["id"], parent, *values, status)
            consents.append(dict(zip(CONSENT, record, strict=True)))
    return consents


def list_rows(pupils, staff):
    """All staff, the mentors, and the pupils of each class."""
    made = [(f"allemedewerkers@{DOMAIN}", "AlleMedewerkers", "staff", "*staff")]
    mentors = ";".join(row["id"] for row in staff if row["mentor_of"])
    team = ";".join(row["id"] for row in staff if row["team_leader_id"] == "W001")
    made += [
        (f"mentoren@{DOMAIN}", "Mentoren", "staff", mentors),
        (f"teamonderbouw@{DOMAIN}", "Team onderbouw", "staff", team),
    ]
    for name in CLASSES:
        members = ";".join(row["id"] for row in pupils if row["class"] == name)
        made.append((f"leerlingen-{name.lower()}@{DOMAIN}", f"Leerlingen {name}", "students", members))
    return [dict(zip(LIST, (*one, "staff"), strict=True)) for one in made]


def school():
    """The whole school: file name to (columns, rows)."""
    dice = Dice(SEED)
    town = Town(dice)
    pupils, parents = cast_families(dice, town)
    for row in rows(CAST_STAFF, ["id", "code", "f", "i", "l", "r", "m", "fn", "mail", "mobile", "p", "t", "g"]):
        town.used.add(re.sub(r"\D", "", row["mobile"])[-8:])
    thrown_families(dice, town, pupils, parents)
    for row in parents:
        row["student_ids"] = ";".join(pupil["id"] for pupil in pupils if row["id"] in pupil["parent_ids"].split(";"))
    staff = staff_rows(dice, town, parents)
    contacts = rows(CAST_CONTACTS, [name for name in CONTACT if name not in {"role", "domain"}])
    for row in contacts:
        row["domain"] = row["email"].partition("@")[2]
    delegation = dict(zip(DELEGATION, ("D01", "W001", "W006", "C18", "2026-08-24", "2027-07-31"), strict=True))
    office = [
        (f"administratie@{DOMAIN}", "Leerlingadministratie", "W005", "designated"),
        (f"verzuim@{DOMAIN}", "Verzuim", "W005;W017", ""),
    ]
    return {
        "students": (PUPIL, sorted(pupils, key=lambda row: row["id"])),
        "parents": (PARENT, parents),
        "staff": (MEMBER, staff),
        "contacts": (CONTACT, contacts),
        "consents": (CONSENT, consent_rows(pupils)),
        "grounds": (GROUND, rows(CAST_GROUNDS, GROUND)),
        "delegations": (DELEGATION, [delegation]),
        "lists": (LIST, list_rows(pupils, staff)),
        "mailboxes": (MAILBOX, [dict(zip(MAILBOX, row, strict=True)) for row in office]),
    }


def write(folder):
    """Writes all files of the school into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (columns, records) in school().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(records)
    (folder / "school.json").write_text(json.dumps(SCHOOL, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
