"""The real surroundings of a flow: a Postfix that receives, a gateway that guards it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.gateway import Gateway
from tests.support.postfix import Postfix

MENTOR = "d.thooft@zilverberg.example"
SMARTHOST_LOGIN = ("gateway", "Smidse-77-Anker")


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    server = Postfix.start(login=SMARTHOST_LOGIN)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def gateway(postfix: Postfix) -> Iterator[Gateway]:
    """A service that signs in at the Postfix with the gateway's own account."""
    password = f'auth = "password"\ntls = "none"\nlogin = "{SMARTHOST_LOGIN[0]}@school.test"'
    secret = {"POSTWACHT__SMARTHOST__PASSWORD": SMARTHOST_LOGIN[1]}
    service = Gateway.start(postfix.port, logins=(MENTOR,), smarthost=password, environment=secret)
    yield service
    service.stop()
