"""What each piece of a bundle is worth, so that one can be refunded fairly."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from catalog.bundles import key_of, shares
from catalog.models import Bundle, VariantSize

KOBO = st.integers(min_value=1, max_value=10**12)


def pieces(prices: list[int]) -> list[VariantSize]:
    rows = [VariantSize(pk=number, sku=f"S{number}") for number in range(1, len(prices) + 1)]
    for row, price in zip(rows, prices, strict=True):
        row.price_now = price
    return rows


@given(price=KOBO, prices=st.lists(KOBO, min_size=2, max_size=12), shuffled=st.randoms(use_true_random=False))
def test_shares_add_up_and_do_not_depend_on_the_order(price: int, prices: list[int], shuffled: st.DataObject) -> None:
    bundle, picks = Bundle(price_kobo=price), pieces(prices)
    given_shares = shares(bundle, picks)
    assert sum(given_shares) == price
    assert min(given_shares) >= 0
    again = list(picks)
    shuffled.shuffle(again)  # type: ignore[attr-defined]
    assert dict(zip(again, shares(bundle, again), strict=True)) == dict(zip(picks, given_shares, strict=True))
    assert key_of(again) == key_of(picks)


@given(price=KOBO, alone=KOBO, count=st.integers(min_value=2, max_value=12))
def test_pieces_of_one_price_differ_by_a_kobo_at_most(price: int, alone: int, count: int) -> None:
    given_shares = shares(Bundle(price_kobo=price), pieces([alone] * count))
    assert max(given_shares) - min(given_shares) <= 1


@given(price=KOBO, alone=st.lists(KOBO, min_size=2, max_size=6))
def test_a_repeated_piece_counts_each_time(price: int, alone: list[int]) -> None:
    picks = pieces(alone)
    twice = [*picks, picks[0]]
    given_shares = shares(Bundle(price_kobo=price), twice)
    assert sum(given_shares) == price
    per_piece = Counter[int]()
    for pick, share in zip(twice, given_shares, strict=True):
        per_piece[pick.pk] += share
    assert abs(per_piece[picks[0].pk] * (sum(alone) + alone[0]) - price * 2 * alone[0]) <= 2 * (sum(alone) + alone[0])
