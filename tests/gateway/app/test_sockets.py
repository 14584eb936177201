"""Sockets bound before anybody listens: who gets them, and what happens to those nobody takes."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from gateway.app.sockets import Handed, bound, shared
from gateway.config import Config, load
from tests.support.gateway import Gateway


@pytest.fixture
def config() -> Iterator[Config]:
    service = Gateway.prepare(1, import_school=False)
    yield load(service.home / "postwacht.toml", {})
    service.stop()


def numbers(socks: tuple[socket.socket, ...]) -> list[int]:
    """Their open files, as a child has them."""
    return [os.dup(sock.fileno()) for sock in socks]


def test_every_listener_has_a_bound_socket_that_does_not_listen_yet(config: Config) -> None:
    socks = shared(config)
    places = [(listener.address, listener.port) for listener in config.listeners]
    assert [sock.getsockname()[:2] for sock in socks] == places
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(places[0], timeout=5)
    for sock in socks:
        sock.close()


def test_a_port_in_use_leaves_nothing_bound(config: Config) -> None:
    last = config.listeners[-1]
    with socket.create_server((last.address, last.port)):
        with pytest.raises(OSError, match="in use"):
            shared(config)
        for listener in config.listeners[:-1]:
            socket.create_server((listener.address, listener.port)).close()


def test_a_listener_takes_the_socket_of_its_place_once(config: Config) -> None:
    socks = shared(config)
    given = numbers(socks)
    handed = Handed(given)
    place = config.listeners[0].address, config.listeners[0].port
    taken = handed.take(*place)
    assert taken.fileno() == given[0]
    assert taken.proto == socket.IPPROTO_TCP
    assert not os.get_inheritable(taken.fileno())
    again = handed.take(*place)
    assert again.fileno() not in given
    assert again.getsockname()[:2] == place
    for sock in (*socks, taken, again):
        sock.close()
    handed.close()


def test_what_nobody_takes_is_closed() -> None:
    sock = bound("127.0.0.1", 0)
    (given,) = numbers((sock,))
    handed = Handed([given])
    sock.close()
    handed.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(given)


def test_a_port_that_the_kernel_chooses_is_bound_anew() -> None:
    sock = bound("::1", 0)
    handed = Handed(numbers((sock,)))
    other = handed.take("::1", 0)
    assert other.getsockname()[1] != sock.getsockname()[1]
    for one in (sock, other):
        one.close()
    handed.close()
