"""What each piece of an order was paid with, to the last kobo: discount, tax and bundles shared out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ShopError
from orders.models import Order, OrderLine
from payments.refund_amounts import parts_of, worth_of


def line(pk: int, total: int, quantity: int = 1, **fields: Any) -> OrderLine:
    about = {"kind": "piece", "name": f"Line {pk}", "size": "M"} | fields
    return OrderLine(pk=pk, quantity=quantity, unit_price_subunit=total // quantity, total_subunit=total, **about)


def test_a_line_is_worth_its_price_less_its_share_of_the_discount() -> None:
    lines = [line(1, 900_00, 3, discount_subunit=100_00), line(2, 500_00)]
    assert worth_of(Order(tax_subunit=0), lines) == {1: 800_00, 2: 500_00}


def test_pieces_that_do_not_divide_come_to_the_whole_in_the_end() -> None:
    lines = [line(1, 300_00, 3, discount_subunit=100)]
    order = Order(tax_subunit=0)
    amounts = [parts_of(order, lines, {1: 1}, {1: before})[0].amount for before in range(3)]
    assert sum(amounts) == 29_900
    assert max(amounts) - min(amounts) == 1
    assert [part.amount for part in parts_of(order, lines, {1: 3}, {})] == [29_900]


def test_tax_goes_back_with_what_it_was_paid_for() -> None:
    lines = [line(1, 300_00), line(2, 100_00)]
    assert worth_of(Order(tax_subunit=2_000), lines) == {1: 31_500, 2: 10_500}


def bundle() -> list[OrderLine]:
    """Two bundles for 400, less 40, with 20 of tax: of three pieces each."""
    whole = line(1, 400_00, 2, kind="bundle", discount_subunit=40_00)
    one = line(2, 300_00, 4, kind="component", parent_id=1, discount_subunit=30_00)
    other = line(3, 100_00, 2, kind="component", parent_id=1, discount_subunit=10_00)
    return [whole, one, other]


def test_a_bundle_goes_back_as_its_pieces() -> None:
    parts = parts_of(Order(tax_subunit=20_00), bundle(), {1: 1}, {})
    assert {part.line.pk: (part.quantity, part.amount) for part in parts} == {2: (2, 14_250), 3: (1, 4_750)}


def test_a_piece_of_a_bundle_goes_back_for_its_share() -> None:
    (part,) = parts_of(Order(tax_subunit=20_00), bundle(), {3: 1}, {})
    assert part.amount == 4_750


@pytest.mark.parametrize("wanted", [{9: 1}, {1: 0}, {1: -1}, {1: 1.5}, {1: True}, {1: 4}, {1: 10**9}])
def test_other_lines_and_other_quantities_are_refused(wanted: Any) -> None:
    with pytest.raises(ShopError) as refusal:
        parts_of(Order(tax_subunit=0), [line(1, 300_00, 3)], wanted, {})
    assert refusal.value.field == "lines"


def test_what_went_back_before_does_not_go_back_again() -> None:
    lines = [line(1, 300_00, 3)]
    assert parts_of(Order(tax_subunit=0), lines, {1: 1}, {1: 2})
    with pytest.raises(ShopError, match="1 of Line 1"):
        parts_of(Order(tax_subunit=0), lines, {1: 2}, {1: 2})


def test_a_piece_of_a_bundle_that_went_back_does_not_go_back_with_the_bundle() -> None:
    with pytest.raises(ShopError):
        parts_of(Order(tax_subunit=0), bundle(), {1: 2}, {3: 1})


@given(
    prices=st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 9), st.integers(0, 100)), min_size=1, max_size=6),
    tax=st.integers(0, 10**6),
)
def test_all_pieces_together_are_what_was_paid(prices: list[tuple[int, int, int]], tax: int) -> None:
    lines = [
        line(pk, unit * count, count, discount_subunit=unit * count * cut // 100)
        for pk, (unit, count, cut) in enumerate(prices, 1)
    ]
    order = Order(tax_subunit=tax)
    paid = sum(each.total_subunit - each.discount_subunit for each in lines) + tax
    assert sum(worth_of(order, lines).values()) == paid
    one_by_one = sum(
        parts_of(order, lines, {each.pk: 1}, {each.pk: before})[0].amount
        for each in lines
        for before in range(each.quantity)
    )
    assert one_by_one == paid
