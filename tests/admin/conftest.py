"""Staff at their desk, and a shop in which every kind of row exists."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django_celery_results.models import GroupResult, TaskResult
from knox.models import AuthToken

from accounts import addresses, consent
from accounts.models import FailedSignIn, User
from catalog import alerts, freshness, reviews, wishlist
from catalog.models import Image, LooseFile, Product, ReviewInvitation, Synonyms, Upload, UploadBatch, Video
from catalog.sheets import imports
from core.models import IdempotencyKey, Switch
from devtools.sandbox.process import Sandbox
from mailing import newsletter, suppression
from mailing.models import Campaign, CampaignRecipient, Subscriber
from orders import bag, checkout, delivery_quotes, events, returns
from orders.delivery import Destination
from orders.models import Order, ZoneArea
from payments import attempts, disputes, offline, refunds, settlement
from payments.models import Difference, Payment, ProviderEvent
from tests.factories import (
    ADA,
    BundleFactory,
    DeliveryMethodFactory,
    DiscountFactory,
    SalePriceFactory,
    StaffFactory,
    UserFactory,
    VariantSizeFactory,
    bag_with,
    delivered_order,
    dollar_rate,
    paid,
    placed_order,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"


def saved(user: User) -> User:
    user.save()
    return user


@pytest.fixture
def owner(db: None) -> User:
    return saved(StaffFactory())


@pytest.fixture
def desk(owner: User) -> Client:
    """The owner, signed in to the back office."""
    client = Client()
    client.force_login(owner, backend=BACKEND)
    return client


@pytest.fixture
def desk_of(db: None) -> Callable[..., Client]:
    """Staff with these permissions and no others, signed in."""

    def sign_in(*permissions: str) -> Client:
        person = saved(UserFactory(is_staff=True))
        for name in permissions:
            app, codename = name.split(".")
            person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def paid_order(sandbox: Sandbox, db: None) -> Order:
    order = placed_order((VariantSizeFactory(on_hand=10), 2))
    payment = attempts.start(order)
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0})
    settlement.settle(payment.reference)
    order.refresh_from_db()
    return order


@pytest.fixture
def full_shop(owner: User, settings: Any) -> None:
    """Three rows or more of every model that the back office lists."""
    settings.OFFLINE_METHODS = ["cash"]
    for number in range(3):
        colour, name = [("black", "S"), ("white", "M"), ("navy", "L")][number]
        size = VariantSizeFactory(on_hand=9, variant__colour__slug=colour, size__name=name)
        zone = DeliveryMethodFactory(zone__slug=f"zone-{number}").zone
        ZoneArea.objects.create(zone=zone, country="NG", state="Kano", area=f"{number}")
        product: Product = size.variant.product
        SalePriceFactory(product=product, price_kobo=800_000 + number)
        bundle = BundleFactory(eligible=[product])
        Image.objects.create(variant=size.variant, alt="Front", state="failed", error="Not a picture.")
        image = Image.objects.create(bundle=bundle, alt="All three", state="queued")
        batch = UploadBatch.objects.create(bundle=bundle, created_by=owner)
        Upload.objects.create(batch=batch, position=1, name="all.jpg", size_bytes=1, image=image)
        Video.objects.create(variant=size.variant, title="How it moves", original=f"ab/{number}.mp4")
        LooseFile.objects.create(kind="original", name=f"ab/{number}.jpeg", files=[f"ab/{number}.jpeg"])
        imports.receive("stock", b"sku,on_hand\n" + size.sku.encode() + b",7\n", "stock.csv", owner.pk)
        customer = saved(UserFactory())
        EmailAddress.objects.create(user=customer, email=customer.email)
        place = addresses.Entry("Ada Obi", "+2348031234567", "NG", "12 Admiralty Way", "Lagos", "Eti-Osa")
        addresses.add(customer, place)
        consent.give(customer, consent.SIGN_UP)
        AuthToken.objects.create(user=customer)
        Authenticator.objects.create(user=customer, type="totp", data={"secret": "x"})
        FailedSignIn.objects.create(subject=f"account {customer.email}")
        wishlist.add(wishlist.open_list(), size.sku)
        alerts.ask(size.sku, f"ada{number}@prechi.test", network_address="192.0.2.1")
        bag.add_bundle(bag_with((size, 1)), bundle.slug, [size.sku] * 3)
        order = placed_order((size, 2), user=customer)
        reviews.invite(order.number, [reviews.Delivered(number + 1, size.pk, "Black", name)])
        token = ReviewInvitation.objects.get(order_line=number + 1).token
        words = reviews.Opinion(4, "true", "Soft", "Sits well.", "Ada")
        review = reviews.approve(reviews.submit(token, words, [], author="guest 1").pk, owner.pk)
        reviews.vote(review.pk, "guest 2")
        payment = Payment.objects.create(
            order=order, reference=f"PAY-{number}", amount_subunit=order.total_subunit, currency="NGN"
        )
        in_cash = placed_order((size, 1))
        offline.record(in_cash.pk, "cash", f"slip {number}", in_cash.total_subunit, events.SYSTEM)
        Difference.objects.create(kind="unknown", reference=f"DASH-{number}", amount_subunit=100_00, currency="NGN")
        disputes.note(payment.pk, disputes.Word(number, 100_00, "NGN", "fraud", "pending", "", None))
        DiscountFactory(code=f"CODE{number}")
        placed_order((size, 1), code=f"CODE{number}")
        newsletter.ask(f"reader{number}@prechi.test", "footer", network_address="192.0.2.1")
        campaign = Campaign.objects.create(
            subject=f"News {number}",
            heading="News",
            body="Hello.",
            button_label="Look",
            button_url="https://prechi.test/",
        )
        reader = Subscriber.objects.get(email=f"reader{number}@prechi.test")
        CampaignRecipient.objects.create(campaign=campaign, subscriber=reader)
        suppression.stop(f"gone{number}@prechi.test", suppression.Reason.BOUNCED)
        worn = delivered_order((size, 1))
        wish = {worn.lines.get().pk: returns.Wish(1)}
        returns.request(worn.pk, wish, "refund", "faulty", "", events.CUSTOMER)
        abroad = paid(checkout.place_order(bag_with((size, 1)), ADA, Destination("CA")))
        delivery_quotes.make(abroad.pk, 4_500_000, events.SYSTEM)
        returned = paid(placed_order((size, 1)))
        refunds.request(
            returned.pk, lines={returned.lines.get().pk: 1}, reason="Torn", key=f"{number}", actor=events.SYSTEM
        )
        ProviderEvent.objects.create(provider="paystack", key=f"{number}", event="charge.success", body="{}")
        dollar_rate(f"{1500 + number}")
        Synonyms.objects.create(words=f"boxer, brief {number}")
        Switch.objects.create(name=["cache_off", "payments_paused", "mail_paused"][number])
        IdempotencyKey.objects.create(scope="orders", key=f"{number}", request_hash="0")
        TaskResult.objects.create(task_id=f"task-{number}", task_name="mailing.tasks.send", status="SUCCESS")
        GroupResult.objects.create(group_id=f"group-{number}")
        Group.objects.create(name=f"Role {number}")
        LogEntry.objects.create(
            user=owner,
            content_type=ContentType.objects.get_for_model(Product),
            object_id=str(product.pk),
            object_repr=str(product),
            action_flag=CHANGE,
        )
    freshness.catch_up()


def messages_of(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])
