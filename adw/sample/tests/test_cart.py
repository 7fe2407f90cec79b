from shop.cart import Cart
from shop.voucher import Voucher


def test_an_empty_cart_costs_nothing():
    assert Cart().total() == 0


def test_adding_twice_adds_up():
    cart = Cart()
    cart.add("apple", 2)
    cart.add("apple")
    total = cart.total()
    assert total == 120


def test_adding_a_third_time_adds_up_too():
    cart = Cart()
    for _ in range(3):
        cart.add("bread")
    breads = cart.pieces["bread"]
    assert breads == 3


def test_removing_takes_out():
    cart = Cart()
    cart.add("tea", 3)
    cart.remove("tea")
    assert cart.total() == 840


def test_a_voucher_takes_a_share_off():
    cart = Cart()
    cart.add("cheese")
    assert cart.total(Voucher(percent=10)) == 801
