"""`postwacht user`: accounts made, changed and closed from the command line, each change in the audit chain."""

from __future__ import annotations

import asyncio

import pytest

from gateway.accounts.factors import Passwords
from gateway.cli.setting import account
from gateway.store.accounts import Account, ByAddress
from tests.gateway.cli.conftest import ADMIN, LEADER, Command
from tests.support.gateway import Gateway

PASSWORD = "correct paard batterij"


def found(installation: Gateway, address: str) -> Account | None:
    async def look() -> Account | None:
        async with installation.store() as store:
            return await store.ask(ByAddress(address))

    return asyncio.run(look())


def acts(installation: Gateway) -> list[tuple[str, str]]:
    async def look() -> list[tuple[str, str]]:
        async with installation.store() as store:
            return [(row.act, row.actor) for row in await store.audit_rows()]

    return asyncio.run(look())


def test_an_account_is_made_and_listed_without_its_password(installation: Gateway, at: Command) -> None:
    made = at("user", "add", ADMIN.upper(), "--role", "admin", "--role", "approver", text=f"{PASSWORD}\n")
    assert made.exit_code == 0
    assert made.stdout == f"{ADMIN}: admin, approver\n"
    one = found(installation, ADMIN)
    assert one is not None and one.roles == {"admin", "approver"} and one.active and not one.second_factor
    assert asyncio.run(Passwords().check(one.password, PASSWORD))
    listed = at("user", "list").stdout
    assert listed == f"{ADMIN}  admin approver  active  no second factor yet\n"
    assert ("account_opened", account()) in acts(installation)


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (("add", ADMIN, "--role", "admin"), "kort\n", "12 to 200 characters"),
        (("add", ADMIN, "--role", "admin"), "x" * 201 + "\n", "12 to 200 characters"),
        (("add", ADMIN, "--role", "baas"), f"{PASSWORD}\n", "baas"),
        (("add", ADMIN), f"{PASSWORD}\n", "--role"),
        (("add", "niemand", "--role", "admin"), f"{PASSWORD}\n", "no mail address"),
    ],
)
def test_what_can_t_be_an_account_is_none(
    installation: Gateway, at: Command, words: tuple[str, ...], text: str, said: str
) -> None:
    done = at("user", *words, text=text)
    assert done.exit_code == 2 and said in done.stderr
    assert found(installation, ADMIN) is None


def test_accounts_are_changed_closed_and_opened_again(installation: Gateway, at: Command) -> None:
    at("user", "add", LEADER, "--role", "approver", text=f"{PASSWORD}\n")
    assert at("user", "add", LEADER, "--role", "admin", text=f"{PASSWORD}\n").exit_code == 1
    assert at("user", "roles", LEADER, "--role", "auditor").stdout == f"{LEADER}: roles\n"
    assert at("user", "disable", LEADER).exit_code == 0
    one = found(installation, LEADER)
    assert one is not None and one.roles == {"auditor"} and not one.active
    assert "disabled" in at("user", "list").stdout
    assert at("user", "enable", LEADER).exit_code == 0
    assert at("user", "reset", LEADER, text="een ander wachtwoord\n").exit_code == 0
    one = found(installation, LEADER)
    assert one is not None and one.active and asyncio.run(Passwords().check(one.password, "een ander wachtwoord"))
    assert {"account_roles", "account_disabled", "account_enabled", "account_reset"} <= {
        act for act, _ in acts(installation)
    }


def test_nobody_is_changed_who_is_not_there(at: Command) -> None:
    for act in ("disable", "enable"):
        done = at("user", act, LEADER)
        assert done.exit_code == 1 and LEADER in done.stderr


def test_a_person_is_asked_for_the_password_twice(at: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.user.sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("gateway.cli.user.click.prompt", lambda *_, **__: PASSWORD)

    class Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

    monkeypatch.setattr("gateway.cli.user.sys.stdin", Terminal())
    from gateway.cli.user import _password

    assert _password() == PASSWORD
