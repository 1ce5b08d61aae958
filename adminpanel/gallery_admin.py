"""The pictures of one colour or one bundle on a page of their own: sent, followed, put into order, described."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action

from adminpanel.base import act, find
from catalog import gallery, images, tasks, uploads
from catalog.models import Bundle, Image, Variant
from catalog.pictures import picture, source_of
from core.errors import ShopError
from core.queue import nudge


class WithGallery:
    """For the admin classes of what has pictures. Every button works without JavaScript, by a form of its own."""

    actions_detail = ["pictures"]

    def has_pictures_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("catalog.view_image"))

    @action(description="Pictures", url_path="pictures", icon="image", permissions=["pictures"])
    def pictures(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        try:
            target: Variant | Bundle = find(self.model, object_id)  # type: ignore[attr-defined]
        except ShopError as error:
            return HttpResponse(error.message, status=error.status)
        if request.method == "POST":
            return act(request, request.path, lambda: _do(request, target))
        return TemplateResponse(request, "admin/gallery.html", _context(self, request, target))


def _context(model_admin: Any, request: HttpRequest, target: Variant | Bundle) -> dict[str, Any]:
    opts = model_admin.opts
    back = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[target.pk])
    is_variant = isinstance(target, Variant)
    return {
        **model_admin.admin_site.each_context(request),
        "title": f"Pictures of {target}",
        "opts": opts,
        "back": back,
        "rows": [{"image": image, "source": _source(image)} for image in gallery.pictures_of(target)],
        "api": reverse("api:staff-uploads"),
        "target_field": "variant" if is_variant else "bundle",
        "target_name": target.sku if is_variant else target.slug,  # type: ignore[union-attr]
        "files_max": uploads.FILES_MAX,
        "megabytes_max": images.BYTES_MAX // 1024 // 1024,
        "may_add": request.user.has_perm("catalog.add_image"),
        "may_change": request.user.has_perm("catalog.change_image"),
    }


def _source(image: Image) -> str:
    return source_of(picture(image), 360) if image.state == Image.State.READY else ""


def _do(request: HttpRequest, target: Variant | Bundle) -> str:
    """The one thing that the pressed button asks for; returns what to tell. Raises ShopError."""
    verb, _, number = request.POST.get("do", "").partition(":")
    pk = int(number) if number.isdecimal() else 0
    _check_right(request, "add_image" if verb == "upload" else "change_image")
    if verb == "upload":
        return _upload(request, target)
    if verb in ("up", "down"):
        gallery.move(target, pk, -1 if verb == "up" else 1)
        return "The order is changed."
    if verb == "order":
        ids = request.POST.get("ids", "").split(",")
        gallery.reorder(target, [int(each) for each in ids if each.isdecimal()])
        return "The order is changed."
    return _change(request, target, verb, pk)


def _change(request: HttpRequest, target: Variant | Bundle, verb: str, pk: int) -> str:
    if verb == "primary":
        gallery.make_primary(target, pk)
        return "Lists show this picture now."
    if verb == "describe":
        gallery.describe(target, pk, request.POST.get(f"alt-{pk}", ""))
        return "The text alternative is changed."
    if verb == "remove":
        _check_right(request, "delete_image")
        gallery.remove(target, pk)
        return "The picture is taken out."
    if verb == "retry":
        images.retry(pk)
        nudge(tasks.process_image, pk)
        return "The picture is in the queue again."
    raise ShopError("This button is not known. Open the page again.")


def _upload(request: HttpRequest, target: Variant | Bundle) -> str:
    lines = [line for line in request.POST.get("alt", "").splitlines() if line.strip()]
    batch = uploads.receive(target, request.FILES.getlist("files"), lines, request.user)
    files = uploads.files_of(batch)
    for upload in files:
        if upload.state == upload.REFUSED:
            messages.warning(request, f"{upload.name} is not taken. {upload.why}")
    taken = sum(upload.state != upload.REFUSED for upload in files)
    return f"{taken} of {len(files)} files are taken. They appear here when they are ready: open the page again."


def _check_right(request: HttpRequest, codename: str) -> None:
    if not request.user.has_perm(f"catalog.{codename}"):
        raise ShopError("Your role does not allow this. Ask the owner.")
