"""Codes and automatic offers: their rule in one sentence, how often they were used, and a basket to try them on."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django_countries import countries
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline, ShopAdmin, find
from adminpanel.baskets import BasketForm
from core.errors import ShopError
from core.money import Money
from orders import trials
from orders.delivery import HOME, Destination
from orders.discounts import Offer
from orders.models import Discount, Redemption
from orders.models.discounts import code_key
from orders.places import areas_of, states_of

BASIS_POINTS = 100
STATES = {"planned": "info", "running": "success", "over": "default", "used up": "warning", "off": "default"}
LIVE = Count("redemptions", filter=Q(redemptions__state=Redemption.State.LIVE))
SHOWN = 25


class DiscountForm(forms.ModelForm):
    percent = forms.DecimalField(
        label="Per cent off",
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text="Of a percentage.",
    )

    class Meta:
        model = Discount
        fields = (
            *("name", "code", "kind", "amount_kobo", "starts_on", "ends_on", "time_zone", "minimum_kobo", "categories"),
            *("first_order_only", "limit_total", "limit_per_customer", "stacks", "active"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.basis_points:
            self.initial["percent"] = Decimal(self.instance.basis_points) / BASIS_POINTS

    def clean_code(self) -> str:
        return code_key(self.cleaned_data["code"])

    def clean_amount_kobo(self) -> int:
        return self.cleaned_data["amount_kobo"] or 0

    def clean_minimum_kobo(self) -> int:
        return self.cleaned_data["minimum_kobo"] or 0

    def clean(self) -> dict[str, Any]:
        """A figure of another kind than the chosen one is left aside, so that a change of mind needs no tidying up."""
        cleaned = super().clean() or self.cleaned_data
        kind, percent = cleaned.get("kind"), cleaned.get("percent")
        if kind != Discount.Kind.FIXED:
            cleaned["amount_kobo"] = 0
        elif not cleaned.get("amount_kobo") and "amount_kobo" not in self.errors:
            self.add_error("amount_kobo", "Write how much is taken off.")
        if kind == Discount.Kind.PERCENTAGE and not percent and "percent" not in self.errors:
            self.add_error("percent", "Write how much is taken off.")
        is_percentage = kind == Discount.Kind.PERCENTAGE and percent
        self.instance.basis_points = int(percent * BASIS_POINTS) if is_percentage else 0
        self._check_days(cleaned)
        self._check_use(cleaned)
        return cleaned

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day is before the first.")

    def _check_use(self, cleaned: dict[str, Any]) -> None:
        """The database refuses it too."""
        live = Redemption.objects.filter(discount=self.instance.pk, state=Redemption.State.LIVE)
        used = live.count() if self.instance.pk else 0
        most = live.order_by().values("email_key").annotate(n=Count("*")).order_by("-n").values_list("n", flat=True)
        for field, already in (("limit_total", used), ("limit_per_customer", most.first() or 0)):
            limit = cleaned.get(field)
            if limit is not None and limit < already:
                self.add_error(field, f"It was used {already} times already, so the limit cannot be lower.")


class TrialForm(BasketForm):
    """The pieces and the place that decide; an address only where first orders or customers are counted."""

    country = forms.ChoiceField(choices=[(code, name) for code, name in countries], initial=HOME)
    state = forms.ChoiceField(required=False)
    area = forms.CharField(required=False, max_length=60, label="Local government area")
    email = forms.EmailField(required=False, help_text="Whose basket: for what each customer may have.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", "Not known yet"), *((name, name) for name in states_of(HOME))]  # type: ignore[attr-defined]

    def destination(self) -> Destination | None:
        country, state, area = (self.cleaned_data[name] for name in ("country", "state", "area"))
        if country != HOME:
            return Destination(country)
        return Destination(HOME, state, area.strip() or next(iter(areas_of(HOME, state)), "")) if state else None


class Amounts:
    """What an order got, in its own currency."""

    @admin.display(description="Off the goods")
    def off_goods(self, redemption: Redemption) -> str:
        return Money(redemption.amount_subunit, redemption.order.currency).display

    @admin.display(description="Off the delivery")
    def off_delivery(self, redemption: Redemption) -> str:
        return Money(redemption.delivery_subunit, redemption.order.currency).display


class RedemptionInline(Amounts, ReadOnlyInline):
    model = Redemption
    fields = readonly_fields = ["order", "off_goods", "off_delivery", "state", "created_at"]
    per_page = SHOWN

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redemption]:
        return super().get_queryset(request).select_related("order")


@admin.register(Discount)
class DiscountAdmin(ShopAdmin):
    form = DiscountForm
    list_display = ["name", "code_or_offer", "rule", "days", "used", "state", "stacks"]
    list_filter = ["active", "kind", "first_order_only", "stacks"]
    search_fields = ["name", "code"]
    filter_horizontal = ["categories"]
    readonly_fields = ["rule", "used", "given"]
    may_be_nought = ("amount_kobo", "minimum_kobo")
    inlines = [RedemptionInline]
    actions_detail = ["try_basket"]
    fieldsets = [
        (None, {"fields": ["rule", ("name", "code"), "kind", ("percent", "amount_kobo"), "active"]}),
        ("When", {"fields": [("starts_on", "ends_on"), "time_zone"]}),
        ("For what", {"fields": ["minimum_kobo", "categories", "first_order_only"]}),
        ("How often", {"fields": [("limit_total", "limit_per_customer"), "stacks", ("used", "given")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Discount]:
        return super().get_queryset(request).annotate(live=LIVE).prefetch_related("categories")

    @admin.display(description="Code", ordering="code")
    def code_or_offer(self, discount: Discount) -> str:
        return discount.code or "every order"

    @admin.display(description="Rule")
    def rule(self, discount: Discount) -> str:
        return sentence_of(discount) if discount.pk else "It is told here once it is saved."

    @admin.display(description="Days", ordering="ends_on")
    def days(self, discount: Discount) -> str:
        first, last = discount.starts_on, discount.ends_on
        if not (first or last):
            return "always"
        days = f"{first:%-d %b %Y}" if first else "…"
        return f"{days} – {f'{last:%-d %b %Y}' if last else '…'} ({discount.time_zone})"

    @admin.display(description="Used", ordering="live")
    def used(self, discount: Any) -> str:
        live = getattr(discount, "live", 0)
        return f"{live} of {discount.limit_total}" if discount.limit_total else str(live)

    @admin.display(description="Given away")
    def given(self, discount: Discount) -> str:
        """Of goods and delivery, each currency for itself: two are never added up."""
        live = Redemption.objects.filter(discount=discount.pk, state=Redemption.State.LIVE).order_by("order__currency")
        sums = live.values_list("order__currency").annotate(given=Sum(F("amount_subunit") + F("delivery_subunit")))
        return " · ".join(Money(total, currency).display for currency, total in sums) or Money(0).display

    @display(description="State", label=STATES)
    def state(self, discount: Any) -> str:
        return state_of(discount, discount.live)

    @action(description="Try it on a basket", url_path="try", icon="science", permissions=["view"])
    def try_basket(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Shows what it would do, switched on or not, to pieces that nobody has put into a bag."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        discount = find(Discount, object_id)
        form = TrialForm(request.POST or None)
        priced = None
        if request.method == "POST" and form.is_valid():
            try:
                priced = trials.try_out(
                    discount.pk,
                    form.wanted(),
                    form.destination(),
                    currency=form.currency(),
                    email=form.cleaned_data["email"],
                )
            except ShopError as error:
                form.refuse(error)
        context = {
            **admin.site.each_context(request),
            "title": f"Try {discount} on a basket",
            "opts": Discount._meta,
            "discount": discount,
            "rule": sentence_of(discount),
            "form": form,
            "quote": priced,
        }
        return TemplateResponse(request, "admin/try_discount.html", context)


@admin.register(Redemption)
class RedemptionAdmin(Amounts, ReadOnlyAdmin):
    list_display = ["discount", "order", "email_key", "state", "created_at"]
    list_select_related = ["discount", "order"]
    list_filter = ["state"]
    search_fields = ["discount__code", "discount__name", "order__number", "email_key"]
    fields = readonly_fields = [*("discount", "order", "email_key", "off_goods", "off_delivery", "state", "created_at")]


def sentence_of(discount: Discount) -> str:
    """The whole rule, as one would say it."""
    categories = [category.name for category in discount.categories.all()]
    goods = f"{', '.join(categories[:-1])} and {categories[-1]}" if len(categories) > 1 else "".join(categories)
    what = discount.worth if discount.kind == Discount.Kind.FREE_DELIVERY else f"{discount.worth} off"
    if goods:
        what += f" with {goods}" if discount.kind == Discount.Kind.FREE_DELIVERY else f" {goods}"
    parts = [what[:1].upper() + what[1:]]
    if discount.minimum_kobo:
        parts.append(f"from {Money(discount.minimum_kobo).display}")
    if discount.first_order_only:
        parts.append("on a first order")
    if discount.limit_per_customer:
        parts.append(f"{_times(discount.limit_per_customer)} a customer")
    if discount.limit_total:
        parts.append(f"{_times(discount.limit_total)} in all")
    who = f"with the code {discount.code}" if discount.code else "for every order, without a code"
    together = "together with others that stack" if discount.stacks else "alone"
    return f"{', '.join(parts)}; {who}, {together}."


def state_of(discount: Discount, live: int) -> str:
    offer = Offer(discount, timezone.now())
    if not discount.active:
        return "off"
    if offer.ends_at and offer.now >= offer.ends_at:
        return "over"
    if discount.limit_total and live >= discount.limit_total:
        return "used up"
    return "planned" if offer.starts_at and offer.now < offer.starts_at else "running"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
