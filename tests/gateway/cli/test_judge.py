"""`postwacht judge`, by the published contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.test_corpus import HERE as CORPUS
from tests.gateway.cli.conftest import ADMIN, LEADER, MENTOR, MESSAGES, Command, call, message, objects
from tests.support.school import SCHOOL

KEYS = [
    "file",
    "outcome",
    "approver",
    "visible_recipients",
    "envelope",
    "archived",
    "policy_sha256",
    "snapshot",
    "findings",
]
FINDING = ["clause", "rule", "action", "would_be", "kind", "confidence", "part", "evidence", "why"]
AYLIN, SANNE = "aylin.demirci@hotmail.example", "sanne.vanrijsbergen@ziggo.example"


def judge(*words: object) -> list[dict]:
    result = call("judge", "--json", "--directory", SCHOOL, *words)
    assert result.exit_code == 0, result.output
    return objects(result)


def mail(sender: str = MENTOR, to: str = AYLIN, extra: str = "", body: str = "Hallo.") -> str:
    return f"From: {sender}\r\nTo: {to}\r\n{extra}Subject: x\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n\r\n{body}\r\n"


def test_the_keys_are_the_published_ones_in_their_order() -> None:
    (report,) = judge(MESSAGES / "02-hele-klas-in-aan.eml")
    assert list(report) == KEYS
    assert list(report["findings"][0]) == FINDING
    assert report["outcome"] == "fix"
    assert report["visible_recipients"] == [MENTOR]
    assert len(report["envelope"]) == 32
    assert report["archived"] is True
    assert len(report["policy_sha256"]) == 64


def test_one_object_a_file_in_the_order_given() -> None:
    names = ["12-agenda-drie-gezinnen.eml", "01-een-ouder.eml", "04-cc-aan-twee-ouders.eml"]
    reports = judge(*(MESSAGES / name for name in names))
    assert [Path(report["file"]).name for report in reports] == names
    assert [report["outcome"] for report in reports] == ["hold", "pass", "fix"]


def test_what_is_held_shows_who_decides_and_no_recipients() -> None:
    own, leader = judge(MESSAGES / "12-agenda-drie-gezinnen.eml", MESSAGES / "14-doorgestuurd-met-aanlijst.eml")
    assert (own["approver"], leader["approver"]) == ("self", "team_leader")
    for report in (own, leader):
        assert (report["visible_recipients"], report["envelope"], report["archived"]) == ([], [], False)


def test_evidence_is_masked_unless_it_is_revealed() -> None:
    (masked,) = judge(MESSAGES / "16-vcard.eml")
    (clear,) = judge("--reveal", MESSAGES / "16-vcard.eml")
    hidden, shown = masked["findings"][0]["evidence"], clear["findings"][0]["evidence"]
    assert "***" in hidden
    assert "***" not in shown
    assert shown not in str(masked)


def test_why_lists_every_clause_that_looked_hit_or_missed() -> None:
    (report,) = judge("--why", MESSAGES / "01-een-ouder.eml")
    looked = {row["clause"]: row["hit"] for row in report["looked"]}
    assert looked["C19"] is False
    assert looked["C34"] is True


def test_why_shows_what_was_read_inside_signed_and_attached_messages() -> None:
    (report,) = judge("--why", CORPUS / "447-ondoorzichtig-getekend-ander-gezin.eml")
    read = {at["where"]: at["text"] for at in report["opened"]}
    assert read["part 1: part 1 text"] == "U kunt fam.wiegersma@planet.example vragen."
    (plain,) = judge("--why", MESSAGES / "01-een-ouder.eml")
    assert plain["opened"] == []
    told = call("judge", "--why", "--directory", SCHOOL, CORPUS / "447-ondoorzichtig-getekend-ander-gezin.eml").output
    assert "  opened part 1: part 1 text (text):\n    U kunt fam.wiegersma@planet.example vragen.\n" in told


def test_output_is_each_message_as_it_would_be_delivered(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    fixed, held = judge("--output", out, MESSAGES / "02-hele-klas-in-aan.eml", MESSAGES / "12-agenda-drie-gezinnen.eml")
    path = Path(fixed["delivered_path"])
    assert path.is_absolute()
    header, body = path.read_bytes().split(b"\r\n\r\n", 1)
    assert AYLIN.encode() not in header
    assert (
        body
        == (MESSAGES / "02-hele-klas-in-aan.eml")
        .read_bytes()
        .replace(b"\r\n", b"\n")
        .replace(b"\n", b"\r\n")
        .split(b"\r\n\r\n", 1)[1]
    )
    assert held["delivered_path"] is None
    assert len(list(out.iterdir())) == 1


def test_files_of_the_same_name_are_both_written(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        message(tmp_path / folder, mail())
    first, second = judge("--output", tmp_path / "out", tmp_path / "a" / "m.eml", tmp_path / "b" / "m.eml")
    assert [Path(report["delivered_path"]).name for report in (first, second)] == ["m.eml", "m.2.eml"]


def test_the_repair_copies_writes_one_file_a_recipient(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    from gateway.cli.bench import shipped_policy

    text = shipped_policy()
    assert 'repair = "bcc"' in text
    policy.write_text(text.replace('repair = "bcc"', 'repair = "copies"'))
    (report,) = judge("--policy", policy, "--output", tmp_path / "out", MESSAGES / "04-cc-aan-twee-ouders.eml")
    assert len(report["delivered_paths"]) == len(list((tmp_path / "out").iterdir())) == len(report["envelope"]) == 3


def test_without_an_envelope_it_is_taken_from_from_to_cc_and_bcc(tmp_path: Path) -> None:
    (report,) = judge(message(tmp_path, mail(extra=f"Cc: {LEADER}\r\nBcc: {SANNE}\r\n")))
    assert report["outcome"] == "fix"
    assert set(report["envelope"]) == {AYLIN, LEADER, SANNE}


def test_an_envelope_that_is_given_is_the_one_judged(tmp_path: Path) -> None:
    path = message(tmp_path, mail())
    (one,) = judge("--mail-from", MENTOR, "--rcpt-to", AYLIN, path)
    (two,) = judge("--mail-from", MENTOR, "--rcpt-to", AYLIN, "--rcpt-to", SANNE, path)
    assert (one["outcome"], two["outcome"]) == ("pass", "fix")


def test_split_copies_are_judged_as_one(tmp_path: Path) -> None:
    copies = ("--envelope", f"{MENTOR}:{AYLIN}", "--envelope", f"{MENTOR}: {SANNE}, {LEADER}")
    (report,) = judge(*copies, message(tmp_path, mail()))
    assert report["outcome"] == "fix"
    assert set(report["envelope"]) == {AYLIN, SANNE, LEADER}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--envelope", "a@b.example"], "is no envelope"),
        (["--envelope", "a@b.example:c@d.example", "--rcpt-to", "e@f.example"], "does not go with"),
        (["--at", "gisteren"], "is no date"),
        (["--rcpt-to"], "requires an argument"),
    ],
)
def test_wrong_usage_is_said_and_ends_with_2(tmp_path: Path, words: list[str], said: str) -> None:
    result = call("judge", "--directory", SCHOOL, message(tmp_path, mail()), *words)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("sender", "options", "known"),
    [
        (MENTOR, (), True),
        ("onbekend@elders.example", ("--mail-from", MENTOR), False),
        ("onbekend@elders.example", (), False),
        (MENTOR, ("--mail-from", "bounce@elders.example"), True),
        ("info@zilverberg.example", (), True),
    ],
    ids=["from", "borrowed", "nobody", "envelope-unknown", "function"],
)
def test_the_identity_is_the_envelopes_sender_if_known_else_from(
    tmp_path: Path, sender: str, options: tuple[str, ...], known: bool
) -> None:
    """Nobody's mail to outside is held for the administrator; somebody's mail under another's name is refused."""
    (report,) = judge(*options, "--rcpt-to", AYLIN, message(tmp_path, mail(sender)))
    assert (report["outcome"] == "pass") is known
    if not known:
        assert report["outcome"] == ("block" if options else "hold")


def test_an_unknown_from_with_a_known_sender_is_the_senders(tmp_path: Path) -> None:
    """Sender stands in where From is nobody's; the borrowed name is then what is judged."""
    (report,) = judge(message(tmp_path, mail("onbekend@elders.example", extra=f"Sender: {MENTOR}\r\n")))
    assert {finding["rule"] for finding in report["findings"]} == {"sender"}


def test_unix_text_is_read_as_mail(tmp_path: Path) -> None:
    (report,) = judge(message(tmp_path, mail().replace("\r\n", "\n")))
    assert report["outcome"] == "pass"


@pytest.mark.parametrize(("fault", "name"), [("a\rb", "bare CR"), ("a\nb", "bare LF"), ("a\0b", "NUL")])
def test_what_no_client_may_send_is_blocked_and_nobody_can_release_it(tmp_path: Path, fault: str, name: str) -> None:
    (report,) = judge(message(tmp_path, mail(body=fault)))
    assert (report["outcome"], report["approver"], report["archived"]) == ("block", None, False)
    assert [(row["clause"], row["rule"], row["evidence"]) for row in report["findings"]] == [(None, "wire", name)]


def test_nul_in_unix_text_is_blocked_too(tmp_path: Path) -> None:
    (report,) = judge(message(tmp_path, mail(body="a\0b").replace("\r\n", "\n")))
    assert report["outcome"] == "block"


def test_now_is_the_date_of_the_message_unless_it_is_given() -> None:
    """Until the end of July 2026 this teacher could write to class 3B for its mentor; the message is of November."""
    parents = ("sanne.vanrijsbergen@ziggo.example", "jan.bakker@gmail.example", "hettydeleeuw@kpnmail.example")
    envelope = [word for parent in parents for word in ("--rcpt-to", parent)]
    path = MESSAGES / "27-docent-zonder-band.eml"
    outcomes = [
        judge(*envelope, *at, path)[0]["outcome"] for at in ((), ("--at", "2026-07-31"), ("--at", "2026-08-01"))
    ]
    assert outcomes == ["hold", "pass", "hold"]


def test_a_moment_without_a_zone_is_the_schools() -> None:
    from zoneinfo import ZoneInfo

    from gateway.cli.bench import read_instant

    zone = ZoneInfo("Europe/Amsterdam")
    assert str(read_instant("2026-07-31T23:30", zone)) == "2026-07-31 23:30:00+02:00"
    assert str(read_instant("2026-07-31T23:30Z", zone)) == "2026-07-31 23:30:00+00:00"


def test_a_message_without_a_date_is_judged_now(tmp_path: Path) -> None:
    text = mail().replace("Date: Mon, 16 Nov 2026 09:00:00 +0100\r\n", "")
    assert judge(message(tmp_path, text))[0]["outcome"] == "pass"


def test_people_read_sentences_and_programs_lines() -> None:
    words = ("judge", "--directory", SCHOOL, "--why", MESSAGES / "02-hele-klas-in-aan.eml", MESSAGES / "16-vcard.eml")
    result = call(*words)
    assert ": fix\n" in result.stdout
    assert f"  visible: {MENTOR}\n" in result.stdout
    assert ": hold, self decides\n" in result.stdout
    assert "  C18 missed: " in result.stdout
    assert result.stderr == ""


def test_the_place_of_what_was_written_is_told(tmp_path: Path) -> None:
    result = call("judge", "--directory", SCHOOL, "--output", tmp_path, MESSAGES / "01-een-ouder.eml")
    assert f"  delivered: {tmp_path.resolve() / '01-een-ouder.eml'}\n" in result.stdout


def test_what_only_is_observed_says_what_would_be(tmp_path: Path) -> None:
    from gateway.cli.bench import shipped_policy
    from rules.policy import with_mode

    policy = tmp_path / "policy.toml"
    policy.write_text(with_mode(shipped_policy(), "C19", "observe"))
    path = MESSAGES / "04-cc-aan-twee-ouders.eml"
    (report,) = judge("--policy", policy, path)
    assert report["outcome"] == "pass"
    assert [(row["clause"], row["action"], row["would_be"]) for row in report["findings"]] == [("C19", "pass", "fix")]
    assert "(would be fix)" in call("judge", "--directory", SCHOOL, "--policy", policy, path).stdout


def test_without_a_school_or_people_it_says_which_option_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = message(tmp_path, mail())
    nothing = call("judge", path)
    assert (nothing.exit_code, "--school" in nothing.stderr) == (2, True)
    no_people = call("judge", "--school", SCHOOL / "school.json", path)
    assert (no_people.exit_code, "--directory" in no_people.stderr) == (2, True)


def test_the_school_may_be_a_file_of_its_own(tmp_path: Path) -> None:
    school = tmp_path / "school.toml"
    school.write_text('name = "X"\ndomains = ["elders.example"]\n')
    (report,) = judge("--school", school, message(tmp_path, mail(to=LEADER)))
    assert report["archived"] is True, "the leader's domain is not this school's: the mail goes outside"


def test_rejected_rows_of_the_folder_are_counted_on_standard_error(tmp_path: Path) -> None:
    for file in SCHOOL.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "staff.csv").open("a") as staff:
        staff.write("Z99,xyz,Jan,,Jansen,Jan Jansen,staflid,,x,geen-adres,,,,,,,,,2024-08-01,\n")
    result = call("judge", "--json", "--directory", tmp_path, MESSAGES / "01-een-ouder.eml")
    assert "1 rows rejected" in result.stderr
    assert len(objects(result)) == 1


def test_an_installation_judges_by_its_own_directory_and_policy(at: Command) -> None:
    assert at("policy", "mode", "C19", "off").exit_code == 0
    (report,) = objects(at("judge", "--json", MESSAGES / "04-cc-aan-twee-ouders.eml"))
    assert (report["outcome"], report["snapshot"]) == ("pass", "1")


def test_an_installation_that_only_observes_is_judged_so(at: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTWACHT__POLICY__OBSERVE_ALL", "true")
    (report,) = objects(at("judge", "--json", MESSAGES / "04-cc-aan-twee-ouders.eml"))
    assert report["outcome"] == "pass"


def test_no_directory_in_force_is_a_service_that_is_not_there(tmp_path: Path) -> None:
    from tests.support.gateway import Gateway

    service = Gateway.prepare(1, import_school=False)
    try:
        config = service.home / "postwacht.toml"
        missing = call("--config", config, "judge", MESSAGES / "01-een-ouder.eml")
        assert missing.exit_code == 3
        assert "the store is not there" in missing.stderr
        assert call("--config", config, "policy", "import").exit_code == 0
        empty = call("--config", config, "judge", MESSAGES / "01-een-ouder.eml")
        assert empty.exit_code == 3
        assert "postwacht directory import" in empty.stderr
    finally:
        service.stop()


def test_a_policy_with_a_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[clauses.C19]\nmode = 'soms'\n")
    result = call("judge", "--directory", SCHOOL, "--policy", policy, MESSAGES / "01-een-ouder.eml")
    assert result.exit_code == 2
    assert "policy.toml:2" in result.stderr


def test_the_admin_is_known_by_office(tmp_path: Path) -> None:
    assert judge(message(tmp_path, mail(ADMIN)))[0]["outcome"] == "pass"
