from shop.voucher import Voucher


def test_a_voucher_never_takes_more_than_the_total():
    assert Voucher(amount=500).reduction(300) == 300
