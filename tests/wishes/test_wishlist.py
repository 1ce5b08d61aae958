"""The wishlist of guests and accounts: each colour once, nobody else's ever."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from catalog import stock, wishlist
from catalog.models import Product, StockMovement, VariantSize, Wish, Wishlist
from core.errors import Conflict, NotFound
from orders.models import BagLine
from tests.concurrency.crowd import at_once
from tests.factories import ColourFactory, SizeFactory, UserFactory, VariantFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def brief() -> VariantSize:
    """Black in M; in L it is sold out."""
    size: VariantSize = VariantSizeFactory(
        variant__sku="EB-BLK", variant__product__name="Everyday Brief", variant__product__slug="everyday-brief"
    )
    VariantSizeFactory(variant=size.variant, size=SizeFactory(name="L"), on_hand=0)
    return size


@pytest.fixture
def ada() -> User:
    person: User = UserFactory(email="ada@prechi.test")
    person.save()
    return person


def sign_in(client: Client, person: User) -> None:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def add(client: Client, **body: str) -> Any:
    return client.post("/wishlist/", body)


@pytest.mark.usefixtures("brief")
class TestGuests:
    def test_a_colour_or_a_size_is_put_on_the_list_of_this_browser(self, client: Client) -> None:
        answer = add(client, variant="EB-BLK")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/wishlist/")
        text = client.get("/wishlist/").text
        assert "Everyday Brief" in text
        assert "₦8,500" in text
        assert '<option value="EB-BLK-M">M</option>' in text
        assert '<option value="EB-BLK-L"' not in text
        assert "Everyday Brief" not in Client().get("/wishlist/").text

    def test_the_token_is_not_for_scripts_and_the_marks_tell_nothing_else(self, client: Client) -> None:
        add(client, variant="EB-BLK")
        token, marks = client.cookies["wishlist"], client.cookies["wishes"]
        assert (bool(token["httponly"]), token["samesite"], len(token.value)) == (True, "Lax", 32)
        assert (bool(marks["httponly"]), marks.value) == (False, wishlist.mark_of("EB-BLK"))
        page = client.get("/products/everyday-brief/").text
        assert f'data-wish="{marks.value}"' in page
        assert token.value not in page
        assert "csrf" not in page

    def test_twice_is_once_and_the_last_chosen_size_counts(self, client: Client) -> None:
        add(client, variant="EB-BLK")
        add(client, variant="EB-BLK", sku="EB-BLK-M")
        add(client, variant="EB-BLK", sku="EB-BLK-L")
        add(client, variant="EB-BLK")
        wish = Wish.objects.get()
        assert wish.size is not None
        assert wish.size.name == "L"
        assert "L is sold out: e-mail me" in client.get("/wishlist/").text

    def test_the_pressed_heart_takes_it_off(self, client: Client) -> None:
        add(client, variant="EB-BLK")
        back = "/products/everyday-brief/"
        answer = client.post("/wishlist/", {"remove": "EB-BLK", "variant": "EB-BLK", "back": back})
        assert (answer.headers["Location"], Wish.objects.count()) == (back, 0)
        assert client.cookies["wishes"].value == ""
        elsewhere = client.post("/wishlist/", {"remove": "EB-BLK", "back": "https://evil.test/"})
        assert elsewhere.headers["Location"] == "/wishlist/"

    def test_a_script_stays_on_its_page(self, client: Client) -> None:
        answer = client.post("/wishlist/", {"variant": "EB-BLK"}, headers={"Accept": "application/json"})
        assert answer.json() == {"message": "It is on your wishlist."}
        assert client.cookies["wishes"].value == wishlist.mark_of("EB-BLK")
        unknown = client.post("/wishlist/", {"variant": "NO"}, headers={"Accept": "application/json"})
        assert (unknown.status_code, "no such piece" in unknown.json()["message"]) == (404, True)

    def test_removing_can_be_undone(self, client: Client) -> None:
        add(client, sku="EB-BLK-M")
        removed = client.post(f"/wishlist/{Wish.objects.get().pk}/")
        page = client.get(removed.headers["Location"]).text
        assert "Everyday Brief in Black is off your wishlist." in page
        found = re.search(r'name="sku" value="([^"]+)"', page)
        assert found is not None
        add(client, sku=found[1])
        assert Wish.objects.get().variant.sku == "EB-BLK"
        assert client.get("/wishlist/?undo=made-up").status_code == 200

    def test_moving_to_the_bag_takes_it_off(self, client: Client) -> None:
        add(client, variant="EB-BLK")
        wish = Wish.objects.get()
        body = {"sku": "EB-BLK-M", "wish": str(wish.pk), "back": "/wishlist/"}
        assert client.post("/bag/", body).headers["Location"] == "/bag/"
        assert (BagLine.objects.get().variant_size.sku, Wish.objects.count()) == ("EB-BLK-M", 0)

    def test_what_cannot_be_had_stays_on_the_list(self, client: Client) -> None:
        add(client, variant="EB-BLK")
        client.post("/bag/", {"sku": "EB-BLK-L", "wish": str(Wish.objects.get().pk)})
        assert (BagLine.objects.count(), Wish.objects.count()) == (0, 1)

    def test_a_product_that_is_no_longer_sold_says_so(self, client: Client) -> None:
        add(client, variant="EB-BLK")
        Product.objects.update(active=False)
        text = client.get("/wishlist/").text
        assert "No longer sold" in text
        assert "Move to bag" not in text
        assert client.post(f"/wishlist/{Wish.objects.get().pk}/").status_code == 302

    def test_a_sold_out_colour_offers_a_mail(self, client: Client) -> None:
        add(client, variant="EB-BLK")
        stock.adjust(VariantSize.objects.get(sku="EB-BLK-M").pk, -10, StockMovement.Reason.CORRECTION)
        text = client.get("/wishlist/").text
        assert 'action="/alerts/"' in text
        assert '<option value="EB-BLK-L">L</option>' in text


@pytest.mark.usefixtures("brief")
class TestOtherPeoples:
    def test_their_wishes_cannot_be_removed_or_moved(self, client: Client) -> None:
        add(Client(), variant="EB-BLK")
        theirs = Wish.objects.get().pk
        answers = [client.post(f"/wishlist/{number}/") for number in (theirs, theirs + 1)]
        add(client, variant="EB-BLK")
        answers += [client.post(f"/wishlist/{number}/") for number in (theirs, 10**17)]
        assert {answer.status_code for answer in answers} == {404}
        client.post("/bag/", {"sku": "EB-BLK-M", "wish": str(theirs)})
        assert Wish.objects.filter(pk=theirs).exists()

    @pytest.mark.parametrize("token", ["x", "A" * 32, "A" * 10_240, "a\0b", "' OR 1=1 --"])
    def test_a_made_up_token_opens_nothing(self, client: Client, token: str) -> None:
        add(Client(), variant="EB-BLK")
        client.cookies["wishlist"] = token
        assert "Everyday Brief" not in client.get("/wishlist/").text
        assert add(client, variant="EB-BLK").status_code == 302
        assert client.cookies["wishlist"].value != token
        assert Wishlist.objects.count() == 2

    def test_the_token_of_a_joined_list_is_dead(self, client: Client, ada: User) -> None:
        add(client, variant="EB-BLK")
        token = client.cookies["wishlist"].value
        sign_in(client, ada)
        client.get("/wishlist/")
        thief = Client()
        thief.cookies["wishlist"] = token
        assert "Everyday Brief" not in thief.get("/wishlist/").text

    def test_other_sites_put_nothing_on_it(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert (
            strict.post("/wishlist/", {"variant": "EB-BLK"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code
            == 403
        )
        assert not Wishlist.objects.exists()
        ours = strict.post("/wishlist/", {"variant": "EB-BLK"}, headers={"Sec-Fetch-Site": "same-origin"})
        assert (ours.status_code, strict.post(f"/wishlist/{Wish.objects.get().pk}/").status_code) == (302, 403)


@pytest.mark.parametrize("sku", ["", "NO-SUCH", "EB-BLK\0", "x" * 10_240])
def test_what_the_shop_does_not_sell_is_refused(client: Client, brief: VariantSize, sku: str) -> None:
    assert add(client, variant=sku).status_code == 404
    with pytest.raises(NotFound) as refused:
        wishlist.add(wishlist.open_list(), sku)
    assert (refused.value.field, Wish.objects.count()) == ("sku", 0)


class TestAccounts:
    def test_the_guests_list_joins_on_the_next_visit_and_harmlessly_twice(
        self, client: Client, brief: VariantSize, ada: User
    ) -> None:
        white = VariantFactory(product=brief.variant.product, colour=ColourFactory(slug="white"), sku="EB-WHT")
        VariantSizeFactory(variant=white)
        wishlist.add(wishlist.open_list(user_id=ada.pk), "EB-BLK")
        add(client, sku="EB-BLK-M")
        add(client, variant="EB-WHT")
        token = client.cookies["wishlist"].value
        sign_in(client, ada)
        client.get("/wishlist/")
        wishlist.join(token, ada.pk)
        assert [wish.variant.sku for wish in Wish.objects.order_by("pk")] == ["EB-BLK", "EB-WHT"]
        assert (Wishlist.objects.get().user, client.cookies["wishlist"].value) == (ada, "")

    def test_it_is_there_on_every_device_and_gone_after_signing_out(
        self, client: Client, brief: VariantSize, ada: User
    ) -> None:
        sign_in(client, ada)
        add(client, variant="EB-BLK")
        other = Client()
        sign_in(other, ada)
        assert "Everyday Brief" in other.get("/wishlist/").text
        other.logout()
        assert "Everyday Brief" not in other.get("/wishlist/").text

    def test_a_full_list_takes_what_fits(self, brief: VariantSize, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wishlist, "WISHES_MAX", 2)
        own, guest = wishlist.open_list(user_id=ada.pk), wishlist.open_list()
        wishlist.add(own, "EB-BLK")
        for _ in range(2):
            wishlist.add(guest, VariantSizeFactory().sku)
        newest = guest.wishes.first()
        assert newest is not None
        assert guest.token is not None
        wishlist.join(guest.token, ada.pk)
        assert [wish.variant_id for wish in own.wishes.all()] == [newest.variant_id, brief.variant_id]


def test_a_full_list_says_so(client: Client, brief: VariantSize, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wishlist, "WISHES_MAX", 1)
    add(client, variant="EB-BLK")
    other = VariantSizeFactory()
    with pytest.raises(Conflict) as refused:
        wishlist.add(Wishlist.objects.get(), other.sku)
    assert (refused.value.code, refused.value.field) == ("wishlist_full", "sku")
    assert "Take one out first" in client.post("/wishlist/", {"sku": other.sku}, follow=True).text
    wishlist.add(Wishlist.objects.get(), "EB-BLK-M")


def test_the_database_keeps_a_colour_once_and_one_owner(brief: VariantSize, ada: User) -> None:
    own = wishlist.open_list(user_id=ada.pk)
    wish = wishlist.add(own, "EB-BLK")
    for bad in (
        lambda: Wish.objects.create(wishlist=own, variant=wish.variant),
        Wishlist.objects.create,
        lambda: Wishlist.objects.create(user=UserFactory(), token="both"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            bad()


def test_a_long_list_costs_no_query_more(brief: VariantSize, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    long = wishlist.open_list()
    for _ in range(6):
        wishlist.add(long, VariantSizeFactory().sku)
    with django_assert_num_queries(3):
        assert len(wishlist.entries(long)) == 6


def test_guests_who_do_not_come_back_are_forgotten(brief: VariantSize, ada: User) -> None:
    old, new, own = wishlist.open_list(), wishlist.open_list(), wishlist.open_list(user_id=ada.pk)
    long_ago = timezone.now() - wishlist.KEPT - timedelta(days=1)
    Wishlist.objects.filter(pk__in=[old.pk, own.pk]).update(changed_at=long_ago)
    assert wishlist.forget_old() == 1
    assert set(Wishlist.objects.values_list("pk", flat=True)) == {new.pk, own.pk}


@pytest.mark.concurrency
class TestAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def clicks(self) -> list[Any]:
        size = VariantSizeFactory()
        guest = wishlist.open_list()
        return at_once([partial(wishlist.add, guest, size.sku)] * 20)

    def test_the_same_wish_at_once_is_one_row(self) -> None:
        results = self.clicks()
        assert not [result for result in results if isinstance(result, Exception)]
        assert Wish.objects.count() == 1

    def test_without_the_lock_somebody_would_see_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The negative control: the database still keeps one."""
        monkeypatch.setattr(wishlist, "_locked", lambda found: found)
        results = self.clicks()
        assert [result for result in results if isinstance(result, Exception)]
        assert Wish.objects.count() == 1

    def test_joining_at_once_joins_once(self) -> None:
        person = UserFactory()
        person.save()
        guest = wishlist.open_list()
        wishlist.add(guest, VariantSizeFactory().sku)
        results = at_once([partial(wishlist.join, guest.token or "", person.pk)] * 10)
        assert not [result for result in results if isinstance(result, Exception)]
        assert (Wishlist.objects.count(), Wish.objects.count()) == (1, 1)
