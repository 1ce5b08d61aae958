"""An address narrows a list by what the list offers or by a whole value; it is no way to guess at what is not shown."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, JSONField, TextField
from django.test import Client, RequestFactory
from django.urls import reverse

from catalog.models import ReviewInvitation
from mailing.models import OutgoingMail
from orders import delivery_quotes, events
from orders.models import DeliveryQuote, Order
from payments.models import Payment
from tests.factories import delivered_order, paid, placed_order

pytestmark = pytest.mark.django_db
PARTLY = ("regex", "iregex", "startswith", "istartswith", "contains", "endswith", "gt", "lte", "in")


def orders(desk: Client, **lookup: str) -> int:
    return desk.get(reverse("admin:orders_order_changelist"), lookup).status_code


def columns() -> Iterator[tuple[str, str]]:
    """Of every list the columns of text that it does not offer as a filter."""
    for model, lists in admin.site._registry.items():
        filters = [one[0] if isinstance(one, tuple) else one for one in lists.list_filter]
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField | JSONField) and field.name not in filters:
                yield model._meta.label_lower, field.name


@pytest.mark.parametrize("operator", PARTLY)
def test_no_list_answers_to_a_part_of_what_it_does_not_offer(operator: str) -> None:
    request = RequestFactory().get("/admin/")
    request.user = AnonymousUser()
    lists = {model._meta.label_lower: one for model, one in admin.site._registry.items()}
    answered = [
        f"{label}.{name}"
        for label, name in columns()
        if lists[label].lookup_allowed(f"{name}__{operator}", "x", request)
    ]
    assert answered == []


@pytest.mark.parametrize("lookup", ["token__startswith", "token__regex", "bag__token__gt", "email__in"])
def test_who_packs_cannot_spell_out_the_key_of_an_order(desk_of: Callable[..., Client], lookup: str) -> None:
    order = placed_order()
    packer = desk_of("orders.view_order")
    assert orders(packer, **{lookup: order.token[:1]}) == 400


def test_nor_may_they_by_searching_for_a_payment(desk_of: Callable[..., Client]) -> None:
    order = placed_order()
    payment = Payment.objects.create(
        order=order, reference=f"{order.number}-0123456789abcdef", amount_subunit=order.total_subunit, currency="NGN"
    )
    packer = desk_of("orders.view_order")
    pages = [
        packer.get(reverse("admin:orders_order_changelist"), {"q": words}).text
        for words in (payment.reference, payment.reference[:-1])
    ]
    address = reverse("admin:orders_order_change", args=[order.pk])
    assert [address in page for page in pages] == [True, False]


def test_who_reads_mails_cannot_spell_out_a_hidden_one(desk_of: Callable[..., Client]) -> None:
    OutgoingMail.objects.create(kind="account-reset", about="x", recipient="ada@prechi.test", text="/reset/key/1-abc/")
    helper = desk_of("mailing.view_outgoingmail")
    address = reverse("admin:mailing_outgoingmail_changelist")
    assert helper.get(address, {"text__regex": "key/1-a"}).status_code == 400
    assert helper.get(address, {"kind": "account-reset"}).status_code == 200


def test_lists_answer_to_what_they_offer_and_to_whole_values(desk: Client) -> None:
    order = placed_order()
    for lookup in ({"status__exact": "paid"}, {"number": order.number}, {"placed_at__year": "2026"}, {"pk": "7"}):
        assert orders(desk, **lookup) == 200
    payments = reverse("admin:payments_payment_changelist")
    assert desk.get(payments, {"order__id__exact": str(order.pk), "outcome__exact": "applied"}).status_code == 200


def test_pages_that_a_token_opens_are_not_linked(desk_of: Callable[..., Client], settings: object) -> None:
    order = paid(placed_order())
    Order.objects.filter(pk=order.pk).update(quote_status="awaiting")
    quote = delivery_quotes.make(order.pk, 4_500_000, events.SYSTEM)
    delivered_order()
    invitation = ReviewInvitation.objects.all()[0]
    staff = desk_of("orders.view_deliveryquote", "catalog.view_reviewinvitation")
    for row, key in ((quote, quote.token), (invitation, invitation.token)):
        address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        answer = staff.get(address)
        assert answer.status_code == 200
        assert key not in answer.text
    assert DeliveryQuote.objects.count() == 1
