"""What each role of staff may do, and what it may not: every deed is tried by every role."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from adminpanel import roles
from adminpanel.roles import CONTENT, FULFILMENT, MANAGER, OWNER, SUPPORT
from orders.models import Order, Return
from payments.models import Refund
from tests.admin.conftest import BACKEND, saved
from tests.factories import StaffFactory, UserFactory, delivered_order, placed_order

pytestmark = pytest.mark.django_db

EVERY = {OWNER, MANAGER, FULFILMENT, CONTENT, SUPPORT}
MONEY = {OWNER, MANAGER}
DESK = {OWNER, MANAGER, SUPPORT}
PACKERS = {OWNER, MANAGER, FULFILMENT, SUPPORT}
WRITERS = {OWNER, MANAGER, CONTENT}

# Address of a deed, or of a form, and who may come to it. Nobody is let in by looking alone.
DEEDS: dict[str, set[str]] = {
    "orders_order_pack": PACKERS,
    "orders_order_ship": PACKERS,
    "orders_order_keep_rest": PACKERS,
    "orders_order_deliver": PACKERS,
    "orders_order_not_accepted": PACKERS,
    "orders_order_not_arrived": DESK,
    "orders_order_write_note": PACKERS,
    "orders_order_quote_delivery": PACKERS,
    "orders_order_cancel": DESK,
    "orders_order_refund": MONEY,
    "orders_order_record_payment": MONEY,
    "orders_order_hand_out_customer": MONEY,
    "orders_order_erase_customer": MONEY,
    "orders_order_add": DESK,
    "orders_return_approve": PACKERS,
    "orders_return_receive": PACKERS,
    "orders_return_refund": MONEY,
    "orders_return_send": PACKERS,
    "orders_return_not_sent": PACKERS,
    "payments_payment_changelist": DESK,
    "payments_payment_ask_paystack": MONEY,
    "payments_payment_give_back": MONEY,
    "payments_providerevent_looked_at": MONEY,
    "payments_providerevent_try_again": MONEY,
    "payments_refund_try_again": MONEY,
    "payments_refund_by_hand": MONEY,
    "payments_refund_let_go": MONEY,
    "payments_dispute_answered": MONEY,
    "payments_difference_attach": MONEY,
    "payments_difference_give_back": MONEY,
    "payments_difference_looked_at": MONEY,
    "payments_receipt_changelist": DESK,
    "catalog_variantsize_adjust": {OWNER, MANAGER, FULFILMENT},
    "catalog_product_add": WRITERS,
    "catalog_image_retry": WRITERS,
    "catalog_review_approve": {*WRITERS, SUPPORT},
    "catalog_sale_add": MONEY,
    "catalog_exchangerate_add": MONEY,
    "orders_discount_add": MONEY,
    "orders_zone_add": MONEY,
    "mailing_campaign_add": WRITERS,
    "mailing_campaign_schedule": WRITERS,
    "mailing_outgoingmail_send_again": DESK,
    "mailing_outgoingmail_looked_at": DESK,
    "accounts_user_changelist": DESK,
    "accounts_user_hand_out": MONEY,
    "accounts_user_erase_account": MONEY,
    "accounts_user_add": {OWNER},
    "accounts_consentchange_changelist": DESK,
    "core_switch_changelist": MONEY,
    "knox_authtoken_changelist": MONEY,
    "auth_group_changelist": MONEY,
    "auth_group_add": {OWNER},
    "admin_logentry_changelist": MONEY,
}
# What no role but the owner's touches.
OWNERS_ALONE = {"auth.permission", "contenttypes.contenttype", "sessions.session"}


def member(role: str) -> User:
    person = saved(UserFactory(is_staff=True))
    person.groups.add(Group.objects.get(name=role))
    return person


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def address_of(deed: str) -> str:
    if deed.endswith(("_add", "_changelist")):
        return reverse(f"admin:{deed}")
    app, model, _ = deed.split("_", 2)
    found: type[Model] = apps.get_model(app, model)
    rows = found._default_manager.exclude(is_staff=True) if found is User else found._default_manager.all()
    row = rows.first()
    return reverse(f"admin:{deed}", args=[row.pk if row else 1])


def test_every_deed_is_open_to_whom_it_is_for_and_to_nobody_else(full_shop: None) -> None:
    desks = {role: signed_in(member(role)) for role in EVERY}
    let_in = {
        deed: {role for role, desk in desks.items() if desk.get(address_of(deed)).status_code != 403} for deed in DEEDS
    }
    assert let_in == DEEDS


def test_a_deed_without_its_right_changes_nothing() -> None:
    order, back = placed_order(), delivered_order()
    packer = signed_in(member(FULFILMENT))
    form = {"_form_submitted": "on", "reason": "x", "number": back.number, "amount": "100", "key": "1"}
    for address in (
        reverse("admin:orders_order_cancel", args=[order.pk]),
        reverse("admin:orders_order_refund", args=[back.pk]),
    ):
        assert packer.post(address, form).status_code == 403
    assert Order.objects.get(pk=order.pk).status == "pending_payment"
    assert not Refund.objects.exists()


def test_who_receives_a_return_does_not_give_its_money_back(full_shop: None) -> None:
    back, packer = Return.objects.all()[0], signed_in(member(FULFILMENT))
    before = Refund.objects.count()
    for deed, status in (("approve", 302), ("refund", 403)):
        address = reverse(f"admin:orders_return_{deed}", args=[back.pk])
        assert packer.post(address, {"_form_submitted": "on"}).status_code == status
    back.refresh_from_db()
    assert (back.state, Refund.objects.count()) == ("approved", before)


def test_the_roles_are_there_after_a_migration_and_made_anew_by_each() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= EVERY
    packers, own = Group.objects.get(name=FULFILMENT), Group.objects.create(name="Our own")
    rights = set(packers.permissions.values_list("pk", flat=True))
    refund = Permission.objects.get(codename="add_refund")
    packers.permissions.set([refund])
    own.permissions.set([refund])
    person = member(FULFILMENT)
    for _ in range(2):
        call_command("migrate", verbosity=0)
    assert set(packers.permissions.values_list("pk", flat=True)) == rights
    assert [*own.permissions.all()] == [refund]
    assert [*person.groups.all()] == [packers]


def test_each_right_exists_and_each_list_has_somebody_who_looks_after_it() -> None:
    there = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    named = {name for rights in roles.ROLES.values() for name in roles.names(rights)}
    assert named - there == set()
    lists = {model._meta.label_lower for model in admin.site._registry}
    assert lists - set(roles.ROLES[MANAGER]) - OWNERS_ALONE == set()
    assert Group.objects.get(name=OWNER).permissions.count() == len(there)


def test_nobody_below_an_owner_hands_out_a_role() -> None:
    packers = Group.objects.get(name=FULFILMENT)
    ada = saved(UserFactory())
    for role in sorted(EVERY - {OWNER}):
        person = member(role)
        desk = signed_in(person)
        for somebody in (person, ada):
            page = reverse("admin:accounts_user_change", args=[somebody.pk])
            desk.post(page, form_of(somebody, is_staff="on", is_superuser="on", groups=[packers.pk]))
        person.refresh_from_db()
        ada.refresh_from_db()
        assert (person.is_superuser, ada.is_superuser, ada.is_staff) == (False, False, False)
        assert [group.name for group in person.groups.all()] == [role]
        assert not ada.groups.exists()
        group = reverse("admin:auth_group_change", args=[packers.pk])
        assert desk.post(group, {"name": "Mine"}).status_code == 403


def test_an_owner_hands_out_roles_and_no_more_than_roles() -> None:
    desk, packers = signed_in(member(OWNER)), Group.objects.get(name=FULFILMENT)
    tunde = saved(UserFactory())
    page = reverse("admin:accounts_user_change", args=[tunde.pk])
    given = form_of(tunde, is_staff="on", is_superuser="on", groups=[packers.pk])
    assert desk.post(page, {**given, "user_permissions": [Permission.objects.all()[0].pk]}).status_code == 302
    tunde.refresh_from_db()
    assert (tunde.is_staff, tunde.is_superuser, tunde.user_permissions.count()) == (True, False, 0)
    assert [*tunde.groups.all()] == [packers]
    assert desk.get(page).status_code == 200
    boss = saved(StaffFactory())
    assert desk.post(reverse("admin:accounts_user_change", args=[boss.pk]), form_of(boss)).status_code == 403
    assert desk.post(reverse("admin:auth_user_password_change", args=[boss.pk]), {}).status_code == 403


def test_a_role_of_the_shop_is_looked_at_and_one_of_their_own_is_changed() -> None:
    desk = signed_in(member(OWNER))
    theirs, own = Group.objects.get(name=FULFILMENT), Group.objects.create(name="Our own")
    for way in ("change", "delete"):
        address = reverse(f"admin:auth_group_{way}", args=[theirs.pk])
        assert desk.post(address, {"name": "Mine", "post": "yes"}).status_code == 403
    assert desk.post(reverse("admin:auth_group_change", args=[own.pk]), {"name": "Packers"}).status_code == 302
    assert set(Group.objects.values_list("name", flat=True)) == {*EVERY, "Packers"}


def test_the_row_of_a_customer_is_never_deleted_by_a_role() -> None:
    ada = saved(UserFactory())
    for role in sorted(EVERY):
        address = reverse("admin:accounts_user_delete", args=[ada.pk])
        assert signed_in(member(role)).post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=ada.pk).exists()


def form_of(person: User, **more: Any) -> dict[str, Any]:
    inlines = {f"{name}-{form}_FORMS": "0" for name in ("orders", "consent_changes") for form in ("TOTAL", "INITIAL")}
    return {"email": person.email, "full_name": person.full_name, "is_active": "on", **inlines, **more}


@pytest.fixture
def no_roles(desk_of: Callable[..., Client]) -> Client:
    return desk_of()


def test_staff_without_a_role_come_to_no_deed(no_roles: Client, full_shop: None) -> None:
    assert {deed: no_roles.get(address_of(deed)).status_code for deed in DEEDS} == dict.fromkeys(DEEDS, 403)
