"""Where a thing is now whose address has changed. Asked only when nothing is found, so it costs known pages nothing."""

from catalog.models import Bundle, Category, OldAddress, Product

MODELS: dict[OldAddress.Kind, type[Product] | type[Category] | type[Bundle]] = {
    OldAddress.Kind.PRODUCT: Product,
    OldAddress.Kind.CATEGORY: Category,
    OldAddress.Kind.BUNDLE: Bundle,
}


def slug_now(kind: OldAddress.Kind, slug: str) -> str | None:
    """The slug of what had this one before; None where nothing had it, or it is gone. Two queries."""
    target = OldAddress.objects.filter(kind=kind, slug=slug).values_list("target_id", flat=True).first()
    if target is None:
        return None
    now: str | None = MODELS[kind].objects.filter(pk=target).values_list("slug", flat=True).first()
    return now
