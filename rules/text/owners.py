"""Whether what stands around a phone number or an address speaks of a person at home or of an organisation.

Promises: total; one bounded look before and one behind. What stands nearest decides, before goes before behind.
"""

from __future__ import annotations

from enum import Enum

from rules.text.context import Context
from rules.text.cues import Cues


class Owner(Enum):
    """Whose a value seems to be."""

    PERSON = "person"
    ORGANISATION = "organisation"
    UNSAID = ""


_SAID = Cues(
    person="""
        thuis* huisadres* woon* wonen* woont gewoond privé* prive* aan_huis moeder* vader* stief* pleeg* ouder1
        ouder2 ouder oma opa tante oom voogd* verzorg* mama papa mam pap fam familie gezin* mevr mevrouw mw dhr
        meneer zoon dochter broer* zus* buren buurman* buurvrouw* oppas kind leerling llnr noodnummer* noodcontact*
        noodnr ouders_van ouders_thuis mother* father* parent_of parents_of parent mum mom dad grandma grandpa
        grandmother* grandfather* guardian* aunt uncle home live lives living son daughter mrs pupil student next_of
        mijn my personal private emergency_contact grandparents neighbour*
    """,
    organisation="""
        *school *college *maatschappij *terrein bus bussen trein treinen stopt rijdt *museum *centrum *praktijk
        *winkel *bedrijf *hal *zaal *kantoor *instituut *bureau *theater
        *huizen *loket *fabriek makelaar* *handel *vereniging *instelling *organisatie uitgeverij *lyceum *gymnasium
        *universiteit receptie* balie afdeling afd klantenservice servicedesk helpdesk help_desk secretariaat
        administratie bv b.v nv n.v vof v.o.f stichting *hotel hotels hostel *camping campings ambassade *boerderij
        conciërge* concierge* uitje* schoolreis* pretpark uitvaart* ziggo restaurant* cafe café bioscoop schouwburg
        zwembad sportpark sportveld* sportcomplex bibliotheek bieb gemeente* stadhuis ggd ggz huisarts* tandarts*
        apotheek ziekenhuis politie* brandweer garage bakkerij supermarkt drukkerij leverancier* touring* reisbureau
        taxi* kerk moskee station bezoekadres vestiging* locatie filiaal kvk btw www info@ dierenpark dierentuin
        pretpark attractiepark ijsbaan manege jeugdherberg meldpunt storing* redactie reserver* boekingen excursie
        office reception front_desk company ltd inc gmbh library hospital clinic hall venue ingang entree entrance
        parkeer* parkeren verzamel* halte congres* studiedag openingstijden theatre cinema pool customer_service
        bookings sales support jeugdteam jeugdzorg veilig_thuis samenwerkingsverband swv cultuurhuis buurthuis molen
        kasteel bowling* rijschool galerie boerderij aula tours reizen catering academy academie bank verzeker*
        studio atelier notaris* advoca* fonds bond club *club drukwerk fotograaf print* opticien kapper* salon
        aannemer* installati* *service vergader* conferentie* workshop* toernooi wedstrijd adviseur* accountmanager
        planning medewerker* directeur* coördinator* werkdagen infolijn hulplijn algemeen hoofdnummer infonummer
        reserveren bestellen informatie hotline weekdays booking book customer* visitor* shop store pharmacy police
        surgery dentist airline embassy council municipality *winkels *centra verkoop inkoop winkel hotels hostels
        veerdienst vervoerder* verhuur* monteur* onderhoud* servicenummer stagebegeleid* vertrek* opstap* aanmelden
        inschrijf* ziekmeld* absent* afmeld* spoed* doktersdienst*
    """,
)
_LETTERS_BEFORE, _LETTERS_BEHIND = 130, 50
_LINES_ABOVE = 3


def owner(context: Context, start: int, end: int) -> Owner:
    """Who is spoken of around text[start:end]: on its line, on the lines right above it, and behind it."""
    name, _ = _SAID.last(context.folded, _block(context, start), start)
    if not name:
        name, _ = _SAID.first(context.folded, end, min(context.line(end)[1], end + _LETTERS_BEHIND))
    return Owner(name)


def claimed(context: Context, start: int) -> Owner:
    """Who is spoken of before a place alone."""
    return Owner(_SAID.last(context.folded, _block(context, start), start)[0])


def _block(context: Context, start: int) -> int:
    """Where the lines without a blank one between begin, so far as they count."""
    floor = max(0, start - _LETTERS_BEFORE)
    begin = context.line(start)[0]
    for _ in range(_LINES_ABOVE):
        if begin <= floor:
            break
        above, end = context.line(begin - 1)
        if not context.text[above:end].strip():
            break
        begin = above
    return max(begin, floor)
