"""The sentences about channels, social media, colleagues and agreements, in Dutch and English.

Promises: as `texts`. What was seen in one sentence, the better way in the next: businesslike, clear, friendly.
"""

from __future__ import annotations

from collections.abc import Mapping

PROTOCOL_NL: Mapping[str, tuple[str, str]] = {
    "mistyped_domain": (
        "Het adres van een ontvanger lijkt een tikfout te bevatten achter de @.",
        "Controleer het adres; klopt het niet, meld dan dat het bericht verkeerd is gegaan.",
    ),
    "mistyped_known": (
        "Een ontvanger is op één letter na een bekend adres.",
        "Trek het bericht in en stuur het naar het bekende adres, of bevestig dat dit adres klopt.",
    ),
    "namesake": (
        "Tussen uw collega's staat iemand buiten school die net zo heet als een collega.",
        "Kies de collega in uw adresboek, of bevestig dat u deze ontvanger bedoelt.",
    ),
    "first_together": (
        "U schrijft deze {count} ontvangers buiten school voor het eerst samen; zij zien elkaars adres.",
        "Is dat niet de bedoeling, stuur dan ieder een eigen bericht.",
    ),
    "greets_another": (
        "De aanhef noemt iemand anders dan de ontvanger.",
        "Controleer of u de juiste ontvanger hebt gekozen.",
    ),
    "pupils_by_mail": (
        "Dit bericht ging per mail naar {count} leerling(en).",
        "Leerlingen bereikt u via een ELO-bericht in Magister; daar zien zij het ook het eerst.",
    ),
    "pupil_data": (
        "Dit bericht gaat naar {count} leerling(en) en bevat gegevens over een persoon.",
        "Stuur het via de ELO of haal de gegevens weg; moet het per mail, bevestig dat dan met een reden.",
    ),
    "notice": (
        "Een mededeling aan {count} leerlingen ging per mail.",
        "Plaats een mededeling in Magister (mededelingen of het publicatiebord); dan staat zij voor iedereen klaar.",
    ),
    "notice_by_others": (
        "U stuurt een mededeling aan {count} leerlingen; dat loopt via de teamleider.",
        "Uw teamleider kan dit bericht vrijgeven of het voor u in Magister laten plaatsen.",
    ),
    "school_news": (
        "Dit is nieuws voor de hele school.",
        "Zet het op de website of in het ouderbulletin, en verwijs daar in een kort bericht naar.",
    ),
    "school_news_by_others": (
        "Dit is nieuws voor de hele school; dat gaat via de website of het ouderbulletin.",
        "Een redacteur kan het plaatsen of dit bericht vrijgeven.",
    ),
    "news_to_a_crowd": (
        "Dit lijkt een bericht om te plaatsen, en het ging niet naar een redacteur.",
        "Mail het naar een van de redacteuren; die plaatst het op de juiste plek.",
    ),
    "newsletter": (
        "Dit lijkt een nieuwsbrief of een bericht zonder wisselwerking aan {count} ouders.",
        "Stuur zo'n bericht via Magister Mail.",
    ),
    "many_parents": (
        "Dit bericht gaat naar {count} ouders en vraagt geen reactie.",
        "Stuur een bericht zonder wisselwerking via Magister Mail.",
    ),
    "newsletter_by_others": (
        "Een nieuwsbrief aan ouders plaatsen de staf en de aangewezen medewerkers.",
        "Uw teamleider kan dit bericht vrijgeven of het via Magister Mail laten versturen.",
    ),
    "newsletter_to_arrange": (
        "Een bericht voor Magister Mail regelt u vooraf met uw teamleider.",
        "Stuur de tekst naar uw teamleider; dan gaat het bericht via het juiste kanaal uit.",
    ),
    "channel_with_pupils": (
        "Dit bericht nodigt leerlingen uit voor een groep op sociale media.",
        "Een docent begint zo'n groep niet zelf; gebruik de ELO of Teams van de school.",
    ),
    "channel_with_parents": (
        "Dit bericht nodigt ouders uit voor een groep op sociale media.",
        "Overleg vooraf met uw teamleider; die kan dit bericht vrijgeven.",
    ),
    "team_leader_informed": (
        "Uw teamleider weet hiervan door een eerdere mail in dit gesprek.",
        "U hoeft niets te doen.",
    ),
    "binding": (
        "Met dit bericht gaat de school een afspraak aan met een andere partij.",
        "Dat doen de staf en de aangewezen medewerkers; uw leidinggevende kan dit bericht vrijgeven.",
    ),
    "binding_file": (
        "Bij dit bericht zit een getekend stuk voor een andere partij.",
        "Tekenen namens de school doen de staf en de aangewezen medewerkers; uw leidinggevende kan het vrijgeven.",
    ),
    "order_placed": (
        "Met dit bericht plaatst u een bestelling.",
        "Dat mag met instemming van uw leidinggevende; met het vrijgeven is die vastgelegd.",
    ),
    "course_placed": (
        "Met dit bericht meldt u iemand aan voor scholing.",
        "Dat mag met instemming van uw leidinggevende; met het vrijgeven is die vastgelegd.",
    ),
    "file_to_colleagues": (
        "U stuurt een bestand naar {count} collega's.",
        "Zet het op SharePoint en stuur de link; dan werkt iedereen in dezelfde versie.",
    ),
    "file_too_big": (
        "Het bestand bij dit bericht is groot.",
        "Zet het op SharePoint en stuur de link.",
    ),
    "copies": (
        "Dit bericht gaat in CC of BCC naar {count} collega's.",
        "Zet in Aan wie iets moet doen, en laat CC weg waar het kan.",
    ),
    "reply_all": (
        "U antwoordt aan alle medewerkers.",
        "Antwoord alleen de vraagsteller, of bevestig dat iedereen het moet lezen.",
    ),
    "complaint_list": (
        "Een bericht over een klacht gaat naar een lijst.",
        "Schrijf alleen wie er inhoudelijk bij betrokken is, of bevestig met een reden.",
    ),
    "complaint_copies": (
        "Een bericht over een klacht gaat in CC naar {count} collega's.",
        "Zet in CC alleen wie er inhoudelijk bij betrokken is.",
    ),
    "complaint_outsiders": (
        "Een bericht over een klacht gaat in CC naar {count} collega('s) buiten het team van de leerling.",
        "Zet in CC alleen wie er inhoudelijk bij betrokken is.",
    ),
    "complaint_hidden": (
        "Een bericht over een klacht gaat in BCC naar {count} ontvanger(s).",
        "Haal de BCC weg, of zet deze ontvanger zichtbaar in CC.",
    ),
    "complaint_families": (
        "Een bericht over een klacht gaat naar {count} gezinnen tegelijk.",
        "Schrijf ieder gezin apart; uw teamleider kan dit bericht anders vrijgeven.",
    ),
}

PROTOCOL_EN: Mapping[str, tuple[str, str]] = {
    "mistyped_domain": (
        "A receiver's address seems to have a slip behind the @.",
        "Check the address; if it is wrong, report that the message went astray.",
    ),
    "mistyped_known": (
        "A receiver is one letter away from a known address.",
        "Withdraw the message and send it to the known address, or confirm that this address is right.",
    ),
    "namesake": (
        "Among your colleagues is somebody outside school who is called as a colleague is.",
        "Choose the colleague in your address book, or confirm that you mean this receiver.",
    ),
    "first_together": (
        "You write to these {count} receivers outside school together for the first time; they see each other.",
        "If that is not meant, send each a message of its own.",
    ),
    "greets_another": (
        "The greeting names somebody other than the receiver.",
        "Check that you chose the right receiver.",
    ),
    "pupils_by_mail": (
        "This message went to {count} pupil(s) by mail.",
        "Pupils are reached by an ELO message in Magister; they see it there first.",
    ),
    "pupil_data": (
        "This message goes to {count} pupil(s) and holds data about a person.",
        "Send it through the ELO or take the data out; if it must go by mail, confirm that with a reason.",
    ),
    "notice": (
        "A notice to {count} pupils went by mail.",
        "Post a notice in Magister (notices or the bulletin board); everybody finds it there.",
    ),
    "notice_by_others": (
        "You are sending a notice to {count} pupils; that goes through the team leader.",
        "Your team leader can release this message or have it posted in Magister for you.",
    ),
    "school_news": (
        "This is news for the whole school.",
        "Put it on the website or in the parents' bulletin, and refer to it in a short message.",
    ),
    "school_news_by_others": (
        "This is news for the whole school; that goes by the website or the parents' bulletin.",
        "An editor can place it or release this message.",
    ),
    "news_to_a_crowd": (
        "This looks like something to be placed, and it did not go to an editor.",
        "Mail it to one of the editors, who will place it where it belongs.",
    ),
    "newsletter": (
        "This looks like a newsletter or a one-way message to {count} parents.",
        "Send such a message by Magister Mail.",
    ),
    "many_parents": (
        "This message goes to {count} parents and asks for no reaction.",
        "Send a one-way message by Magister Mail.",
    ),
    "newsletter_by_others": (
        "A newsletter to parents is placed by the staff office and designated employees.",
        "Your team leader can release this message or have it sent by Magister Mail.",
    ),
    "newsletter_to_arrange": (
        "A message for Magister Mail is arranged with your team leader first.",
        "Send the text to your team leader; it will then go out by the right channel.",
    ),
    "channel_with_pupils": (
        "This message invites pupils to a group on social media.",
        "A teacher does not start such a group; use the ELO or the school's Teams.",
    ),
    "channel_with_parents": (
        "This message invites parents to a group on social media.",
        "Talk to your team leader beforehand, who can release this message.",
    ),
    "team_leader_informed": (
        "Your team leader knows of this by an earlier mail in this conversation.",
        "Nothing is asked of you.",
    ),
    "binding": (
        "With this message the school enters into an agreement with another party.",
        "That is for the staff office and designated employees; your manager can release this message.",
    ),
    "binding_file": (
        "A signed paper for another party is attached to this message.",
        "Signing for the school is for the staff office and designated employees; your manager can release it.",
    ),
    "order_placed": (
        "With this message you place an order.",
        "That is allowed with your manager's consent; releasing the message records it.",
    ),
    "course_placed": (
        "With this message you sign somebody up for training.",
        "That is allowed with your manager's consent; releasing the message records it.",
    ),
    "file_to_colleagues": (
        "You are sending a file to {count} colleagues.",
        "Put it on SharePoint and send the link; everybody then works in the same version.",
    ),
    "file_too_big": (
        "The file with this message is large.",
        "Put it on SharePoint and send the link.",
    ),
    "copies": (
        "This message goes to {count} colleagues in Cc or Bcc.",
        "Put in To whoever has to act, and leave Cc out where you can.",
    ),
    "reply_all": (
        "You are answering all staff.",
        "Answer only who asked, or confirm that everybody must read it.",
    ),
    "complaint_list": (
        "A message about a complaint goes to a list.",
        "Write only to those involved in the matter, or confirm with a reason.",
    ),
    "complaint_copies": (
        "A message about a complaint goes to {count} colleagues in Cc.",
        "Put in Cc only those involved in the matter.",
    ),
    "complaint_outsiders": (
        "A message about a complaint goes in Cc to {count} colleague(s) outside the pupil's team.",
        "Put in Cc only those involved in the matter.",
    ),
    "complaint_hidden": (
        "A message about a complaint goes to {count} receiver(s) in Bcc.",
        "Take the Bcc out, or put this receiver visibly in Cc.",
    ),
    "complaint_families": (
        "A message about a complaint goes to {count} families at once.",
        "Write to each family apart; otherwise your team leader can release this message.",
    ),
}
