"""Roles of staff: groups of the database, made anew from this file after each migration.

Rights are what Django makes of every table. Beside the forms of the back office they stand for its deeds:

- `orders.change_order` packs, ships, delivers, prices a delivery and writes notes; `add_order` makes an order for
  somebody who writes or calls, and shows the customer's own links, which do what the customer can; `delete_order`
  cancels, and what was paid goes back.
- `orders.change_return` decides about a return and receives it; its money takes `payments.add_refund`.
- `payments.add_refund` gives money back, `change_refund` follows it up, `add_receipt` records a transfer or cash,
  `change_payment` closes a review, `change_dispute` and `change_difference` deal with what their names say.
- `catalog.add_stockmovement` adjusts stock; `change_variantsize` changes what a size costs, and imports sheets of it.
- `accounts.delete_user` hands out what is kept of a person, or erases it. Nobody deletes the row of an account.
- `auth.change_group` hands out roles, to everybody but superusers.

A role of your own is a group with another name; these five are overwritten.
"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from core.migrated import is_whole

OWNER, MANAGER, FULFILMENT, CONTENT, SUPPORT = "Owner", "Manager", "Fulfilment", "Content", "Support"

LOOK, CHANGE, KEEP, ALL = "view", "view change", "view add change", "view add change delete"

Rights = dict[str, str]


def _each(verbs: str, app: str, *models: str) -> Rights:
    return {f"{app}.{model}": verbs for model in models}


GOODS = _each(
    LOOK, "catalog", "product", "variant", "variantsize", "bundle", "image", "stockmovement", "stockalert", "sizeguide"
)
ORDERS: Rights = {
    **_each(CHANGE, "orders", "order", "return"),
    **_each(LOOK, "orders", "orderline", "orderevent", "shipment", "shipmentline", "returnline", "reservation"),
    **_each(LOOK, "orders", "deliveryquote", "deliverymethod", "zone", "zonearea"),
}
SHOP_WINDOW: Rights = {
    **_each(KEEP, "catalog", "product", "variant", "variantsize", "bundle", "category", "colour", "size", "sizeguide"),
    **_each(ALL, "catalog", "image", "video", "sizeguiderow", "synonyms"),
    **_each(CHANGE, "catalog", "upload", "uploadbatch", "review"),
    **_each(
        LOOK, "catalog", "reviewinvitation", "reviewvote", "stockalert", "stockmovement", "wishlist", "pricerecord"
    ),
    **_each(KEEP, "mailing", "campaign"),
    **_each(LOOK, "mailing", "campaignrecipient", "subscriber"),
}
CUSTOMERS: Rights = {
    **_each(LOOK, "accounts", "user", "address", "consentchange"),
    **_each(LOOK, "account", "emailaddress"),
    **_each(LOOK, "orders", "bag", "bagline", "bagpick", "discount", "redemption"),
    **_each(LOOK, "catalog", "wishlist", "wish", "reviewinvitation", "reviewvote"),
    **_each(LOOK, "payments", "payment", "refund", "refundline", "receipt", "dispute"),
    **_each(LOOK, "mailing", "subscriber", "suppression"),
}
MONEY: Rights = {
    **_each(CHANGE, "payments", "payment", "dispute", "difference", "providerevent"),
    **_each("view add change", "payments", "refund"),
    **_each("view add", "payments", "receipt"),
    **_each(LOOK, "payments", "refundline"),
}
MACHINERY: Rights = {
    **_each(CHANGE, "core", "switch"),
    **_each(LOOK, "core", "idempotencykey", "auditrow"),
    **_each(LOOK, "admin", "logentry"),
    **_each(CHANGE, "django_celery_results", "taskresult", "groupresult"),
    **_each("view delete", "knox", "authtoken"),
    **_each(LOOK, "mfa", "authenticator"),
    **_each(LOOK, "accounts", "failedsignin"),
    **_each(LOOK, "auth", "group"),
    **_each(LOOK, "catalog", "loosefile", "sheetimport"),
}

# Of the owner it is everything there is, so it names nothing.
ROLES: dict[str, Rights] = {
    FULFILMENT: {**GOODS, **ORDERS, **_each("view add", "catalog", "stockmovement")},
    SUPPORT: {
        **GOODS,
        **ORDERS,
        **CUSTOMERS,
        **_each(ALL, "orders", "order"),
        **_each(CHANGE, "catalog", "review"),
        **_each(CHANGE, "mailing", "outgoingmail"),
    },
    CONTENT: SHOP_WINDOW,
    MANAGER: {
        **GOODS,
        **ORDERS,
        **CUSTOMERS,
        **SHOP_WINDOW,
        **MONEY,
        **MACHINERY,
        **_each(ALL, "orders", "order", "discount", "deliverymethod", "zone", "zonearea"),
        **_each(ALL, "catalog", "product", "variant", "variantsize", "bundle", "category", "colour", "size"),
        **_each(ALL, "catalog", "sizeguide", "sale", "saleprice", "exchangerate"),
        **_each("view add", "catalog", "stockmovement"),
        **_each("view change delete", "accounts", "user"),
        **_each(ALL, "mailing", "campaign"),
        **_each("view delete", "mailing", "suppression"),
        **_each(CHANGE, "mailing", "outgoingmail"),
    },
}


def install(sender: AppConfig, using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """Listens to post_migrate. Emptying a database, as tests do, sends it too, with no plan."""
    if plan is not None and is_whole(using):
        apply()


@transaction.atomic
def apply() -> None:
    """Harmless twice: whoever has a role keeps it, with the rights of today."""
    there = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    _write(OWNER, list(there.values()))
    for role, rights in ROLES.items():
        _write(role, [there[name] for name in names(rights)])


def names(rights: Rights) -> list[str]:
    """As Django calls them: `orders.view_order`."""
    found = []
    for label, verbs in rights.items():
        app, model = label.split(".")
        found += [f"{app}.{verb}_{model}" for verb in verbs.split()]
    return found


def _write(role: str, permissions: list[int]) -> None:
    group, _ = Group.objects.get_or_create(name=role)
    group.permissions.set(permissions)
