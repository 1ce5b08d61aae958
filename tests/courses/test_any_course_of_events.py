"""Whatever happens to a shop, and in whatever order: after each step every invariant holds."""

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis.stateful import run_state_machine_as_test

from tests.courses.course import Course
from tests.courses.door import Door
from tests.courses.shop import Shop
from tests.courses.turns import Turns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_nudges() -> Iterator[None]:
    with mock.patch("core.queue._send"):
        yield


def run(kind: type[Course] = Shop, courses: int = 40) -> None:
    run_state_machine_as_test(
        kind,
        settings=how(
            max_examples=courses,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_in_any_order_every_invariant_holds() -> None:
    run()


def test_and_so_it_does_where_orders_are_paid_at_the_door() -> None:
    run(Door, 12)


def test_and_where_much_turns_out_otherwise() -> None:
    run(Turns, 25)


@pytest.mark.parametrize(
    ("forgotten", "instead"),
    [
        ("payments.for_nothing._are_spent", False),
        ("payments.for_nothing._is_for_nothing", False),
        ("payments.refunds.count_kept", None),
        ("orders.reservations.put_back", None),
        ("orders.reservations.take_unsent", None),
    ],
)
def test_a_shop_that_forgets_what_turned_out_otherwise_is_found_out(forgotten: str, instead: Any) -> None:
    with mock.patch(forgotten, return_value=instead), pytest.raises(AssertionError):
        run(Turns, 60)


@pytest.mark.parametrize(
    ("forgotten", "instead"),
    [
        ("orders.reservations.release", None),
        ("orders.reservations.consume", None),
        ("orders.reservations.take_return", None),
        ("orders.redemptions.redeem", None),
        ("orders.lifecycle._note", None),
        ("orders.lifecycle.owe_refund", None),  # money that came too late
        ("orders.lifecycle.set_quote", None),  # a delivery that was priced
        ("payments.settlement._is_done", False),  # news that comes twice
        ("payments.disputes.follow", None),
        ("payments.refunds.check_undisputed", None),
        ("payments.refund_sending.is_disputed", False),
        ("payments.refund_sending.follow", None),
        ("payments.refund_sending._tell", None),
        ("payments.refund_sending._look_up", None),  # a refund whose answer was lost
    ],
)
def test_a_shop_that_forgets_a_step_is_found_out(forgotten: str, instead: Any) -> None:
    """The control: the courses are long and odd enough to meet what goes wrong."""
    with mock.patch(forgotten, return_value=instead), pytest.raises(AssertionError):
        run()


def test_a_shop_that_takes_the_second_size_for_the_first_is_found_out() -> None:
    first = property(lambda line: line.order_line.goes_out_id)
    with mock.patch("orders.models.ReturnLine.comes_back_id", first), pytest.raises(AssertionError):
        run(Turns, 25)


def test_a_shop_that_takes_the_same_piece_twice_is_found_out() -> None:
    """By a rule, or by a trigger where it was got in exchange."""
    forgotten = mock.patch("orders.returns.check_still_out", return_value=None)
    with forgotten, pytest.raises((AssertionError, IntegrityError)):
        run(Turns, 25)


def test_a_parcel_to_the_door_that_leaves_the_pieces_on_the_shelf_is_found_out() -> None:
    with mock.patch("orders.reservations.consume", return_value=None), pytest.raises(AssertionError):
        run(Door, 12)
