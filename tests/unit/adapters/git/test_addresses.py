import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.adapters.git.addresses import folder_name, public_address, without_secrets


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://github.com/o/r.git", "https://github.com/o/r.git"),
        ("https://user:hunter2@github.com:443/o/r", "https://github.com:443/o/r"),
        ("https://ghp_token@github.com/o/r", "https://github.com/o/r"),
        ("HTTPS://u:p@ss@github.com/o/r", "HTTPS://github.com/o/r"),
        ("http://u:p@[::1]:8080/r?private_token=s#t", "http://[::1]:8080/r"),
        ("https://u:p@host", "https://host"),
        ("ssh://git:hunter2@host:22/o/r", "ssh://git@host:22/o/r"),
        ("ssh://host/o/r", "ssh://host/o/r"),
        ("git@github.com:o/r.git", "git@github.com:o/r.git"),
        ("/srv/it's a git/r@2.git", "/srv/it's a git/r@2.git"),
        ("file:///srv/r?x", "file:///srv/r?x"),
        ("", ""),
    ],
)
def test_a_public_address_is_the_same_place_without_what_lets_somebody_in(address, public):
    assert public_address(address) == public
    assert public_address(public) == public


@pytest.mark.parametrize(
    ("address", "begins"),
    [
        ("https://github.com/octo/cart.git", "github.com-octo-cart-"),
        ("git@github.com:octo/cart.git", "github.com-octo-cart-"),
        ("ssh://git@host:22/o/r/", "host-22-o-r-"),
        ("/srv/it's a $HOME/r.git", "srv-it-s-a-HOME-r-"),
        ("..", "remote-"),
        (f"https://host/{'x' * 500}/name", "xx"),
    ],
)
def test_a_folder_is_named_after_the_address(address, begins):
    name = folder_name(address)
    assert name.startswith(begins)
    assert len(name) < 80
    assert folder_name(address) == name


def test_every_address_has_a_folder_of_its_own_and_a_password_makes_no_other():
    addresses = ("https://h/o/r", "https://h/o/r.git", "http://h/o/r", "git@h:o/r", "https://h/o-r", "https://H/o/r")
    assert len({folder_name(one) for one in addresses}) == len(addresses)
    assert folder_name("https://u:p@h/o/r") == folder_name("https://h/o/r")


LETTERS = st.text("abcDEF0189-_.~%!$&'()*+,;=:@", min_size=4, max_size=20)


@given(user=LETTERS, password=LETTERS, scheme=st.sampled_from(("https", "http", "ssh", "git+ssh")))
def test_no_password_is_left_in_any_address_or_message(user, password, scheme):
    secret = f"s3cr3t{password}"
    address = f"{scheme}://{user}:{secret}@host.example/o/r"
    assert "s3cr3t" not in public_address(address)
    assert "s3cr3t" not in folder_name(address)
    assert "s3cr3t" not in without_secrets(f"fatal: unable to access '{address}/': refused")
