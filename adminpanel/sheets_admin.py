"""Import and export on two pages: one to take sheets and to send them, one to look at what a sheet changes."""

import tempfile
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.timezone import localdate

from adminpanel.base import ReadOnlyAdmin, act
from catalog.models import Category, SheetImport
from catalog.sheets import exports, imports, opening, plans
from catalog.sheets.kinds import KINDS, Kind
from catalog.sheets.plans import GROUPS, Change
from core.errors import NotFound, ShopError

# A sheet of products makes new sizes and counts them as well.
IMPORT_RIGHTS = {
    "products": ("catalog.change_product", "catalog.add_product", "catalog.change_variantsize"),
    "prices": ("catalog.change_product",),
    "stock": ("catalog.change_variantsize",),
}
EXPORT_RIGHTS = {
    "products": "catalog.view_product",
    "prices": "catalog.view_product",
    "stock": "catalog.view_variantsize",
}
ROWS_SHOWN = 200
RECENT = 20


@admin.register(SheetImport)
class SheetImportAdmin(ReadOnlyAdmin):
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may take or send a sheet of any kind; what of it is decided by kind."""
        return bool(_may_import(request) or _may_export(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="catalog_sheetimport_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._received(request)
        return self._page(request, "admin/sheets.html", "Import and export", **_places(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            sheet = imports.find(_number(object_id), request.user.pk)
        except ShopError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(_start())
        if sheet.applied_at is None and sheet.kind not in _may_import(request):
            raise PermissionDenied
        if request.method == "POST":
            return _do(request, sheet)
        shown = _applied(sheet) if sheet.applied_at else _previewed(sheet)
        changes = shown.pop("changes")
        shown["page"] = Paginator(changes, ROWS_SHOWN).get_page(request.GET.get("p"))
        return self._page(request, "admin/sheet.html", str(sheet), sheet=sheet, start=_start(), **shown)

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        name, _, format = request.GET.get("sheet", "").partition(".")
        allowed = _may_export(request)
        if not allowed or (name in KINDS and name not in allowed):
            raise PermissionDenied
        try:
            if format not in exports.FORMATS:
                raise ShopError("Choose CSV or XLSX.")
            category = request.GET.get("category", "")
            return _download(imports.kind_of(name), format, exports.chosen(category), category)
        except ShopError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(_start())

    def _received(self, request: HttpRequest) -> HttpResponseBase:
        """Keeps the file and shows what it would change; the page again, with the reason, where it cannot be read."""
        kind, file = request.POST.get("kind", ""), request.FILES.get("file")
        try:
            if imports.kind_of(kind).name not in _may_import(request):
                raise PermissionDenied
            if file is None:
                raise ShopError("Choose the file that you want to send.", field="file")
            imports.check_size(file.size or 0)
            sheet = imports.receive(kind, file.read(), file.name or "", request.user.pk)
        except ShopError as error:
            places = _places(request) | {"refused": error, "chosen": kind}
            answer = self._page(request, "admin/sheets.html", "Import and export", **places)
            answer.status_code = error.status
            return answer
        return HttpResponseRedirect(_address(sheet))

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        whole = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return TemplateResponse(request, template, whole)


def _may_import(request: HttpRequest) -> list[str]:
    return [kind for kind, rights in IMPORT_RIGHTS.items() if request.user.has_perms(rights)]


def _may_export(request: HttpRequest) -> list[str]:
    can_import = _may_import(request)
    return [kind for kind, right in EXPORT_RIGHTS.items() if kind in can_import or request.user.has_perm(right)]


def _places(request: HttpRequest) -> dict[str, Any]:
    """What the first page shows."""
    can_import, can_export = _may_import(request), _may_export(request)
    sheets = SheetImport.objects.defer("rows", "changes").select_related("created_by")
    return {
        "importable": [KINDS[name] for name in can_import],
        "exportable": [KINDS[name] for name in can_export],
        "formats": list(exports.FORMATS),
        "categories": Category.objects.order_by("name").values_list("slug", "name"),
        "waiting": sheets.filter(applied_at=None, created_by=request.user.pk, kind__in=can_import)[:RECENT],
        "applied": sheets.filter(applied_at__isnull=False).order_by("-applied_at")[:RECENT],
        "megabytes": opening.BYTES_MAX // 1024 // 1024,
        "rows_max": f"{opening.ROWS_MAX:,}",
    }


def _previewed(sheet: SheetImport) -> dict[str, Any]:
    plan = imports.preview(sheet)
    return {
        "changes": [] if plan.errors else plan.changes,
        "counts": [] if plan.errors else _counts(plan.counts),
        "plan": plan,
        "wrong": f"{len(plan.errors):,}",
        "more": f"{plan.errors.more:,}",
        "seen": plan.fingerprint,
    }


def _applied(sheet: SheetImport) -> dict[str, Any]:
    changes: list[Change] = plans.unpack(bytes(sheet.changes or b""))
    return {"changes": changes, "counts": _counts(plans.Plan(changes=changes).counts)}


def _counts(counts: dict[str, int]) -> list[tuple[str, str]]:
    return [(f"{number:,}", GROUPS[group][number > 1]) for group, number in counts.items()]


def _do(request: HttpRequest, sheet: SheetImport) -> HttpResponseBase:
    if request.POST.get("do") == "apply":
        # When the catalogue has changed, the same page says so and shows the new differences.
        return act(request, _address(sheet), lambda: _apply(request, sheet))
    return act(request, _start(), lambda: _let_go(request, sheet))


def _apply(request: HttpRequest, sheet: SheetImport) -> str:
    applied = imports.apply_sheet(sheet.pk, request.POST.get("seen", ""), request.user.pk)
    return f"{sheet} is applied: {applied.summary} changed."


def _let_go(request: HttpRequest, sheet: SheetImport) -> str:
    imports.let_go(sheet.pk, request.user.pk)
    return f"{sheet} is put away. Nothing was changed."


def _download(kind: Kind, format: str, sizes: QuerySet[Any], category: str) -> HttpResponseBase:
    name = "-".join(filter(None, ["prechi", kind.name, category, localdate().isoformat()])) + f".{format}"
    if format == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(exports.as_csv(kind, sizes), exports.FORMATS[format])
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    exports.write_workbook(kind, sizes, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=exports.FORMATS[format])


def _start() -> str:
    return reverse("admin:catalog_sheetimport_changelist")


def _address(sheet: SheetImport) -> str:
    return reverse("admin:catalog_sheetimport_change", args=[sheet.pk])


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such sheet.") from error
