"""Fills an empty shop from devtools/demo: tables, demo logins, products through the real importer, pictures."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User
from catalog import freshness, images, rates, search
from catalog.models import Bundle, Category, Colour, ExchangeRate, Image, Product, Size, SizeGuide, Synonyms, Variant
from catalog.sheets.applying import apply
from catalog.sheets.kinds import KINDS
from catalog.sheets.opening import open_sheet
from core.money import parse
from devtools.demo import offers, reviewing, sales, tables
from devtools.demo.tables import rows
from devtools.problem import Problem
from orders.models import DeliveryMethod, Zone, ZoneArea

SMALL = 8
OWNER = "owner@prechi.test"
LOGINS = (
    (OWNER, "prechi-demo-owner", "Prechi Owner", True),
    ("ada@prechi.test", "prechi-demo-ada", "Ada Obi", False),
)
# Staff who are no owners, each with the rights of their role.
STAFF = (
    ("packing@prechi.test", "prechi-demo-packing", "Tunde Bello", "Fulfilment"),
    ("help@prechi.test", "prechi-demo-help", "Ngozi Eze", "Support"),
)

Say = Callable[[str], object]


def load(say: Say, *, small: bool = False) -> None:
    """Harmless twice: rows are found by their slug, name or SKU again. `small` takes a few products, for tests.

    Raises Problem in production, for everybody can read the demo's passwords.
    """
    if settings.PRECHI_ENV not in ("local", "test"):
        raise Problem("The demo shop has public passwords, so it is refused in production. Set PRECHI_ENV=local.")
    with transaction.atomic():
        _logins()
        _names()
        _synonyms()
        _rates()
        _zones()
        say(f"{_products(small)} products")
        say(f"{_bundles()} bundles")
    say(f"{_pictures()} pictures")
    say(f"{reviewing.load(User.objects.get(email=OWNER))} reviews")
    # The regular prices are recorded first, so that the sales have something to be compared with.
    freshness.catch_up()
    say(f"{sales.load()} sales")
    # After the reviews, whose orders were placed at the full price.
    say(f"{offers.load()} discounts")
    freshness.catch_up()
    say(f"{search.learn_words()} words to search for")


def _logins() -> None:
    for email, password, name, is_staff in LOGINS:
        if not User.objects.filter(email=email).exists():
            user = User.objects.create_user(email, password, full_name=name, is_staff=is_staff, is_superuser=is_staff)
            # The demo's people have no real inbox in which to confirm their address.
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    for email, password, name, role in STAFF:
        if not User.objects.filter(email=email).exists():
            user = User.objects.create_user(email, password, full_name=name, is_staff=True)
            user.groups.add(Group.objects.get(name=role))


def _names() -> None:
    for row in rows("colours"):
        Colour.objects.update_or_create(
            slug=row["slug"], defaults={"name": row["name"], "hex": row["hex"], "position": int(row["position"])}
        )
    for row in rows("sizes"):
        Size.objects.update_or_create(name=row["name"], defaults={"position": int(row["position"])})
    for row in rows("categories"):
        Category.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "position": int(row["position"]),
                "description": row["description"],
                "minimum_quantity": int(row["minimum_quantity"]),
                "active": row["active"] == "yes",
                "final_sale": row["final_sale"] == "yes",
            },
        )
    guides = {guide.slug: guide for guide in SizeGuide.objects.all()}
    by_slug = {category.slug: category for category in Category.objects.all()}
    for row in rows("categories"):
        Category.objects.filter(slug=row["slug"]).update(
            parent=by_slug.get(row["parent"]),
            exempting_category=by_slug.get(row["exempting_category"]),
            size_guide=guides.get(row["size_guide"]),
        )


def _synonyms() -> None:
    for row in rows("synonyms"):
        Synonyms.objects.get_or_create(words=row["words"])


def _rates() -> None:
    for row in rows("rates"):
        if not ExchangeRate.objects.filter(currency=row["currency"]).exists():
            rates.set_rate(
                row["currency"],
                rates.read(row["naira"]),
                round_up_to=int(row["round_up_to"]),
                source="the demo shop",
            )


def _zones() -> None:
    for row in rows("zones"):
        fee, free_from = row["fee_naira"], row["free_from_naira"]
        Zone.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "fee_kobo": parse(fee).amount if fee else None,
                "usd_fee_cents": _dollars(row["fee_usd"]),
                "min_days": int(row["min_days"]) if fee else None,
                "max_days": int(row["max_days"]) if fee else None,
                "free_from_kobo": parse(free_from).amount if free_from else None,
                "tax_basis_points": parse(row["tax_percent"]).amount,  # a hundredth of a per cent is a basis point
                "position": int(row["position"]),
                "active": row["active"] == "yes",
            },
        )
    zones = {zone.slug: zone for zone in Zone.objects.all()}
    for row in rows("delivery_methods"):
        DeliveryMethod.objects.update_or_create(
            zone=zones[row["zone"]],
            name=row["name"],
            defaults={
                "fee_kobo": parse(row["fee_naira"]).amount,
                "usd_fee_cents": _dollars(row["fee_usd"]),
                "min_days": int(row["min_days"]),
                "max_days": int(row["max_days"]),
            },
        )
    for row in rows("zone_areas"):
        ZoneArea.objects.update_or_create(
            country=row["country"], state=row["state"], area=row["area"], defaults={"zone": zones[row["zone"]]}
        )


def _products(small: bool) -> int:
    kind = KINDS["products"]
    file = tables.DATA / "products.csv"
    sheet = open_sheet(file.read_bytes(), file.name, kind.columns)
    slugs = list(dict.fromkeys(row.cells["product_slug"] for row in sheet.rows))
    if small:
        slugs = slugs[:: max(1, len(slugs) // SMALL)][:SMALL]
        sheet.rows = [row for row in sheet.rows if row.cells["product_slug"] in slugs]
    plan = kind.plan(sheet)
    if plan.errors:
        raise Problem("products.csv is wrong:\n" + "\n".join(map(str, plan.errors)))
    apply(kind, sheet, plan.fingerprint)
    return len(slugs)


def _bundles() -> int:
    for row in rows("bundles"):
        bundle, _ = Bundle.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "description": row["description"],
                "pieces": int(row["pieces"]),
                "price_kobo": parse(row["price_naira"]).amount,
                "usd_price_cents": _dollars(row["price_usd"]),
                "position": int(row["position"]),
                "active": row["active"] == "yes",
            },
        )
        bundle.eligible.set(Product.objects.filter(slug__in=row["products"].split()))
    return Bundle.objects.count()


def _dollars(text: str) -> int | None:
    return parse(text, "USD").amount if text else None


def _pictures() -> int:
    """Through the same checks and encoders as an upload, two at a time: they work outside Python's lock."""
    variants = dict(Variant.objects.filter(images=None).values_list("sku", "pk"))
    bundles = dict(Bundle.objects.filter(images=None).values_list("slug", "pk"))
    wanted = [picture for picture in tables.pictures() if picture.owner in variants or picture.owner in bundles]
    names = sorted({tables.picture_name(picture.source, picture.colour) for picture in wanted})
    contents = [(tables.PICTURES / name).read_bytes() for name in names]
    originals = [images.store_original(content) for content in contents]
    with ThreadPoolExecutor(2) as pool:
        made = dict(zip(names, zip(originals, pool.map(images.render, contents), strict=True), strict=True))
    shown: Counter[str] = Counter()
    found = []
    for picture in wanted:
        original, rendered = made[tables.picture_name(picture.source, picture.colour)]
        shown[picture.owner] += 1
        found.append(
            Image(
                variant_id=variants.get(picture.owner),
                bundle_id=bundles.get(picture.owner),
                position=shown[picture.owner],
                alt=picture.alt,
                is_primary=shown[picture.owner] == 1,
                is_illustration=True,
                original=original,
                state=Image.State.READY,
                width=rendered.width,
                height=rendered.height,
                renditions=rendered.renditions,
                stem=rendered.stem,
                placeholder=rendered.placeholder,
            )
        )
    Image.objects.bulk_create(found)
    return len(found)
