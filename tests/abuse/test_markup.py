"""What customers write is text: in the shop, in the back office and in mails, and no template of any kind."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as project
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, Model, SlugField, TextField
from django.test import Client

from accounts.models import User
from devtools.mails import facts
from mailing import outbox
from mailing.models import OutgoingMail
from mailing.render import render
from orders import checkout
from orders.models import Order
from tests.admin.conftest import desk as desk
from tests.admin.conftest import full_shop as full_shop
from tests.admin.conftest import owner as owner
from tests.admin.test_without_rights import REGISTERED, addresses
from tests.factories import LAGOS_ISLAND, StaffFactory, UserFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
BAD = "<script>alert(1)</script>{{ 70000|add:7777 }}\" onload=\"x' x-data='a"
# Attributes that the scripts of the back office read as code.
AS_CODE = re.compile(r"""(?:x-[\w:.-]+|@[\w.-]+|:[\w-]+|on\w+)=(?:"[^"]*alert\(1\)[^"]*"|'[^']*alert\(1\)[^']*')""")


@pytest.fixture
def order() -> Order:
    lagos()
    size = VariantSizeFactory(variant__product__name=BAD)
    ada: User = UserFactory(full_name=BAD)
    ada.save()
    contact = checkout.Contact(
        email="ada@prechi.test",
        full_name=BAD,
        phone="+2348031234567",
        street=BAD,
        landmark=BAD,
        city=BAD[:60],
        billing_name=BAD,
        billing_address=f"{BAD}\n{BAD}",
    )
    return checkout.place_order(bag_with((size, 1)), contact, LAGOS_ISLAND, note=BAD, user=ada)


def is_text(page: str) -> bool:
    return (
        "<script>alert" not in page and '" onload="x' not in page and "77777" not in page and not AS_CODE.search(page)
    )


def test_in_the_shop_and_in_the_mail(order: Order, client: Client) -> None:
    mail = outbox.compose(OutgoingMail.objects.get())
    pages = [mail.html, client.get(order.get_absolute_url()).text, client.get(f"/orders/{order.token}/invoice/").text]
    for page in pages:
        assert "&lt;script&gt;alert(1)" in page
        assert is_text(page)
    assert is_text(client.get(f"/pay/{order.token}/").text)
    assert "alert" not in mail.subject


@pytest.mark.parametrize("name", facts.kinds())
def test_in_every_mail(name: str) -> None:
    kind, said = facts.kinds()[name]
    mail = render(kind, spoilt(said))
    assert is_text(mail.html)
    assert "\n" not in mail.subject
    assert "&lt;" not in mail.text


def spoilt(said: Any) -> Any:
    """All words of a mail, addresses of pages apart, replaced by what would do harm."""
    if isinstance(said, dict):
        return {key: spoilt(value) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [spoilt(value) for value in said]
    return f"{BAD}\r\nBcc: all@prechi.test" if isinstance(said, str) and not said.startswith("https:") else said


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


def written_everywhere() -> Iterator[str]:
    """Writes BAD into each text column of the row that is looked at, wherever no constraint keeps it out."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger keeps snapshots as they were
    for model, _ in REGISTERED:
        row = first_of(model)
        for field in model._meta.concrete_fields if row else []:
            is_text_field = isinstance(field, CharField | TextField) and not isinstance(field, SlugField)
            if not is_text_field or field.choices or field.primary_key or field.name in ("password", "token"):
                continue
            try:
                with transaction.atomic():
                    text = BAD[: field.max_length] if field.max_length else BAD
                    model._default_manager.filter(pk=row.pk).update(**{field.name: text})
            except DatabaseError:
                continue
            yield f"{model._meta.label}.{field.name}"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def first_of(model: type[Model]) -> Model | None:
    return model._default_manager.exclude(**{"is_staff": True} if model is User else {"pk": None}).first()


@pytest.mark.breaks_invariants
def test_in_every_column_on_every_page_of_the_back_office(full_shop: None, desk: Client) -> None:
    columns = list(written_everywhere())
    assert len(columns) > 80
    shown = set()
    for model, of in REGISTERED:
        row = first_of(model)
        own = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/change/"] if row else []
        for address in [*addresses(model, of), *own]:
            page = desk.get(address)
            assert page.status_code < 500, address
            if "text/html" in page.headers.get("Content-Type", ""):
                assert is_text(page.text), address
                shown |= {address} if "&lt;script&gt;alert(1)" in page.text else set()
    assert len(shown) > 120
