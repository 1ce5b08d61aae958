"""What every page knows of the shop."""

from django.conf import settings
from django.http import HttpRequest


def shop(request: HttpRequest) -> dict[str, object]:
    return {
        "shop_name": settings.SHOP_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "contact_whatsapp": settings.CONTACT_WHATSAPP,
    }
