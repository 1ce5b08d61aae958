"""The door for Resend's webhooks."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.errors import ShopError
from mailing import webhooks


@csrf_exempt
@require_POST
def resend_webhook(request: HttpRequest) -> HttpResponse:
    """200 for everything that is signed, also for events that mean nothing to the shop."""
    try:
        noted = webhooks.receive(
            request.body,
            message_id=request.headers.get("svix-id", ""),
            timestamp=request.headers.get("svix-timestamp", ""),
            signature=request.headers.get("svix-signature", ""),
        )
    except ShopError as error:
        return JsonResponse({"code": error.code, "detail": error.message, "field": error.field}, status=error.status)
    return JsonResponse({"status": "noted" if noted else "nothing to note"})
