"""The tree of errors."""

from gateway import errors
from gateway.errors import (
    AlreadyDecided,
    ConfigError,
    IllegalTransition,
    LinkRefused,
    PostwachtError,
    SmarthostError,
    SmarthostRefused,
    StoreError,
)


def test_everything_we_raise_hangs_on_one_tree_and_the_drawing_shows_it():
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert all(issubclass(one, PostwachtError) for one in classes)
    for one in classes:
        assert f" {one.__name__}\n" in errors.__doc__ or f" {one.__name__} " in errors.__doc__


def test_a_configuration_error_holds_all_mistakes():
    error = ConfigError([("smarthost.port", "must be a number"), ("school.name", "is missing")])
    assert error.mistakes == (("smarthost.port", "must be a number"), ("school.name", "is missing"))
    assert str(error) == "smarthost.port: must be a number; school.name: is missing"


def test_errors_carry_their_facts():
    assert str(IllegalTransition("held", "delivered")) == "a case cannot go from held to delivered"
    decided = AlreadyDecided("R1", "released")
    assert (decided.reference, decided.state, str(decided)) == ("R1", "released", "case R1 is already released")
    assert LinkRefused("used").reason == "used"
    assert issubclass(LinkRefused, StoreError)


def test_a_refusal_of_the_mail_server_shows_its_code_and_keeps_its_words_apart():
    """The words may name people: they are for the case, not for the log."""
    error = SmarthostRefused(535, "5.7.8 m.devries@school.example wrong password")
    assert (error.code, error.text) == (535, "5.7.8 m.devries@school.example wrong password")
    assert str(error) == "the mail server answered 535"
    assert isinstance(error, SmarthostError)
