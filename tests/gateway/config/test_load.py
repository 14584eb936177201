"""A configuration that holds: defaults, the environment, secrets, paths."""

import base64
import ipaddress
from datetime import date, time
from pathlib import Path

import pytest

from gateway.config import Config, load
from gateway.config.load import Loading
from gateway.errors import ConfigError

MINIMAL = """
[school]
name = "Het Voorbeeld"
domains = ["School.Example"]

[[listener]]
kind = "submission"
address = "127.0.0.1"
port = 2587
certificate_file = "tls.crt"
key_file = "tls.key"

[smarthost]
host = "smtp.school.example"

[store]
url = "sqlite:///postwacht.db"
keys_url = "sqlite:///keys.db"
key_file = "master.key"
"""
SECRET = "correct horse"


def read(text: str = MINIMAL, **environ: str) -> Config:
    Path("postwacht.toml").write_text(text)
    return load(Path("postwacht.toml"), environ)


def mistakes(text: str = MINIMAL, **environ: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        read(text, **environ)
    return list(caught.value.mistakes)


@pytest.fixture(autouse=True)
def _here(folder: Path) -> None:
    """Every test stands in a folder with certificates and keys."""


def test_the_defaults_are_those_of_a_small_school() -> None:
    config = read()
    assert config.school.domains == ("school.example",)
    assert config.school.working_hours == (time(8), time(17))
    assert config.school.language == "nl"
    assert config.listeners[0].tls == "starttls"
    assert config.listeners[0].asks_password
    assert config.smarthost.port == 587
    assert config.auth.method == "upstream"
    assert config.workers.count == 1
    assert config.policy.observe_all is False
    assert config.metrics.address == ("127.0.0.1", 9464)


def test_paths_count_from_the_folder_of_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("postwacht.toml").write_text(MINIMAL)
    monkeypatch.chdir("/")
    config = load(folder / "postwacht.toml", {})
    assert config.store.url == f"sqlite:///{folder}/postwacht.db"
    assert config.listeners[0].certificate_file == folder / "tls.crt"
    assert config.store.folder == folder
    assert config.state_folder == folder


def test_message_files_may_lie_elsewhere(folder: Path) -> None:
    (folder / "blobs").mkdir()
    assert read(MINIMAL + '[archive]\nblobs = "blobs"\n').state_folder == folder / "blobs"


def test_values_come_in_the_form_the_gateway_uses() -> None:
    config = read(
        MINIMAL.replace(
            "domains =",
            'iban = "nl91 abna 0417 1643 00"\nprivacy_officer = "FG@School.Example"\n'
            'pupil_domains = ["xn--bcher-kva.example"]\nholidays = ["2026-12-19/2027-01-03", "2027-04-27"]\n'
            "working_hours = '07:30-16:45'\ndomains =",
        ).replace("port = 2587", 'port = 2587\nauth = "network"\nnetworks = ["10.1.0.0/16", "::1"]')
        + '[web]\naddress = "[::1]:8025"\nurl = "https://postwacht.school.example/"\n'
        + '[dkim.keys]\n"School.Example" = "dkim.key"\n'
    )
    assert config.school.iban == "NL91ABNA0417164300"
    assert config.school.privacy_officer == "fg@school.example"
    assert config.school.pupil_domains == ("bücher.example",)
    assert config.school.holidays == ((date(2026, 12, 19), date(2027, 1, 3)), (date(2027, 4, 27), date(2027, 4, 27)))
    assert config.school.working_hours == (time(7, 30), time(16, 45))
    assert config.listeners[0].networks == (ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("::1/128"))
    assert config.web.address == ("::1", 8025)
    assert config.web.url == "https://postwacht.school.example"
    assert [(domain, one.file) for domain, (one,) in config.dkim.keys.items()] == [
        ("school.example", Path("dkim.key").absolute())
    ]


# the environment


def test_every_key_can_come_from_the_environment() -> None:
    config = read(
        POSTWACHT__LISTENER__0__PORT="2525",
        POSTWACHT__LISTENER__1__KIND="submission",
        POSTWACHT__LISTENER__1__ADDRESS="127.0.0.1",
        POSTWACHT__LISTENER__1__PORT="0",
        POSTWACHT__LISTENER__1__TLS="none",
        POSTWACHT__SCHOOL__DOMAINS="een.example, twee.example,",
        POSTWACHT__SCHOOL__PHONES='["0113-550100"]',
        POSTWACHT__SCHOOL__NAME="true",
        POSTWACHT__POLICY__OBSERVE_ALL="true",
        POSTWACHT__DKIM__KEYS='{"een.example" = "dkim.key"}',
        POSTWACHT__WORKERS__COUNT="3",
        OTHER="nothing",
    )
    assert [listener.port for listener in config.listeners] == [2525, 0]
    assert config.school.domains == ("een.example", "twee.example")
    assert config.school.phones == ("0113-550100",)
    assert config.school.name == "true"
    assert config.policy.observe_all is True
    assert config.workers.count == 3
    assert list(config.dkim.keys) == ["een.example"]


def test_a_mistake_from_the_environment_names_the_variable() -> None:
    assert mistakes(
        POSTWACHT__WORKERS__COUNT="veel", POSTWACHT__LISTENER__0__AUTH="maybe", POSTWACHT__SCHOOL__DOMAINS="a b"
    ) == [
        ("POSTWACHT__SCHOOL__DOMAINS", '"a b" is no domain'),
        ("POSTWACHT__LISTENER__0__AUTH", 'must be "required" or "network"'),
        ("POSTWACHT__WORKERS__COUNT", "must be a whole number, without quotes"),
    ]


@pytest.mark.parametrize(
    "variable",
    [
        "POSTWACHT__",
        "POSTWACHT__SCHOOL",
        "POSTWACHT__SCOOL__NAME",
        "POSTWACHT__SCHOOL__NMAE",
        "POSTWACHT__SCHOOL__NAME__X",
        "POSTWACHT__LISTENER",
        "POSTWACHT__LISTENER__PORT",
        "POSTWACHT__LISTENER__0",
        "POSTWACHT__LISTENER__7__PORT",
        "POSTWACHT__DKIM__KEYS__SCHOOL",
    ],
)
def test_a_variable_that_is_no_setting_is_a_mistake(variable: str) -> None:
    assert mistakes(**{variable: "1"}) == [(variable, "is no setting of Postwacht")]


def test_a_variable_can_not_be_put_where_the_file_has_something_else() -> None:
    text = (
        'smarthost = "x"\nlistener = "y"\n'
        + MINIMAL.partition("[[listener]]")[0]
        + "[store]"
        + MINIMAL.rpartition("[store]")[2]
    )
    found = mistakes(text, POSTWACHT__SMARTHOST__PORT="25", POSTWACHT__LISTENER__0__PORT="25")
    assert ("POSTWACHT__SMARTHOST__PORT", "is no setting of Postwacht") in found
    assert ("POSTWACHT__LISTENER__0__PORT", "is no setting of Postwacht") in found
    assert ("postwacht.toml: smarthost", "must be a table: [smarthost]") in found


def test_a_file_without_a_table_can_be_completed_from_the_environment(folder: Path) -> None:
    config = read(
        MINIMAL.replace('[smarthost]\nhost = "smtp.school.example"\n', "").replace('key_file = "master.key"\n', ""),
        POSTWACHT__SMARTHOST__HOST="localhost",
        POSTWACHT__STORE__KEY_FILE=str(folder / "master.key"),
    )
    assert config.smarthost.host == "localhost"


# secrets


WITH_PASSWORD = MINIMAL.replace(
    'host = "smtp.school.example"', 'host = "smtp.school.example"\nauth = "password"\nlogin = "postwacht"'
)


def test_a_secret_comes_from_its_file() -> None:
    text = WITH_PASSWORD.replace("login =", 'password_file = "smarthost.password"\nlogin =')
    assert read(text).smarthost.password == SECRET


def test_a_secret_comes_from_a_systemd_credential(folder: Path) -> None:
    credentials = folder / "credentials"
    credentials.mkdir()
    (credentials / "smarthost.password").write_text("from systemd")
    (credentials / "store.key").write_bytes(base64.b64encode(bytes(32)))
    config = read(WITH_PASSWORD.replace('key_file = "master.key"\n', ""), CREDENTIALS_DIRECTORY=str(credentials))
    assert config.smarthost.password == "from systemd"


def test_a_secret_comes_from_the_environment_before_anything_else() -> None:
    text = WITH_PASSWORD.replace("login =", 'password_file = "gone"\nlogin =')
    assert read(text, POSTWACHT__SMARTHOST__PASSWORD="from outside").smarthost.password == "from outside"


def test_a_bad_key_from_the_environment_is_not_repeated() -> None:
    found = mistakes(MINIMAL.replace('key_file = "master.key"\n', ""), POSTWACHT__STORE__KEY="abcd")
    assert found == [("POSTWACHT__STORE__KEY", "must hold 32 bytes as base64, this one holds 3")]


@pytest.mark.parametrize("bad", ["7", '"folder"'])
def test_a_secret_file_that_is_none_is_said_once(bad: str) -> None:
    Path("folder").mkdir()
    found = mistakes(MINIMAL.replace('"master.key"', bad))
    assert len(found) == 1
    assert found[0][0] == "postwacht.toml: store.key_file"


def test_a_missing_secret_file_is_named(folder: Path) -> None:
    assert mistakes(MINIMAL.replace("master.key", "gone.key")) == [
        ("postwacht.toml: store.key_file", f"there is no file {folder}/gone.key")
    ]


def test_no_secret_is_in_a_repr() -> None:
    config = read(WITH_PASSWORD, POSTWACHT__SMARTHOST__PASSWORD=SECRET)
    assert SECRET not in repr(config)
    assert "AAECAwQF" not in repr(config)


# the file itself


def test_a_file_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml: there is no such file"):
        load(Path("gone.toml"), {})


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_file_that_can_not_be_read_is_a_mistake(content: bytes | None, folder: Path) -> None:
    path = folder / "odd.toml"
    path.write_bytes(content) if content else path.mkdir()
    with pytest.raises(ConfigError, match="can't be read"):
        load(path, {})


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read("\ufeff" + MINIMAL).school.name == "Het Voorbeeld"


def test_a_file_this_account_may_not_read_is_a_mistake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer of the kernel is replaced: tests may run as an account that may read everything."""
    monkeypatch.setattr("gateway.config.kinds.os.access", lambda path, _mode: path.name != "tls.crt")
    assert mistakes() == [
        ("postwacht.toml: listener[0].certificate_file", f"the file {folder}/tls.crt can't be read by this account")
    ]


def test_tls_for_the_pages_needs_its_certificate() -> None:
    assert mistakes(MINIMAL + '[web]\ntls = "implicit"\ncertificate_file = "tls.crt"\n') == [
        ("postwacht.toml: web.key_file", 'is missing: tls = "implicit" needs it')
    ]
    assert read(MINIMAL + '[web]\ntls = "implicit"\ncertificate_file = "tls.crt"\nkey_file = "tls.key"\n').web.key_file


def test_settings_that_would_have_no_effect_are_mistakes() -> None:
    text = MINIMAL.replace(
        'host = "smtp.school.example"', 'host = "::1"\ntls = "none"\nca_file = "tls.crt"\nlogin = "x"'
    )
    text += '[auth]\nmethod = "upstream"\nfile = "tls.crt"\n'
    assert mistakes(text) == [
        ("postwacht.toml: smarthost.login", 'goes only with auth = "password" or "xoauth2"'),
        ("postwacht.toml: smarthost.ca_file", 'goes only with tls = "starttls" or "implicit"'),
        ("postwacht.toml: auth.file", 'goes only with method = "file"'),
    ]


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("privacy_officer", "3", "must be text in quotes"),
        ("working_hours", "8", "must be text in quotes"),
        ("working_hours", '"8-17"', '"8-17" are no working hours; write for example "08:00-17:00"'),
        ("holidays", "[2026-12-25]", None),
        (
            "official_pages",
            '["www.school.example"]',
            '"www.school.example" is no web address; write for example "https://postwacht.school.example"',
        ),
    ],
)
def test_kinds_of_value_in_the_school_table(key: str, value: str, sentence: str | None) -> None:
    text = MINIMAL.replace("domains =", f"{key} = {value}\ndomains =")
    if sentence is None:
        assert read(text).school.holidays == ((date(2026, 12, 25), date(2026, 12, 25)),)
    else:
        ((where, found),) = mistakes(text)
        assert where.startswith(f"postwacht.toml: school.{key}")
        assert found == sentence


def test_a_path_that_is_no_text_is_a_mistake() -> None:
    assert mistakes(MINIMAL.replace('"tls.crt"', "1")) == [
        ("postwacht.toml: listener[0].certificate_file", "must be text in quotes")
    ]


def test_a_store_folder_and_a_blob_folder_must_be_there(folder: Path) -> None:
    assert mistakes(MINIMAL + '[archive]\nblobs = "gone"\n') == [
        ("postwacht.toml: archive.blobs", f"there is no folder {folder}/gone")
    ]


def test_the_same_mistake_is_said_once() -> None:
    loading = Loading(Path("postwacht.toml"), {}, {})
    for _ in range(2):
        loading.report(("web", "url"), "is wrong")
    assert loading.mistakes == [("postwacht.toml: web.url", "is wrong")]


RELAY = MINIMAL.replace(
    'kind = "submission"',
    'kind = "relay"\npeer = "*.mail.protection.Outlook.com"\ntenant_id = "01234567-89AB-CDEF-0123-456789abcdef"\n'
    'networks = ["40.92.0.0/15", "2a01:111:f400::/48", "127.0.0.1/32"]\nca_file = "tls.crt"\n'
    'secret_header = "X-School-Gate"\nsecret_file = "relay.secret"\nproxy_networks = ["10.0.0.5"]',
)
SERVICE = """
[[service]]
name = "scanners"
address = "Scan@School.Example"
networks = ["127.0.0.1/32"]
senders = ["kopie@school.example"]
"""


def test_a_relay_says_whom_it_believes(folder: Path) -> None:
    listener = read(RELAY + SERVICE).listeners[0]
    assert listener.peer == "*.mail.protection.outlook.com"
    assert listener.tenant_id == "01234567-89ab-cdef-0123-456789abcdef"
    assert listener.secrets == ("Lijster-op-de-nok-20",)
    assert listener.proxy_networks == (ipaddress.ip_network("10.0.0.5/32"),)
    assert (listener.shared, listener.asks_password, listener.window_seconds) == (True, False, 10)
    assert "Lijster" not in repr(listener)


def test_a_service_account_has_an_address_and_a_limit(folder: Path) -> None:
    (service,) = read(RELAY + SERVICE).services
    assert (service.address, service.senders) == ("scan@school.example", ("kopie@school.example",))
    assert service.messages_per_hour == 300
    assert read(RELAY).services == ()


@pytest.mark.parametrize(
    ("peer", "networks", "shared"),
    [
        ("mail.protection.outlook.com", "", True),
        ("outlook.com", "10.0.0.0/8", True),
        ("mail.myoutlook.com", "", False),
        ("mail.school.example", "198.51.100.0/24", False),
        ("", "10.0.0.0/8,fd00::/8", False),
        ("", "10.0.0.0/8,198.51.100.1/32", True),
    ],
)
def test_where_others_come_from_too_is_told_by_the_certificate_or_the_addresses(
    folder: Path, peer: str, networks: str, shared: bool
) -> None:
    text = RELAY if peer else RELAY.replace('ca_file = "tls.crt"\n', "")
    config = read(text, POSTWACHT__LISTENER__0__PEER=peer, POSTWACHT__LISTENER__0__NETWORKS=networks)
    assert config.listeners[0].shared == shared


def test_copies_wait_for_each_other_on_a_relay_and_nowhere_else(folder: Path) -> None:
    assert read().listeners[0].window_seconds == 0
    assert read(RELAY).listeners[0].window_seconds == 10
    assert read(RELAY, POSTWACHT__LISTENER__0__CORRELATION_WINDOW="0").listeners[0].window_seconds == 0
    assert read(RELAY, POSTWACHT__LISTENER__0__CORRELATION_WINDOW="45").listeners[0].window_seconds == 45


def test_a_listeners_secret_comes_from_the_environment_or_a_credential_too(folder: Path) -> None:
    two = "Spreeuw-in-de-goot-21\n\n  Mus-op-de-stoep-22222 \n"
    named = read(RELAY, POSTWACHT__LISTENER__0__SECRET=two)
    assert named.listeners[0].secrets == ("Spreeuw-in-de-goot-21", "Mus-op-de-stoep-22222")
    (folder / "credentials").mkdir()
    (folder / "credentials" / "listener.0.secret").write_text("Kauw-op-de-toren-2333\n")
    bare = RELAY.replace('secret_file = "relay.secret"\n', "")
    assert read(bare, CREDENTIALS_DIRECTORY=str(folder / "credentials")).listeners[0].secrets == (
        "Kauw-op-de-toren-2333",
    )


def test_a_listeners_secret_that_is_not_there_is_named_by_its_listener(folder: Path) -> None:
    said = mistakes(RELAY.replace("relay.secret", "gone.secret"))
    assert said == [("postwacht.toml: listener[0].secret_file", f"there is no file {folder}/gone.secret")]


def test_the_word_behind_the_guard_is_a_secret_too(folder: Path) -> None:
    config = read(MINIMAL, POSTWACHT__SMARTHOST__LOOP_TOKEN="Kwikstaart-op-het-erf")
    assert config.smarthost.loop_token == "Kwikstaart-op-het-erf"
    assert "Kwikstaart" not in repr(config)


def test_tables_that_are_no_tables_hide_no_secret(folder: Path) -> None:
    broken = "listener = [1, 2]\n" + MINIMAL.partition("[[listener]]")[0] + MINIMAL[MINIMAL.index("[smarthost]") :]
    assert [key for key, _ in mistakes(broken)] == ["postwacht.toml: listener[0]", "postwacht.toml: listener[1]"]
