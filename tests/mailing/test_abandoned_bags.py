"""A bag that was left standing is recalled by one mail, to its owner alone, and only if they agreed to such mails."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from accounts import consent
from accounts.models import User
from catalog.models import VariantSize
from mailing import newsletter, outbox, suppression
from mailing.models import OutgoingMail
from orders import abandoned, bag
from orders.models import Bag, Order
from payments import audit
from tests.factories import UserFactory, VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db


def customer(*, agreed: bool = True, proved: bool = True) -> User:
    user: User = UserFactory()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=proved, primary=True)
    if agreed:
        consent.give(user, consent.SIGN_UP)
    return user


def left_standing(user: User | None, hours: float = 25, **size: Any) -> Bag:
    mine = bag.open_bag(None, user)
    bag.add(mine, VariantSizeFactory(**size).sku, 2)
    Bag.objects.filter(pk=mine.pk).update(updated_at=Now() - timedelta(hours=hours))
    return mine


def recalls() -> list[OutgoingMail]:
    return [outbox.compose(mail) for mail in OutgoingMail.objects.filter(kind="abandoned-bag").order_by("pk")]


def test_its_owner_is_told_what_is_in_it_once() -> None:
    user = customer()
    left_standing(user, variant__product__name="Ribbed legging")
    assert [abandoned.remind(), abandoned.remind()] == [1, 0]
    [mail] = recalls()
    assert (mail.recipient, mail.subject) == (user.email, "Still in your bag: Ribbed legging")
    assert "2 x Ribbed legging" in mail.text
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_had_not_confirmed_the_newsletter_but_agreed_in_the_account_is_told() -> None:
    user = customer()
    newsletter.ask(user.email, "footer", network_address="192.0.2.1")
    left_standing(user)
    assert abandoned.remind() == 1
    assert [mail.recipient for mail in recalls()] == [user.email]


@pytest.mark.parametrize("state", ["queued", "dead"])
def test_who_takes_the_consent_back_gets_none_that_waits_or_is_tried_again(state: str) -> None:
    user = customer()
    left_standing(user)
    abandoned.remind()
    OutgoingMail.objects.filter(kind="abandoned-bag").update(state=state)
    consent.withdraw(user, "account")
    assert not OutgoingMail.objects.filter(kind="abandoned-bag").exists()


def test_once_is_once_also_when_it_was_filled_again_or_the_address_changed() -> None:
    user = customer()
    mine = left_standing(user)
    abandoned.remind()
    User.objects.filter(pk=user.pk).update(email="another@prechi.test")
    EmailAddress.objects.update(email="another@prechi.test")
    Bag.objects.filter(pk=mine.pk).update(updated_at=Now() - timedelta(hours=30))
    OutgoingMail.objects.update(state="sent", sent_at=Now())
    assert abandoned.remind() == 0


@pytest.mark.parametrize(
    "why_not",
    [
        lambda: left_standing(customer(agreed=False)),
        lambda: left_standing(customer(proved=False)),
        lambda: left_standing(None),
        lambda: left_standing(customer(), hours=23),
        lambda: left_standing(customer(), hours=8 * 24),
    ],
    ids=["no consent", "unproved address", "a guest", "too early", "too late"],
)
def test_nobody_else_is_told(why_not: Callable[[], Bag]) -> None:
    why_not()
    assert abandoned.remind() == 0
    assert recalls() == []


def test_a_bag_of_what_is_not_for_sale_any_more_is_not_recalled() -> None:
    mine = left_standing(customer())
    VariantSize.objects.filter(pk__in=mine.lines.values("variant_size")).update(active=False)
    assert abandoned.remind() == 0
    assert recalls() == []


def test_who_ordered_since_is_not_told() -> None:
    user = customer()
    left_standing(user)
    order = placed_order()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order SET user_id = %s WHERE id = %s", [user.pk, order.pk])
    assert Order.objects.filter(user=user).exists()
    assert abandoned.remind() == 0


def test_an_address_that_refuses_is_not_told() -> None:
    user = customer()
    left_standing(user)
    suppression.stop(user.email, "complained")
    assert abandoned.remind() == 0


def path_in(mail: OutgoingMail, label: str) -> str:
    found = re.search(rf"{label}: https?://[^/]+(/\S+)", mail.text)
    assert found
    return found[1]


def test_the_link_opens_the_bag_for_its_owner_and_for_nobody_else(client: Client) -> None:
    user = customer()
    left_standing(user, variant__product__name="Ribbed legging")
    abandoned.remind()
    link = path_in(recalls()[0], "Open my bag")
    asked = client.get(link)
    assert "Ribbed legging" not in asked.content.decode()
    assert 'type="password"' in asked.content.decode()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    opened = client.get(link, follow=True)
    assert opened.redirect_chain[-1][0] == "/bag/"
    assert "Ribbed legging" in opened.content.decode()


def test_the_other_link_stops_all_marketing_mail(client: Client) -> None:
    user = customer()
    left_standing(user)
    abandoned.remind()
    stop = path_in(recalls()[0], "Stop these mails")
    assert client.get(stop).status_code == 200
    user.refresh_from_db()
    assert user.marketing_consent_at is not None
    client.post(stop)
    user.refresh_from_db()
    assert user.marketing_consent_at is None


def test_who_takes_consent_back_before_it_is_sent_gets_none() -> None:
    user = customer()
    left_standing(user)
    abandoned.remind()
    consent.withdraw(user, consent.ACCOUNT)
    assert recalls() == []


@pytest.mark.breaks_invariants
def test_the_rule_sees_a_mail_to_somebody_who_has_not_agreed() -> None:
    user = customer()
    mine = left_standing(user)
    abandoned.remind()
    assert audit.violations() == []
    User.objects.filter(pk=user.pk).update(marketing_consent_at=None)
    assert "has not agreed" in str(audit.violations()[0])
    consent.give(user, consent.ACCOUNT)
    outbox.write("abandoned-bag", f"bag/{mine.pk}", user.email + ".x", {})
    found = " ".join(str(violation) for violation in audit.violations())
    assert "2 mails" in found
