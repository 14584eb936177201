"""A school on Exchange Online: its connector in, re-injection out, and everybody else who has the same certificate."""

from __future__ import annotations

import re
import shutil
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support.exchange import (
    BALANCER,
    OTHER_TENANT,
    OURS,
    SCANNER,
    SECRET,
    TENANT,
    TOKEN,
    Exchange,
    folder,
    gate,
    said,
    tenant,
)
from tests.support.gateway import wait_until
from tests.support.haproxy import HAProxy
from tests.support.school import SCHOOL
from tests.support.talk import AYLIN, MENTOR, SANNE, TEACHER, compose

UNVERIFIED = (550, "5.7.1 This message does not prove that it comes from here")
FOREIGN = (550, "5.7.1 Mail from this network is not taken here")
OFFICE, MEMBER = "administratie@zilverberg.example", "p.slingerland@zilverberg.example"
# A parent with a domain of letters no DNS knows; in the directory as people write it.
UMLAUT, COINED = "hülya@brücke.example", "hülya@xn--brcke-lva.example"
STRANGER = "iemand@elders.example"


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    school = tmp_path_factory.mktemp("school") / "school"
    shutil.copytree(SCHOOL, school)
    parents = school / "parents.csv"
    parents.write_text(parents.read_text().replace("truusbakker@hetnet.example", UMLAUT))
    with folder() as name:
        here = Exchange.start(Path(name), school=school)
        yield here
        here.stop()


def delivered(exchange: Exchange, to: str, mark: str) -> EmailMessage:
    """The one message with that mark in this mailbox, as the world behind Exchange got it."""
    marked = f"X-Mark: {mark}".encode()

    def found() -> list[bytes]:
        return [raw for raw in exchange.behind.delivered().get(to, []) if marked in raw]

    wait_until(found)
    exchange.behind.wait_for(to)
    (raw,) = found()
    return next(mail for mail in exchange.behind.wait_for(to) if mail["X-Mark"] == mark and raw)


def nothing(exchange: Exchange, mark: str) -> bool:
    return not any(mark.encode() in raw for raws in exchange.behind.delivered().values() for raw in raws)


def test_what_the_connector_hands_over_comes_back_repaired_without_its_secret(exchange: Exchange) -> None:
    answer = exchange.hand(to=(AYLIN, SANNE))
    assert (answer.code, answer.text[:15]) == (250, "2.0.0 Accepted,")
    for parent in (AYLIN, SANNE):
        mail = delivered(exchange, parent, answer.mark)
        assert MENTOR in str(mail["To"])
        assert mail["X-MS-Exchange-CrossTenant-Id"] == TENANT
        assert mail["X-Zilverberg-Poort"] is None
        assert SECRET not in mail.as_string()
        assert re.fullmatch(rf"1 \S+ {TOKEN}", mail["X-Postwacht-Loop"])
    case = exchange.gateway.case(answer.reference)
    assert case.identity == MENTOR
    assert len(case.archive_numbers) == 1
    (notice,) = [mail for mail in exchange.behind.wait_for(MENTOR) if answer.reference in mail.as_string()]
    assert "C19" in notice.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_it_came_back_over_tls_with_our_own_certificate(exchange: Exchange) -> None:
    """The inbound connector knows us by it, and refuses whoever has none."""
    delivered(exchange, AYLIN, exchange.hand().mark)
    assert "Untrusted TLS" not in exchange.behind.log()
    with smtplib.SMTP("127.0.0.1", exchange.behind.port, timeout=30) as nobody:
        trust = ssl.create_default_context(cafile=str(exchange.folder / "cert.pem"))
        nobody.starttls(context=trust)
        with pytest.raises((smtplib.SMTPServerDisconnected, ssl.SSLError)):
            nobody.ehlo("x.test")
            nobody.mail(MENTOR)
            nobody.rcpt(AYLIN)


@pytest.mark.parametrize(
    "lines",
    [
        tenant(OTHER_TENANT) + gate(),
        tenant(OTHER_TENANT),
        tenant(OTHER_TENANT) + OURS,
        OURS + tenant(OTHER_TENANT),
        tenant(),
        gate(),
        "",
        tenant() + gate("Wielewaal-in-de-populieren"),
        tenant() + gate("geraden") + gate(),
        tenant() + f"Comment: x\r\n {gate()}",
    ],
    ids=[
        "another-tenant", "another-without-secret", "another-who-brought-ours", "ours-who-brought-another",
        "no-secret", "no-tenant", "neither", "a-wrong-secret", "a-guess-beside-it", "in-a-fold",
    ],
)  # fmt: skip
def test_another_tenant_with_the_right_certificate_and_address_is_refused(exchange: Exchange, lines: str) -> None:
    answer = exchange.hand(lines=lines)
    assert (answer.code, answer.text) == UNVERIFIED
    assert nothing(exchange, answer.mark)


def test_whoever_has_not_both_certificate_and_address_is_refused(exchange: Exchange) -> None:
    elsewhere = exchange.hand(source="127.0.0.7")
    assert (elsewhere.code, elsewhere.text) == FOREIGN
    other = exchange.authority.issue("mail.protection.outlook.com.evil.test", common="x.mail.protection.outlook.com")
    named = exchange.hand(certificate=other)
    assert (named.code, named.text) == FOREIGN
    with smtplib.SMTP("127.0.0.1", exchange.connector, timeout=30) as clear:
        clear.ehlo("x.test")
        assert clear.mail(MENTOR) == (FOREIGN[0], FOREIGN[1].encode())
        trust = ssl.create_default_context(cafile=str(exchange.folder / "cert.pem"))
        clear.starttls(context=trust)
        clear.ehlo("x.test")
        assert clear.mail(MENTOR) == (FOREIGN[0], FOREIGN[1].encode()), "TLS, but no certificate"
    assert exchange.gateway.log().count('"event": "fault"') == 0


def test_a_sender_nobody_knows_is_held_for_the_administrator_and_nobody_is_written_to(exchange: Exchange) -> None:
    answer = exchange.hand(sender=STRANGER)
    assert answer.text.startswith("2.0.0 Held for review")
    case = exchange.gateway.case(answer.reference)
    assert (case.approver, case.identity) == ("admin", "")
    assert [job.kind.value for job in case.jobs] == ["message"]
    inside = exchange.hand(sender=STRANGER, to=(TEACHER,))
    assert inside.text.startswith("2.0.0 Accepted")
    delivered(exchange, TEACHER, inside.mark)


def test_for_a_shared_mailbox_the_mailbox_is_who_sends(exchange: Exchange) -> None:
    """On behalf of: From is the mailbox, Sender its member."""
    answer = exchange.hand(sender=OFFICE, mail_from=MEMBER, extra=f"Sender: {MEMBER}\r\n", to=(AYLIN, SANNE))
    assert answer.text.startswith("2.0.0 Accepted")
    assert exchange.gateway.case(answer.reference).identity == OFFICE
    mail = delivered(exchange, SANNE, answer.mark)
    assert OFFICE in str(mail["To"])
    assert MEMBER in str(mail["Sender"])
    assert any(answer.reference in mail.as_string() for mail in exchange.behind.wait_for(OFFICE))


def test_on_behalf_of_somebody_outside_is_refused(exchange: Exchange) -> None:
    answer = exchange.hand(sender=STRANGER, extra=f"Sender: {MENTOR}\r\n")
    assert (answer.code, answer.text[:5]) == (550, "5.7.1")
    assert exchange.gateway.case(answer.reference).identity == MENTOR
    assert nothing(exchange, answer.mark)


def test_an_address_in_a_display_name_is_not_who_sends(exchange: Exchange) -> None:
    answer = exchange.hand(sender=f'"{MENTOR}" <{STRANGER}>', mail_from=STRANGER)
    assert exchange.gateway.case(answer.reference).identity == ""


JOURNAL = (
    "X-MS-Journal-Report:\r\nX-MS-Exchange-Organization-Journaled-To-Recipients: journaal@archief.example\r\n"
    "X-MS-Exchange-Organization-BCC: {}\r\n"
)


def test_journal_headers_left_in_show_nobody_to_another(exchange: Exchange) -> None:
    both = exchange.hand(to=(AYLIN, SANNE), extra=JOURNAL.format(SANNE))
    assert both.text.startswith("2.0.0 Accepted")
    for parent in (AYLIN, SANNE):
        text = delivered(exchange, parent, both.mark).as_string().lower()
        assert not any(other in text for other in (AYLIN, SANNE))
    one = exchange.hand(extra=JOURNAL.format(SANNE))
    assert one.text.startswith("2.0.0 Held for review"), "the other parent is no recipient, and would be shown"
    none = exchange.hand(extra=JOURNAL.format(MENTOR))
    assert none.text.startswith("2.0.0 Accepted")


def test_a_journal_report_itself_leaves_only_by_a_persons_hand(exchange: Exchange) -> None:
    """From Exchange's own system address, with the null path: nobody is written to about it."""
    report = (
        OURS
        + "From: <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@zilverberg.example>\r\nTo: journaal@archief.example\r\n"
        "Subject: Uitje\r\nMessage-ID: <journaal.1@zilverberg.example>\r\nX-MS-Journal-Report:\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="j"\r\n\r\n--j\r\nContent-Type: text/plain\r\n\r\n'
        f"Sender: {MENTOR}\r\nSubject: Uitje\r\nTo: {AYLIN}\r\nBcc: {SANNE}\r\n\r\n"
        f"--j\r\nContent-Type: message/rfc822\r\n\r\nFrom: {MENTOR}\r\nTo: {AYLIN}\r\nSubject: Uitje\r\n\r\nTot morgen.\r\n--j--\r\n"
    ).encode()
    answer = exchange.hand(raw=report, mail_from="", to=("journaal@archief.example",))
    assert answer.text.startswith("2.0.0 Held for review")
    case = exchange.gateway.case(answer.reference)
    assert (case.approver, [job.kind.value for job in case.jobs]) == ("admin", ["message"])


def test_a_mail_server_that_sends_everything_back_makes_no_circle(exchange: Exchange) -> None:
    """Accepted, re-injected, and back again: held once, its sender told, and the gateway is quiet."""
    rounds = len(re.findall(r'"event": "message_judged"', exchange.gateway.log()))
    answer = exchange.hand(to=("ouder@kring.example",))
    assert answer.text.startswith("2.0.0 Accepted")

    def held() -> list[str]:
        return re.findall(r'"reference": "(\w+)".*"clauses": "loop"', exchange.gateway.log())

    wait_until(held)
    (reference,) = held()
    assert reference != answer.reference
    case = exchange.gateway.case(reference)
    assert (case.state.value, case.approver, case.identity) == ("held", "admin", MENTOR)
    wait_until(lambda: any(reference in mail.as_string() for mail in exchange.behind.wait_for(MENTOR)))
    assert len(re.findall(r'"event": "message_judged"', exchange.gateway.log())) == rounds + 2


def from_printer(
    exchange: Exchange, sender: str, *, mail_from: str | None = None, to: str = MENTOR
) -> tuple[int, str, str]:
    raw = compose(mark := "scan" + sender[:3], sender=sender, to=(to,), extra=f"X-Scan: {sender}\r\n")
    with smtplib.SMTP("127.0.0.1", exchange.printers, timeout=30, source_address=(SCANNER, 0)) as client:
        client.ehlo("printer")
        return (*said(client, sender if mail_from is None else mail_from, (to,), raw), mark)


def test_a_printer_is_known_by_its_network_and_writes_in_its_own_name(exchange: Exchange) -> None:
    code, text, mark = from_printer(exchange, "scanner@zilverberg.example")
    assert (code, text[:15]) == (250, "2.0.0 Accepted,")
    delivered(exchange, MENTOR, mark)
    outside, text, _ = from_printer(exchange, "noreply@zilverberg.example", to=AYLIN)
    assert (outside, text[:15]) == (250, "2.0.0 Accepted,")
    assert exchange.gateway.case(text.rsplit(" ", 1)[-1]).identity == "scanner@zilverberg.example"
    assert from_printer(exchange, MENTOR)[:2] == (553, "5.7.1 This is not your own address")
    assert from_printer(exchange, MENTOR, mail_from="scanner@zilverberg.example")[:2] == (
        553,
        "5.7.1 This is not your own address",
    )
    assert from_printer(exchange, "scanner@zilverberg.example")[0] == 250
    assert from_printer(exchange, "scanner@zilverberg.example")[:2] == (452, "4.5.3 Too many messages, try again later")


@pytest.mark.parametrize("spelt", [UMLAUT, COINED], ids=["letters", "as-dns-has-it"])
def test_an_address_in_other_letters_is_the_one_in_the_directory(exchange: Exchange, spelt: str) -> None:
    """Both spellings are that parent: with another beside it the message is repaired, with itself twice it is not."""
    sent = exchange.hand(to=(AYLIN, spelt), options=("SMTPUTF8", "BODY=8BITMIME"))
    assert sent.text.startswith("2.0.0 Accepted")
    assert exchange.gateway.case(sent.reference).findings[0].clause == "C19"
    mail = delivered(exchange, spelt, sent.mark)
    assert MENTOR in str(mail["To"])
    alone = exchange.hand(to=(UMLAUT, COINED), options=("SMTPUTF8", "BODY=8BITMIME"))
    assert not [row for row in exchange.gateway.case(alone.reference).findings if row.clause == "C19"]


@pytest.mark.parametrize("version", ["send-proxy", "send-proxy-v2"])
def test_behind_a_balancer_each_client_is_itself(exchange: Exchange, version: str) -> None:
    with HAProxy.running(exchange.proxied, BALANCER, version) as balancer:
        trust = ssl.create_default_context(cafile=str(exchange.folder / "cert.pem"))
        answers = []
        for source in ("127.0.0.6", "127.0.0.7"):
            with smtplib.SMTP_SSL(
                "127.0.0.1", balancer.port, timeout=30, source_address=(source, 0), context=trust
            ) as client:
                client.ehlo("klas.test")
                answers.append(said(client, MENTOR, (AYLIN,), compose(f"{version}{source[-1]}")))
    assert [code for code, _ in answers] == [250, 550]
    assert answers[1] == FOREIGN
    mail = delivered(exchange, AYLIN, f"{version}6")
    assert "[127.0.0.6]" in mail.get_all("Received")[1]
    assert "peer=" not in exchange.gateway.log()


def test_nobody_s_name_and_no_secret_stand_in_the_log(exchange: Exchange) -> None:
    exchange.hand(lines=tenant(OTHER_TENANT) + gate())
    delivered(exchange, AYLIN, exchange.hand().mark)
    log = exchange.gateway.log()
    for word in (SECRET, TOKEN, TENANT, OTHER_TENANT, AYLIN, SANNE, MENTOR, OFFICE, "scanner@", "brücke", "xn--brcke"):
        assert word not in log
    assert '"reason": "not_the_school"' in log
