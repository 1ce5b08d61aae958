"""Pictures for staff tools: many files at once, answered before they are worked on, followed file by file."""

from typing import Any, cast
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import uploads
from catalog.api.schema import PictureSchema
from catalog.models import Bundle, Image, Upload, UploadBatch, Variant
from catalog.pictures import picture
from core.api_schema import answers
from core.errors import ShopError

BATCH = OpenApiParameter("batch_id", UUID, OpenApiParameter.PATH, description="From the answer to the upload.")
FILE = OpenApiParameter("file_id", int, OpenApiParameter.PATH, description="Id of the file within it.")


class MayAddPictures(BasePermission):
    message = "Only staff who may add pictures can do this. Ask the owner for the right."

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_staff and user.has_perm("catalog.add_image"))


class UploadInput(serializers.Serializer[Any]):
    variant = serializers.CharField(required=False, max_length=60, help_text="SKU of a colour of a product.")
    bundle = serializers.CharField(required=False, max_length=140, help_text="Or the slug of a bundle.")
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        help_text="JPEG, PNG, WebP or AVIF, up to 15 MB and 40 megapixels each, 20 at once.",
    )
    alt = serializers.ListField(
        child=serializers.CharField(), help_text="What is to be seen: one text for each file, or one for all."
    )
    replaces = serializers.IntegerField(required=False, help_text="Id of a picture whose place the one file takes.")


class UploadedFileSchema(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField([*Image.State.values, Upload.REFUSED, Upload.DISCARDED])
    reason = serializers.CharField(allow_blank=True, help_text="Why it is not ready, where that is known.")
    attempts = serializers.IntegerField()
    can_retry = serializers.BooleanField()
    image_id = serializers.IntegerField(allow_null=True)
    image = PictureSchema(allow_null=True)


class UploadSchema(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.CharField(help_text="Where to follow it.")
    done = serializers.BooleanField(help_text="Nothing of it is waiting or being worked on.")
    ready = serializers.IntegerField()
    total = serializers.IntegerField()
    files = UploadedFileSchema(many=True)


class StaffView(APIView):
    permission_classes = [MayAddPictures]

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Cache-Control": "no-store"}


class Uploads(StaffView):
    parser_classes = [MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_oversized(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="staff_uploads_create",
        tags=["staff"],
        summary="Upload pictures of a colour or a bundle",
        description=(
            "Answers at once: `Location` says where to follow what becomes of each file. A file that is no picture is "
            "refused with its reason and the others go on; a request without any usable file is refused whole."
        ),
        request={"multipart/form-data": UploadInput},
        responses=answers(UploadSchema, status=202, refusals=[400, 401, 403, 413, 415]),
    )
    def post(self, request: Request) -> Response:
        body = UploadInput(data=_fields(request))
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        target = _target(asked.get("variant"), asked.get("bundle"))
        batch = uploads.receive(target, asked["files"], asked["alt"], request.user, asked.get("replaces"))
        answer = progress(batch)
        return Response(answer, status=status.HTTP_202_ACCEPTED, headers={"Location": answer["url"]})


class OneUpload(StaffView):
    @extend_schema(
        operation_id="staff_uploads_retrieve",
        tags=["staff"],
        summary="How far the files of an upload are",
        parameters=[BATCH],
        responses=answers(UploadSchema, refusals=[401, 403, 404]),
    )
    def get(self, request: Request, batch_id: UUID) -> Response:
        return Response(progress(uploads.batch_of(request.user, batch_id)))


class Retry(StaffView):
    @extend_schema(
        operation_id="staff_uploads_retry",
        tags=["staff"],
        summary="Try a file that failed once more",
        parameters=[BATCH, FILE],
        request=None,
        responses=answers(UploadedFileSchema, status=202, refusals=[401, 403, 404, 409]),
    )
    def post(self, request: Request, batch_id: UUID, file_id: int) -> Response:
        upload = uploads.retry(uploads.batch_of(request.user, batch_id), file_id)
        return Response(_file(upload), status=status.HTTP_202_ACCEPTED)


def progress(batch: UploadBatch) -> dict[str, Any]:
    files = uploads.files_of(batch)
    return {
        "id": str(batch.pk),
        "url": reverse("api:staff-upload", args=[batch.pk]),
        "done": all(upload.state not in uploads.UNDER_WAY for upload in files),
        "ready": sum(upload.state == Image.State.READY for upload in files),
        "total": len(files),
        "files": [_file(upload) for upload in files],
    }


def refuse_oversized(request: Any) -> None:
    """Before a byte of the body is read. Raises ShopError with status 413."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > uploads.REQUEST_BYTES_MAX:
        raise uploads.TooMuch()


def _file(upload: Upload) -> dict[str, Any]:
    image = upload.image
    return {
        "id": upload.pk,
        "name": upload.name,
        "state": upload.state,
        "reason": upload.why,
        "attempts": image.attempts if image else 0,
        "can_retry": bool(image) and upload.state in uploads.GIVEN_UP,
        "image_id": image.pk if image else None,
        "image": picture(image) if image and upload.state == Image.State.READY else None,
    }


def _fields(request: Request) -> dict[str, Any]:
    sent = cast(QueryDict, request.data)
    data: dict[str, Any] = {name: sent[name] for name in ("variant", "bundle", "replaces") if name in sent}
    return {**data, "files": request.FILES.getlist("files"), "alt": sent.getlist("alt")}


def _target(sku: str | None, slug: str | None) -> Variant | Bundle:
    if bool(sku) == bool(slug):
        raise ShopError("Name a variant by its SKU or a bundle by its slug: one of the two.", field="variant")
    found = Variant.objects.filter(sku=sku).first() if sku else Bundle.objects.filter(slug=slug).first()
    if found is None:
        field = "variant" if sku else "bundle"
        raise ShopError(f"There is no {field} called {sku or slug}.", code="unknown_target", field=field)
    return found
