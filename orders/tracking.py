"""Finding an order without its link: by its number, and the e-mail address or phone number that it was placed with.

Neither is a secret, so what is found this way is shown in part only (orders.views.tracking), and guesses are counted.
"""

import re

from django.http import HttpRequest
from phonenumber_field.phonenumber import to_python

from accounts import tries
from core.email_addresses import email_key
from core.errors import NotFound
from orders.models import Order

NOT_FOUND = (
    "We found no order with this number and this e-mail address or phone number. Both stand in the mail that we sent "
    "when it was placed."
)
KNOWN_MAX = 254
# PR-100001, with or without its letters, and with what people write before it.
NUMBER = re.compile(r"\s*#?\s*(?:PR)?[\s-]*([0-9]{1,12})\s*", re.ASCII | re.IGNORECASE)


def find(request: HttpRequest, number: str, known: str) -> Order:
    """Raises NotFound, in the same words whichever of the two is wrong, and TooManyTries for who goes on guessing."""
    written = NUMBER.fullmatch(number)
    name = f"PR-{written[1]}" if written else ""
    this_one = tries.begin_tracking(request, name)
    order = Order.objects.filter(number=name).first()
    if order is None or not _is_of(order, known):
        raise NotFound(NOT_FOUND, field="known")
    tries.succeeded(this_one)
    return order


def _is_of(order: Order, known: str) -> bool:
    if not known or len(known) > KNOWN_MAX:
        return False
    if "@" in known:
        return email_key(known.strip()) == email_key(order.email)
    numbers = (to_python(known, region=region) for region in ("NG", str(order.country)))
    return any(
        number is not None and number.is_valid() and number.as_e164 == order.phone for number in numbers if number
    )
