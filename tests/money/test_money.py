"""Money: whole subunits, shown as people write it, shared without a kobo lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money, allocate, basis_points_of, parse


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (1_900_000, "NGN", "₦19,000"),
        (1_900_050, "NGN", "₦19,000.50"),
        (0, "NGN", "₦0"),
        (-250_000, "NGN", "−₦2,500"),
        (199, "USD", "$1.99"),
    ],
)
def test_it_is_shown_with_its_sign_and_without_idle_decimals(amount: int, currency: str, shown: str) -> None:
    assert Money(amount, currency).display == shown


@given(st.integers(min_value=0, max_value=10**12))
def test_what_is_shown_can_be_read_back(amount: int) -> None:
    assert parse(Money(amount).display) == Money(amount)
    assert parse(Money(amount, "USD").display, "USD") == Money(amount, "USD")


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.234", "1,23", "1e5", "٣", "8500.5.0", "NaN", "9" * 13])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        parse(text)


@pytest.mark.parametrize(("text", "currency"), [("$5", "NGN"), ("₦45,000", "USD"), ("45,000 ₦", "USD")])
def test_the_sign_of_another_currency_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"Write it in {currency}"):
        parse(text, currency)


def test_currencies_are_never_added_up() -> None:
    with pytest.raises(ValueError, match="cannot be added up"):
        Money(1, "NGN") + Money(1, "USD")
    with pytest.raises(TypeError):
        Money(1) * 1.5  # type: ignore[operator]


@given(
    st.integers(min_value=0, max_value=10**12),
    st.lists(st.integers(min_value=0, max_value=10**10), min_size=1, max_size=12),
)
def test_shares_add_up_and_are_fair_to_the_subunit(total: int, weights: list[int]) -> None:
    shares = allocate(total, weights)
    assert sum(shares) == total
    assert min(shares) >= 0
    whole = sum(weights) or len(weights)
    for share, weight in zip(shares, weights if sum(weights) else [1] * len(weights), strict=True):
        assert abs(share * whole - total * weight) < whole


@pytest.mark.parametrize(("total", "weights"), [(1, []), (-1, [1]), (1, [-1, 2])])
def test_nonsense_is_not_shared(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="shared"):
        allocate(total, weights)


@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=10_000))
def test_a_rate_rounds_half_up(amount: int, rate: int) -> None:
    exact = amount * rate
    assert abs(basis_points_of(amount, rate) * 10_000 - exact) <= 5_000
    assert basis_points_of(10_000, 750) == 750
