"""Many pieces at once into a bag: as many as can be had come in, after few statements however many were wanted."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.models import VariantSize
from orders import bag, bag_rows, merging
from orders.models import Bag
from tests.factories import BundleFactory, UserFactory, VariantSizeFactory, bag_with

pytestmark = pytest.mark.django_db

# Of one try: the size with its names, the lock, its line, and lines and sizes of the bag.
STATEMENTS_OF_A_TRY = 6


@pytest.fixture
def ada() -> User:
    person: User = UserFactory(email="ada@prechi.test")
    person.save()
    return person


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as caught:
        act()
    return sum("SAVEPOINT" not in query["sql"] for query in caught)


def sold_out(*sizes: VariantSize) -> None:
    VariantSize.objects.filter(pk__in=[size.pk for size in sizes]).update(on_hand=0)


def put(held: Bag, size: VariantSize, quantity: int) -> str:
    return bag.add_what_can_be_had(held, "It", [size.sku], quantity)


@pytest.mark.breaks_invariants  # the ledger is not told of the sale
@pytest.mark.parametrize("lines", [1, 4])
def test_of_what_is_sold_out_each_line_is_tried_once(ada: User, lines: int) -> None:
    sizes = [VariantSizeFactory(on_hand=20) for _ in range(lines)]
    guest = bag_with(*((size, 20) for size in sizes))
    sold_out(*sizes)
    asked = statements(lambda: merging.merge(guest.token, ada))
    assert asked <= 12 + STATEMENTS_OF_A_TRY * lines


def test_what_is_not_on_sale_is_tried_once(ada: User) -> None:
    size = VariantSizeFactory(on_hand=20)
    guest = bag_with((size, 20))
    VariantSize.objects.update(active=False)
    assert statements(lambda: merging.merge(guest.token, ada)) <= 12 + STATEMENTS_OF_A_TRY


def test_into_a_full_bag_it_is_tried_once(settings: object) -> None:
    settings.BAG_LINES_MAX = 1  # type: ignore[attr-defined]
    held, another = bag_with((VariantSizeFactory(), 1)), VariantSizeFactory(on_hand=20)
    told: list[str] = []
    assert statements(lambda: told.append(put(held, another, 20))) <= STATEMENTS_OF_A_TRY + 1
    assert told == ["It did not come into your bag. Your bag is full. Order these first."]


def test_of_what_is_left_the_number_is_tried_at_once() -> None:
    size, held = VariantSizeFactory(on_hand=2), bag.open_bag()
    assert statements(lambda: put(held, size, 20)) <= 2 * STATEMENTS_OF_A_TRY + 3
    assert held.lines.get().quantity == 2


def test_a_line_is_filled_up_to_its_limit() -> None:
    size = VariantSizeFactory(on_hand=50)
    held = bag_with((size, 18))
    assert put(held, size, 5) == (
        "Of It, 2 of 5 came into your bag. Choose a quantity from 1 to 20. For more, write to us."
    )
    assert held.lines.get().quantity == 20
    assert put(held, size, 5) == (
        "It did not come into your bag. Choose a quantity from 1 to 20. For more, write to us."
    )


def test_more_than_a_line_may_hold_comes_in_part() -> None:
    held = bag.open_bag()
    assert put(held, VariantSizeFactory(on_hand=50), 30).startswith("Of It, 20 of 30 came into your bag. Choose")


@pytest.mark.parametrize(("first", "second"), [(3, 5), (5, 3)])
def test_of_a_bundle_the_piece_that_is_left_least_is_named(first: int, second: int) -> None:
    few, more = VariantSizeFactory(on_hand=first), VariantSizeFactory(on_hand=second)
    bundle = BundleFactory(eligible=[few.variant.product, more.variant.product], pieces=2)
    held = bag.open_bag()
    told = bag.add_what_can_be_had(held, "It", [few.sku, more.sku], 6, bundle.slug)
    scarce = few if first < second else more
    assert told.startswith(f"Of It, 3 of 6 came into your bag. Only 3 of {scarce.variant.product.name}")
    assert held.lines.get().quantity == 3


def test_of_a_bundle_with_one_piece_twice_half_as_many_come_in() -> None:
    size = VariantSizeFactory(on_hand=5)
    bundle = BundleFactory(eligible=[size.variant.product], pieces=2)
    held = bag.open_bag()
    told = bag.add_what_can_be_had(held, "It", [size.sku, size.sku], 4, bundle.slug)
    assert told.startswith("Of It, 2 of 4 came into your bag. Only 5")


def test_a_refusal_says_how_many_it_leaves() -> None:
    size = VariantSizeFactory(on_hand=5)
    held = bag_with((size, 2))
    with pytest.raises(bag_rows.TooMany) as refusal:
        bag.add(held, size.sku, 9)
    assert (refusal.value.possible, refusal.value.code) == (3, "out_of_stock")
