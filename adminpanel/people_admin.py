"""Customers, staff and their roles."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from knox.models import AuthToken
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import Address, ConsentChange, FailedSignIn, User
from adminpanel import roles
from adminpanel.audit_history import WithAuditRows
from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline, ShopAdmin, WholeLookups, amount
from adminpanel.privacy_actions import AccountPrivacy
from core.money import Money
from orders.models import Order

# Who may hand these out could make themselves anything.
POWERS = ["is_superuser", "is_staff", "groups", "user_permissions"]
BEYOND_ROLES = ["is_superuser", "user_permissions"]

for third_party in (Group, EmailAddress, AuthToken, Authenticator):
    if admin.site.is_registered(third_party):
        admin.site.unregister(third_party)


class NewUserForm(UserCreationForm):
    class Meta:
        model = User
        fields = ["email", "full_name"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        return email


class UserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        return email


class OrderInline(ReadOnlyInline):
    model = Order
    fk_name = "user"
    fields = ["number", "placed_at", "total", "status", "payment_status"]
    readonly_fields = fields
    per_page = 20
    total = amount("total_subunit", "Total")


class ConsentInline(ReadOnlyInline):
    """Each yes to marketing mail with the words that were agreed to, and each no."""

    model = ConsentChange
    fields = ["created_at", "given", "source", "wording"]
    readonly_fields = fields
    per_page = 20


@admin.register(User)
class UserAdmin(WholeLookups, WithAuditRows, AccountPrivacy, DjangoUserAdmin, ModelAdmin):
    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "full_name", "phone", "is_staff", "is_active", "date_joined", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields = ["email", "full_name", "phone"]
    ordering = ["-date_joined"]
    date_hierarchy = "date_joined"
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = [
        "date_joined",
        "last_login",
        "marketing_consent_at",
        "marketing_consent_source",
        "spent",
        "erased_at",
    ]
    inlines = [OrderInline, ConsentInline]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        ("Person", {"fields": [("full_name", "phone"), ("marketing_consent_at", "marketing_consent_source"), "spent"]}),
        ("Rights", {"fields": [("is_active", "is_staff", "is_superuser"), "groups", "user_permissions"]}),
        ("Times", {"fields": [("date_joined", "last_login", "erased_at")]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "full_name", "password1", "password2"]})]

    @admin.display(description="Spent")
    def spent(self, user: User) -> str:
        """What paid orders came to, by currency; what was given back is not taken off."""
        paid = Order.objects.filter(user=user.pk, paid_at__isnull=False).order_by("currency")
        sums = paid.values_list("currency").annotate(total=Sum("total_subunit"))
        return ", ".join(Money(total, currency).display for currency, total in sums) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = list(super().get_readonly_fields(request, obj))
        if request.user.is_superuser:
            return shown
        return [*shown, *(BEYOND_ROLES if _hands_out_roles(request) else POWERS)]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sets a colleague's password or address has that colleague's rights, so they must have them all."""
        return _is_theirs(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A person is erased (adminpanel.privacy_actions), which leaves what the law wants. A row deleted is a slip."""
        return bool(request.user.is_superuser)


def _hands_out_roles(request: HttpRequest) -> bool:
    """An owner, by the role or as a superuser."""
    return bool(request.user.has_perm("auth.change_group"))


def _is_theirs(request: HttpRequest, person: Any) -> bool:
    """Customers are everybody's, staff the owner's, superusers each other's; and all look after themselves."""
    if request.user.is_superuser or person is None or person.pk == request.user.pk:
        return True
    if person.is_superuser:
        return False
    return not person.is_staff or _hands_out_roles(request)


@admin.register(Group)
class GroupAdmin(WholeLookups, WithAuditRows, DjangoGroupAdmin, ModelAdmin):
    """The shop's own roles are looked at here and written in adminpanel.roles; others are the owner's to make."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related("permissions__content_type")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _hands_out_roles(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _hands_out_roles(request) and not _is_the_shops(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _hands_out_roles(request) and not _is_the_shops(obj)


def _is_the_shops(group: Group | None) -> bool:
    return group is not None and group.name in {roles.OWNER, *roles.ROLES}


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin):
    """Address books. Each is its owner's: staff look at it, and orders have copies of their own."""

    list_display = ["user", "full_name", "street", "area", "city", "country", "is_default"]
    list_filter = ["country"]
    list_select_related = ["user"]
    search_fields = ["user__email", "full_name", "street", "phone"]


@admin.register(ConsentChange)
class ConsentChangeAdmin(ReadOnlyAdmin):
    """Who said yes to marketing mail, to which words, and who took it back; people without an account too."""

    list_display = ["written", "given", "source", "wording", "created_at"]
    list_filter = ["given", "source"]
    search_fields = ["person", "email", "user__email"]
    date_hierarchy = "created_at"
    fields = ["written", "person", "user", "given", "source", "wording", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.fields

    @admin.display(description="Address", ordering="person")
    def written(self, change: ConsentChange) -> str:
        return change.email or change.person


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second steps. The owner takes one away from a colleague who lost phone and codes, and who sets it up anew."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__full_name"]
    fields = ["user", "type", ("created_at", "last_used_at")]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _hands_out_roles(request) and (obj is None or _is_theirs(request, obj.user))


@admin.register(EmailAddress)
class EmailAddressAdmin(ShopAdmin):
    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["primary", "verified"]
    list_select_related = ["user"]
    search_fields = ["email", "user__full_name"]
    autocomplete_fields = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A link to set a new password goes to any address in this list: who writes it could be anybody."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(AuthToken)
class AuthTokenAdmin(ReadOnlyAdmin):
    """Deleting one revokes it at once."""

    list_display = ["user", "token_key", "created", "expiry"]
    list_select_related = ["user"]
    search_fields = ["user__email", "token_key"]
    date_hierarchy = "created"
    fields = ["user", "token_key", "created", "expiry"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("knox.delete_authtoken")


@admin.register(FailedSignIn)
class FailedSignInAdmin(ReadOnlyAdmin):
    list_display = ["subject", "created_at"]
    search_fields = ["subject"]
    date_hierarchy = "created_at"
