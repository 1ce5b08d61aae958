"""What discounts take off, whatever they are and whatever the bag holds."""

from datetime import UTC, date, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.discounts import Choice, Goods, Offer, choose, spent
from orders.models import Discount

KOBO = st.integers(min_value=0, max_value=10**11)
CATEGORIES = st.frozensets(st.integers(min_value=1, max_value=3), max_size=2)
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
numbers = count(1)


def discount(**fields: object) -> Discount:
    number = next(numbers)
    return Discount(**{"pk": number, "name": f"Offer {number}", **fields})


def tenth(**fields: object) -> Offer:
    return Offer(discount(kind="percentage", basis_points=1_000, **fields), NOON)


def off(naira: int, **fields: object) -> Offer:
    return Offer(discount(kind="fixed", amount_kobo=naira * 100, **fields), NOON)


def free_delivery(**fields: object) -> Offer:
    return Offer(discount(kind="free_delivery", **fields), NOON)


def bag(*naira: int) -> list[Goods]:
    return [Goods(amount * 100) for amount in naira]


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    kind = draw(st.sampled_from(Discount.Kind.values))
    row = discount(
        kind=kind,
        basis_points=draw(st.integers(1, 10_000)) if kind == "percentage" else 0,
        amount_kobo=draw(st.integers(1, 10**11)) if kind == "fixed" else 0,
        minimum_kobo=draw(st.sampled_from([0, 0, 10**6])),
        stacks=draw(st.booleans()),
    )
    return Offer(row, NOON, draw(CATEGORIES))


GOODS = st.builds(Goods, KOBO, st.lists(CATEGORIES, min_size=1, max_size=3).map(tuple))
CHOICES = {
    "given": st.lists(offers(), max_size=5),
    "goods": st.lists(GOODS, min_size=1, max_size=5),
    "fee": st.none() | st.integers(0, 10**6),
}


@given(**CHOICES)
def test_no_line_costs_less_than_nothing_and_shares_add_up(
    given: list[Offer], goods: list[Goods], fee: int | None
) -> None:
    choice = choose(given, goods, fee)
    shares = [choice.share_of(line) for line in range(len(goods))]
    assert all(0 <= share <= line.total for share, line in zip(shares, goods, strict=True))
    assert sum(shares) == choice.amount
    assert 0 <= choice.delivery <= (fee or 0)


@given(**CHOICES)
def test_each_is_taken_or_refused_with_a_reason(given: list[Offer], goods: list[Goods], fee: int | None) -> None:
    choice = choose(given, goods, fee)
    taken = [one.discount.pk for one in choice.applied]
    refused = [one.discount.pk for one in choice.refused]
    assert sorted(taken + refused) == sorted(offer.discount.pk for offer in given)
    assert all(one.why.endswith(".") for one in choice.refused)


@given(**CHOICES)
def test_nothing_alone_would_save_more(given: list[Offer], goods: list[Goods], fee: int | None) -> None:
    def saved(choice: Choice) -> int:
        return choice.amount + choice.delivery

    best = saved(choose(given, goods, fee))
    assert all(saved(choose([one], goods, fee)) <= best for one in given)


@given(**CHOICES)
def test_only_those_that_stack_go_together(given: list[Offer], goods: list[Goods], fee: int | None) -> None:
    taken = choose(given, goods, fee).applied
    assert len(taken) <= 1 or all(one.discount.stacks for one in taken)


@given(**CHOICES, shuffled=st.randoms(use_true_random=False))
def test_the_saving_does_not_depend_on_their_order(
    given: list[Offer], goods: list[Goods], fee: int | None, shuffled: st.DataObject
) -> None:
    again = list(given)
    shuffled.shuffle(again)  # type: ignore[attr-defined]
    one, other = choose(given, goods, fee), choose(again, goods, fee)
    assert one.amount + one.delivery == other.amount + other.delivery


def test_an_amount_is_shared_by_largest_remainder() -> None:
    choice = choose([off(1)], [Goods(100), Goods(100), Goods(100)], None)
    assert choice.applied[0].shares == (34, 33, 33)


def test_a_percentage_comes_first_and_an_amount_off_what_is_left() -> None:
    choice = choose([off(1_000, stacks=True), tenth(stacks=True)], bag(10_000), None)
    assert choice.amount == 200_000
    assert [one.discount.kind for one in choice.applied] == ["percentage", "fixed"]


def test_an_amount_takes_no_more_than_there_is() -> None:
    assert choose([off(5_000)], bag(3_000), None).amount == 300_000


def test_of_two_that_do_not_go_together_the_better_is_taken() -> None:
    choice = choose([tenth(code="TENTH"), off(500)], bag(10_000), None)
    assert choice.amount == 100_000
    assert choice.refused[0].code == "better_offer"
    assert "TENTH, which saves you more" in choice.refused[0].why


def test_free_delivery_waits_for_its_fee_and_is_not_used_for_nothing() -> None:
    assert choose([free_delivery()], bag(10_000), None).delivery == 0
    assert choose([free_delivery()], bag(10_000), None).applied
    assert choose([free_delivery()], bag(10_000), 400_000).delivery == 400_000
    assert choose([free_delivery()], bag(10_000), 0).refused[0].code == "nothing_to_save"


def test_it_is_for_the_pieces_of_its_categories_alone() -> None:
    briefs = Offer(discount(kind="percentage", basis_points=5_000), NOON, frozenset({1}))
    goods = [
        Goods(1_000, (frozenset({1}),)),
        Goods(1_000, (frozenset({2}),)),
        Goods(1_000, (frozenset({1}), frozenset({2}))),
    ]
    choice = choose([briefs], goods, None)
    assert choice.applied[0].shares == (500, 0, 0)
    assert choose([briefs], goods[1:], None).refused[0].code == "other_pieces"


def test_the_minimum_is_said() -> None:
    choice = choose([tenth(code="TENTH", minimum_kobo=2_000_000)], bag(12_500), None)
    assert choice.refused[0].why == "TENTH needs ₦20,000, and you have ₦12,500."
    assert choose([tenth(minimum_kobo=2_000_000)], bag(20_000), None).applied


@pytest.mark.parametrize(
    ("moment", "stands"),
    [
        (datetime(2026, 4, 30, 22, 59, 59, tzinfo=UTC), "not_started"),
        (datetime(2026, 4, 30, 23, 0, tzinfo=UTC), None),
        (datetime(2026, 5, 3, 22, 59, 59, tzinfo=UTC), None),
        (datetime(2026, 5, 3, 23, 0, tzinfo=UTC), "ended"),
    ],
)
def test_the_first_and_the_last_day_count_whole_where_they_are(moment: datetime, stands: str | None) -> None:
    """Lagos is an hour ahead of UTC."""
    row = discount(kind="percentage", basis_points=1, starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 3))
    problem = spent(Offer(row, moment))
    assert (problem[0] if problem else None) == stands


def test_a_last_day_with_a_change_of_the_clock_counts_to_its_end() -> None:
    """London goes back an hour in the night to 25 October 2026."""
    row = discount(kind="percentage", basis_points=1, ends_on=date(2026, 10, 25), time_zone="Europe/London")
    assert spent(Offer(row, datetime(2026, 10, 25, 23, 59, tzinfo=UTC))) is None
    problem = spent(Offer(row, datetime(2026, 10, 26, 0, 0, tzinfo=UTC)))
    assert problem is not None
    assert problem[1].endswith("ended on 25 October 2026.")


def test_what_was_used_is_over() -> None:
    row = discount(code="TENTH", kind="percentage", basis_points=1, limit_total=5, limit_per_customer=2)
    assert spent(Offer(row, NOON, used=4, used_by_person=1)) is None
    assert spent(Offer(row, NOON, used=5)) == ("used_up", "TENTH is used up.")
    assert spent(Offer(row, NOON, used=2, used_by_person=2)) == (
        "used_by_you",
        "TENTH can be used 2 times by each customer, and you have.",
    )


def test_a_first_order_is_the_first() -> None:
    row = discount(name="First", kind="percentage", basis_points=1, first_order_only=True)
    assert spent(Offer(row, NOON)) is None
    assert spent(Offer(row, NOON, has_ordered=True)) == ("first_order_only", "“First” is for a first order only.")
