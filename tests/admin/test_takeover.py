"""Staff with few rights cannot make themselves somebody with more."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing import outbox
from mailing.models import OutgoingMail
from tests.admin.conftest import saved
from tests.factories import StaffFactory, UserFactory, placed_order

pytestmark = pytest.mark.django_db
NEW = {"password1": "Zebra-crossing-9", "password2": "Zebra-crossing-9", "usable_password": "true"}


def asks_for_a_new_password(email: str) -> None:
    Client().post(reverse("account_reset_password"), {"email": email})


def test_the_key_to_an_account_is_not_read_in_the_outbox(desk_of: Callable[..., Client]) -> None:
    owner = saved(StaffFactory(email="owner@prechi.test"))
    asks_for_a_new_password(owner.email)
    mail = OutgoingMail.objects.get(recipient=owner.email)
    key = outbox.compose(mail).text.split("/reset/key/")[1].split("/")[0]
    page = desk_of("mailing.view_outgoingmail").get(reverse("admin:mailing_outgoingmail_change", args=[mail.pk]))
    assert page.status_code == 200
    assert key not in page.text
    assert "Not shown" in page.text


def test_mails_about_orders_are_read_there(desk_of: Callable[..., Client]) -> None:
    order = placed_order()
    mail = OutgoingMail.objects.get(about=f"order/{order.number}")
    page = desk_of("mailing.view_outgoingmail").get(reverse("admin:mailing_outgoingmail_change", args=[mail.pk]))
    assert "Your pieces are waiting" in page.text


def test_nobody_puts_an_address_of_theirs_to_anothers_account(desk_of: Callable[..., Client]) -> None:
    owner = saved(StaffFactory(email="owner@prechi.test"))
    desk = desk_of("account.add_emailaddress", "account.change_emailaddress", "account.view_emailaddress")
    form = {"user": owner.pk, "email": "eve@evil.test", "verified": "on"}
    assert desk.post(reverse("admin:account_emailaddress_add"), form).status_code == 403
    asks_for_a_new_password("eve@evil.test")
    mails = OutgoingMail.objects.filter(recipient="eve@evil.test")
    assert [mail for mail in mails if "/reset/key/" in outbox.compose(mail).text] == []


def test_nobody_sets_a_colleagues_password(desk_of: Callable[..., Client]) -> None:
    manager = saved(UserFactory(is_staff=True))
    desk = desk_of("accounts.view_user", "accounts.change_user")
    assert desk.post(reverse("admin:auth_user_password_change", args=[manager.pk]), NEW).status_code == 403
    assert (
        desk.post(reverse("admin:accounts_user_change", args=[manager.pk]), {"email": "eve@evil.test"}).status_code
        == 403
    )
    assert User.objects.get(pk=manager.pk).check_password("a-long-password")


def test_customers_are_helped(desk_of: Callable[..., Client]) -> None:
    ada = saved(UserFactory())
    desk = desk_of("accounts.view_user", "accounts.change_user")
    assert desk.post(reverse("admin:auth_user_password_change", args=[ada.pk]), NEW).status_code == 302
    assert User.objects.get(pk=ada.pk).check_password(NEW["password1"])
