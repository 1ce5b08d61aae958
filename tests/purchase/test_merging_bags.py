"""A guest signs in: both bags become one, and what could not come along is told."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import VariantSize
from orders import bag, merging
from orders.models import Bag, BagLine
from tests.factories import BundleFactory, UserFactory, VariantSizeFactory, bag_with

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-enough-password"


@pytest.fixture
def ada() -> User:
    person: User = UserFactory(email="ada@prechi.test")
    person.set_password(PASSWORD)
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)  # type: ignore[attr-defined]
    return person


def own_bag(user: User, *pieces: tuple[VariantSize, int]) -> Bag:
    own = bag.open_bag(None, user)
    for size, quantity in pieces:
        bag.add(own, size.sku, quantity)
    return own


def held(user: User) -> dict[str, int]:
    rows = BagLine.objects.filter(bag__user=user, bag__state="open", variant_size__isnull=False)
    return dict(rows.values_list("variant_size__sku", "quantity"))


def test_both_become_one(ada: User) -> None:
    both, new = VariantSizeFactory(on_hand=9), VariantSizeFactory(on_hand=9)
    own_bag(ada, (both, 1))
    guest = bag_with((both, 2), (new, 1))
    assert merging.merge(guest.token, ada) == []
    assert held(ada) == {both.sku: 3, new.sku: 1}
    guest.refresh_from_db()
    assert guest.state == "merged"
    assert bag.find(guest.token) is None


def test_twice_is_harmless(ada: User) -> None:
    size = VariantSizeFactory(on_hand=9)
    guest = bag_with((size, 2))
    merging.merge(guest.token, ada)
    assert merging.merge(guest.token, ada) == []
    assert held(ada) == {size.sku: 2}


def test_no_more_comes_along_than_there_is(ada: User) -> None:
    size = VariantSizeFactory(on_hand=3)
    own_bag(ada, (size, 2))
    [notice] = merging.merge(bag_with((size, 3)).token, ada)
    assert held(ada) == {size.sku: 3}
    assert notice.startswith(f"Of {size.variant.product.name}, 1 of 3 came into your bag. Only 3")


def test_what_is_gone_is_told(ada: User) -> None:
    size = VariantSizeFactory(on_hand=3)
    guest = bag_with((size, 1))
    VariantSize.objects.update(active=False)
    [notice] = merging.merge(guest.token, ada)
    assert "did not come into your bag" in notice
    assert held(ada) == {}


def test_the_same_bundle_is_one_line(ada: User) -> None:
    sizes = [VariantSizeFactory(on_hand=20) for _ in range(3)]
    bundle = BundleFactory(eligible=[size.variant.product for size in sizes])
    skus = [size.sku for size in sizes]
    own, guest = bag.open_bag(None, ada), bag.open_bag()
    bag.add_bundle(own, bundle.slug, skus)
    bag.add_bundle(guest, bundle.slug, skus[::-1], 2)
    merging.merge(guest.token, ada)
    assert list(own.lines.values_list("quantity", flat=True)) == [3]


def test_nobody_takes_the_bag_of_another_account(ada: User) -> None:
    size = VariantSizeFactory(on_hand=9)
    other = UserFactory()
    other.save()
    theirs = own_bag(other, (size, 2))
    assert merging.merge(theirs.token, ada) == []
    assert (held(ada), held(other)) == ({}, {size.sku: 2})


def test_signing_in_on_the_page_brings_the_bag_along(client: Client, ada: User) -> None:
    size = VariantSizeFactory(on_hand=9)
    own_bag(ada, (size, 1))
    client.post("/bag/", {"sku": size.sku, "quantity": 2})
    answer = client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.cookies["bag_count"].value == "3"
    assert client.get("/bag/").context["quote"].items[0].quantity == 3


def test_on_another_device_the_bag_is_there(ada: User) -> None:
    size = VariantSizeFactory(on_hand=9)
    own_bag(ada, (size, 2))
    phone: Any = Client()
    phone.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert [item.sku for item in phone.get("/bag/").context["quote"].items] == [size.sku]


def test_whoever_signs_out_leaves_no_bag_behind(client: Client, ada: User) -> None:
    size = VariantSizeFactory(on_hand=9)
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    client.post("/bag/", {"sku": size.sku, "quantity": 2})
    client.post("/accounts/logout/")
    assert client.cookies["bag_count"].value == "0"
    assert client.get("/bag/").context["quote"] is None
    client.post("/bag/", {"sku": size.sku, "quantity": 1})
    assert held(ada) == {size.sku: 2}
