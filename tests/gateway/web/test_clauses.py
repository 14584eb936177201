"""A page a clause: what the policy in force says, in both languages."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from gateway.web.app import build
from gateway.web.clauses import NEVER_CHECKED
from gateway.web.words import CLAUSES
from rules.policy import ClausePolicy, Policy
from rules.verdict import Action, Approver
from tests.support.desk import PaperDesk
from tests.support.site import client, clock, policy, site

IDS = [f"C{number}" for number in range(1, 38)]


def with_clause(clause: ClausePolicy) -> TestClient:
    """The pages of a school whose policy differs in one clause."""
    changed: Policy = replace(policy(), clauses={**policy().clauses, clause.id: clause})
    return TestClient(build(replace(site(PaperDesk(clock())), policy=lambda: changed)))


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("clause", IDS)
def test_every_clause_of_the_protocol_has_a_page(clause: str, lang: str) -> None:
    page = client(PaperDesk(clock())).get(f"/clauses/{clause}?lang={lang}")
    found = policy().clauses[clause]
    text = CLAUSES["nl" if lang == "nl" else "en"][clause]
    assert page.status_code == 200
    assert f"<h1>{clause}: " in page.text
    shown = page.text.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    assert (found.title_nl if lang == "nl" else found.title_en) in shown
    assert found.phrase in shown
    assert text.unseen in shown
    assert (text.checked in shown) == (found.built or clause in NEVER_CHECKED)


def test_the_texts_cover_the_policy_and_nothing_else() -> None:
    assert set(policy().clauses) == set(IDS) == set(CLAUSES["nl"]) == set(CLAUSES["en"])


def test_no_text_is_empty_or_the_same_in_both_languages() -> None:
    for clause in IDS:
        dutch, english = CLAUSES["nl"][clause], CLAUSES["en"][clause]
        assert dutch.checked != english.checked
        assert all([dutch.checked, dutch.unseen, english.checked, english.unseen])


def test_the_list_leads_to_every_clause_in_the_protocols_order() -> None:
    page = client(PaperDesk(clock())).get("/clauses?lang=en")
    places = [page.text.index(f'href="/clauses/{clause}?lang=en"') for clause in IDS]
    assert places == sorted(places)


@pytest.mark.parametrize("address", ["/clauses/C0", "/clauses/C38", "/clauses/c19", "/clauses/C19/", "/clauses/..%2f"])
def test_what_is_no_clause_has_no_page(address: str) -> None:
    assert client(PaperDesk(clock())).get(address).status_code == 404


@pytest.mark.parametrize(
    ("action", "approver", "words"),
    [
        (Action.PASS, None, "gaat door zoals het is"),
        (Action.COACH, None, "een kort advies"),
        (Action.FIX, None, "wordt hersteld"),
        (Action.HOLD, Approver.TEAM_LEADER, "besluit van: de teamleider"),
        (Action.BLOCK, None, "wordt geweigerd"),
    ],
)
def test_the_effect_shown_is_that_of_the_policy(action: Action, approver: Approver | None, words: str) -> None:
    clause = replace(policy().clauses["C19"], action=action, approver=approver, mode="enforce", built=True)
    assert words in with_clause(clause).get("/clauses/C19").text


@pytest.mark.parametrize("approver", list(Approver))
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_role_has_a_name(approver: Approver, lang: str) -> None:
    clause = replace(policy().clauses["C19"], action=Action.HOLD, approver=approver, mode="enforce")
    assert with_clause(clause).get(f"/clauses/C19?lang={lang}").status_code == 200


@pytest.mark.parametrize(("mode", "words"), [("observe", "alleen geteld"), ("off", "staat uit")])
def test_a_clause_that_does_not_act_says_so(mode: str, words: str) -> None:
    page = with_clause(replace(policy().clauses["C19"], mode=mode)).get("/clauses/C19")
    assert words in page.text
    assert "wordt hersteld" not in page.text


def test_a_clause_that_is_not_built_says_that_nothing_is_checked() -> None:
    page = with_clause(replace(policy().clauses["C19"], built=False)).get("/clauses/C19")
    assert "nog niet gebouwd" in page.text
    assert CLAUSES["nl"]["C19"].checked not in page.text
    assert "wordt hersteld" not in page.text


@pytest.mark.parametrize("clause", sorted(NEVER_CHECKED))
def test_what_no_gateway_sees_is_not_promised_to_be_built(clause: str) -> None:
    page = client(PaperDesk(clock())).get(f"/clauses/{clause}?lang=nl")
    assert "nog niet gebouwd" not in page.text
    assert "Niets." in page.text
    assert not policy().clauses[clause].built
