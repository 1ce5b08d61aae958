"""What a guest ordered is in the account of whoever proves the same address, and in nobody else's."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.errors import Busy
from orders import checkout, claims
from orders.models import Order
from tests.accounts.letters import letters, link_in
from tests.concurrency.crowd import at_once
from tests.factories import ADA, LAGOS_ISLAND, UserFactory, VariantSizeFactory, bag_with, lagos, placed_order

PASSWORD = "a-long-password"
db = pytest.mark.django_db


def proved(email: str = ADA.email) -> User:
    user: User = UserFactory(email=email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def ordered_as(email: str) -> Order:
    lagos()
    contact = replace(ADA, email=email, phone="+2348055555555")
    return checkout.place_order(bag_with((VariantSizeFactory(), 1)), contact, LAGOS_ISLAND)


def owner_of(order: Order) -> User | None:
    return Order.objects.get(pk=order.pk).user


def signs_in(email: str = ADA.email) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    assert "_auth_user_id" in browser.session
    return browser


@db
def test_proving_the_address_claims_what_was_ordered_with_it() -> None:
    order = placed_order()
    Client().post(reverse("account_signup"), {"email": ADA.email, "password1": "Zebra-crossing-9"})
    assert owner_of(order) is None  # typing an address proves nothing
    Client().post(link_in(letters(ADA.email)[-1], "confirm-email"))
    assert owner_of(order) == User.objects.get()
    event = order.events.get(kind="claimed")
    assert (event.actor, event.actor_label) == (User.objects.get(), "customer")


@db
@pytest.mark.parametrize("door", ["pages", "api", "admin"])
def test_signing_in_claims_what_was_ordered_since(door: str) -> None:
    user, order = proved(), placed_order()
    User.objects.update(is_staff=True)
    if door == "pages":
        assert order.number in signs_in().get(reverse("orders:mine")).text
    elif door == "api":
        body = {"email": user.email, "password": PASSWORD}
        assert Client().post("/api/v1/auth/tokens/", body, content_type="application/json").status_code == 201
    else:
        Client().post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    assert owner_of(order) == user


@db
def test_its_case_makes_no_other_address_and_its_dots_do() -> None:
    user = proved("ada.obi@prechi.test")
    same = ordered_as("Ada.Obi@Prechi.test")
    others = [ordered_as(email) for email in ("adaobi@prechi.test", "ada.obi+shop@prechi.test")]
    assert claims.claim(user) == 1
    assert owner_of(same) == user
    assert [owner_of(order) for order in others] == [None, None]


@db
@pytest.mark.parametrize("shut", ["unproved", "inactive"])
def test_an_account_that_is_not_theirs_gets_nothing(shut: str) -> None:
    user, order = proved(), placed_order()
    EmailAddress.objects.update(verified=shut != "unproved")
    User.objects.update(is_active=shut != "inactive")
    assert claims.claim(user) == 0
    assert owner_of(order) is None


@db
def test_an_order_never_changes_hands() -> None:
    first: User = UserFactory()
    order = placed_order(user=first)
    assert claims.claim(proved()) == 0
    assert owner_of(order) == first


@db
def test_twice_is_harmless() -> None:
    user, order = proved(), placed_order()
    assert [claims.claim(user), claims.claim(user)] == [1, 0]
    assert order.events.filter(kind="claimed").count() == 1


@db
def test_nobody_is_kept_out_because_an_order_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(user: User) -> int:
        raise Busy("locked")

    proved()
    monkeypatch.setattr(claims, "claim", busy)
    signs_in()


@db
def test_where_nothing_is_to_claim_a_sign_in_costs_two_statements_more(django_assert_num_queries: Any) -> None:
    user = proved()
    with django_assert_num_queries(2):
        claims.claim(user)


def claimed_at_once() -> int:
    user = proved()
    for _ in range(3):
        placed_order()
    return sum(result for result in at_once([partial(claims.claim, user)] * 8) if isinstance(result, int))


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_at_once_each_is_claimed_by_one() -> None:
    assert claimed_at_once() == 3


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_would_be_claimed_by_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: what is counted is what each took for its own."""
    monkeypatch.setattr(claims, "_lock", lambda addresses: list(Order.objects.all()))
    assert claimed_at_once() > 3
