"""What customers write is text: in the shop, in the back office and in mails, and no template of any kind."""

import re

import pytest
from django.conf import settings as project
from django.test import Client

from accounts.models import User
from mailing import outbox
from mailing.models import OutgoingMail
from orders import checkout
from orders.models import Order
from tests.factories import LAGOS_ISLAND, StaffFactory, UserFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
BAD = "<script>alert(1)</script>{{ 700|add:77 }}\" onload=\"x' x-data='a"
# Attributes that the scripts of the back office read as code.
AS_CODE = re.compile(r"""(?:x-[\w:.-]+|@[\w.-]+|:[\w-]+|on\w+)=(?:"[^"]*alert\(1\)[^"]*"|'[^']*alert\(1\)[^']*')""")


@pytest.fixture
def order() -> Order:
    lagos()
    size = VariantSizeFactory(variant__product__name=BAD)
    ada: User = UserFactory(full_name=BAD)
    ada.save()
    contact = checkout.Contact(
        email="ada@prechi.test", full_name=BAD, phone="+2348031234567", street=BAD, landmark=BAD, city=BAD[:60]
    )
    return checkout.place_order(bag_with((size, 1)), contact, LAGOS_ISLAND, note=BAD, user=ada)


def is_text(page: str) -> bool:
    return "<script>alert" not in page and '" onload="x' not in page and "777" not in page and not AS_CODE.search(page)


def test_in_the_shop_and_in_the_mail(order: Order, client: Client) -> None:
    mail = outbox.compose(OutgoingMail.objects.get())
    pages = [mail.html, client.get(order.get_absolute_url()).text]
    for page in pages:
        assert "&lt;script&gt;alert(1)" in page
        assert is_text(page)
    assert is_text(client.get(f"/pay/{order.token}/").text)
    assert "alert" not in mail.subject


def test_in_the_back_office(order: Order) -> None:
    owner: User = StaffFactory()
    owner.save()
    desk = Client()
    desk.force_login(owner, backend=project.AUTHENTICATION_BACKENDS[0])
    mail, line = OutgoingMail.objects.get(), order.lines.get()
    assert line.variant_size
    product = line.variant_size.variant.product_id
    shows = [
        "orders/order/",
        f"orders/order/{order.pk}/change/",
        f"orders/order/{order.pk}/history/",
        "orders/orderline/",
        "accounts/user/",
        f"accounts/user/{order.user_id}/change/",
        "catalog/product/",
        f"catalog/product/{product}/change/",
        "catalog/variantsize/",
        f"mailing/outgoingmail/{mail.pk}/change/",
    ]
    for address in shows:
        page = desk.get(f"/admin/{address}").text
        assert "alert(1)" in page or "history" in address, address
        assert is_text(page), address
    for address in ("orders/order/", "accounts/user/", "search/"):
        assert is_text(desk.get(f"/admin/{address}", {"q": BAD, "s": BAD}).text), address
