"""What is taken as an e-mail address is one mailbox, whoever reads it."""

from email.headerregistry import Address
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from shared_models.addresses import known_address, normal_address
from shared_models.auth import ForgotPassword, Register, SignIn

STRANGE = [
    *("x,tenant@example.com", "a;b@example.com", "<x>@example.com", "mailto:a@example.com", "a(c)@example.com"),
    *("friends:a@example.com;", "Ann <a@example.com>", "a@example.com,b@example.com", "a b@example.com"),
    *("a\u200bb@example.com", "\u202ea@example.com", "a\u00ad@example.com", "\ufeffa@example.com"),
    *('"a b"@example.com', '"a,b"@example.com', "a\\@b@example.com", "a\x01@example.com", "a\n@example.com"),
    *("a@example.com(c)", "a@example.com.", "a@.example.com", "a@example..com", "a@exa mple.com"),
    *("a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@localhost", "a@b@example.com", "@example.com", "a@"),
    *(".a@example.com", "a.@example.com", "a..b@example.com", "a%b@example.com", "a!b@example.com", "|a@example.com"),
    *("a@-example.com", "a@example-.com", "a@exa_mple.com", "a@exam\u200bple.com", "a@example\u3002com"),
    *(
        "ä@example.com",
        "\u212a@example.com",
        "a@\uff45xample.com",
        "a@aa--b.com",
        "a@-é.com",
        "a@é-.com",
        "a@xn----bga.com",
        "a@xn--a.com",
        "a@xn--zz--.com",
    ),
    *(
        "a@" + "b" * 64 + ".com",
        "a" * 65 + "@example.com",
        "a" * 64 + "@" + "b" * 62 + "." + "b" * 62 + "." + "b" * 62 + ".com",
        "a@" + ".".join(["b" * 60] * 5) + ".com",
    ),
]


@pytest.mark.parametrize("text", STRANGE)
def test_lists_routes_comments_and_what_cannot_be_seen_are_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an e-mail address|can be read in two ways"):
        normal_address(text)
    with pytest.raises(ValidationError) as caught:
        Register(email=text, password=SecretStr("a long enough password"), name="Ann")
    assert {error["loc"] for error in caught.value.errors()} == {("email",)}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Ann.Lee+homes@Example.COM", "ann.lee+homes@example.com"),
        (" o'brien@example.co.uk ", "o'brien@example.co.uk"),
        ("a@müller.de", "a@xn--mller-kva.de"),
        ("a@MÜLLER.de", "a@xn--mller-kva.de"),
        ("a@mu\u0308ller.de", "a@xn--mller-kva.de"),
        ("a@xn--mller-kva.de", "a@xn--mller-kva.de"),
        ("a@XN--MLLER-KVA.de", "a@xn--mller-kva.de"),
        ("a@例え.jp", "a@xn--r8jz45g.jp"),
        ("a@xn--strae-oqa.de", "a@xn--strae-oqa.de"),
    ],
)
def test_an_address_has_one_form_and_its_domain_is_said_as_mail_servers_do(text: str, stored: str) -> None:
    assert normal_address(text) == known_address(text) == stored


@pytest.mark.parametrize("text", ["a@straße.de", "a@\u2c61ab.com", "a@οδος.gr", "a@نامه\u200cای.ir"])  # noqa: RUF001
def test_a_domain_that_old_and_new_rules_read_differently_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="xn--"):
        normal_address(text)


@pytest.mark.parametrize("text", ["X,Tenant@Example.com ", "a@straße.de", "nobody"])
def test_whoever_has_an_account_from_before_signs_in_with_the_address_as_it_is(text: str) -> None:
    assert SignIn(email=text, password=SecretStr("x")).email == text.strip().lower()
    assert ForgotPassword(email=text).email == text.strip().lower()


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_taken_is_taken_again_and_is_one_address_to_the_mail_library(name: str, domain: str) -> None:
    try:
        address = normal_address(f"{name}@{domain}")
    except ValueError:
        return
    assert normal_address(address) == address
    assert address.isascii()
    assert Address(addr_spec=address).addr_spec == address
    assert getaddresses([address]) == [("", address)]
