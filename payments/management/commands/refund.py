"""manage.py refund <order>: give money of a paid order back."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import ShopError
from core.http import ProviderError
from core.money import parse
from orders.events import Actor
from orders.models import Order
from payments import refund_sending, refunds

OPERATOR = Actor("operator")


class Command(BaseCommand):
    help = "Gives back an amount, some lines or all that is left of a paid order, and sends it to Paystack."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the order, such as PR-100001")
        parser.add_argument("--reason", required=True, help="the customer reads it in the mail")
        parser.add_argument("--amount", help="such as 8500 or 8500.50, in the order's currency; without it all is left")
        parser.add_argument("--line", action="append", default=[], metavar="SKU=PIECES", help="may be repeated")
        parser.add_argument("--delivery", action="store_true", help="what was paid for delivery as well")
        parser.add_argument("--restock", action="store_true", help="take the pieces out of the order, back on sale")
        parser.add_argument("--write-off", action="store_true", help="take them out as damaged or lost")
        parser.add_argument("--key", help="the same key is the same refund, however often it is sent")

    def handle(self, *args: Any, number: str, reason: str, **options: Any) -> None:
        try:
            order = Order.objects.get(number=number.upper())
            refund = refunds.request(
                order.pk,
                amount=parse(options["amount"], order.currency).amount if options["amount"] else None,
                lines=_lines(order, options["line"]),
                delivery=options["delivery"],
                restock=options["restock"],
                write_off=options["write_off"],
                reason=reason,
                key=f"command/{options['key'] or uuid.uuid4().hex}",
                actor=OPERATOR,
            )
            refund = refund_sending.go_on(refund.pk)
        except Order.DoesNotExist as error:
            raise CommandError(f"The shop has no order {number}.") from error
        except (ShopError, ProviderError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Refund {refund.pk} of {refund.amount}: {refund.get_state_display()}. {refund.problem}".strip()
        )


def _lines(order: Order, given: list[str]) -> dict[int, int]:
    """Line id to pieces. Raises ValueError for what is no line of the order."""
    by_sku = {line.sku: line.pk for line in order.all_lines()}
    wanted = {}
    for text in given:
        sku, _, pieces = text.partition("=")
        if sku not in by_sku or not (pieces or "1").isdecimal():
            raise ValueError(f"{text!r} is no line of {order.number}. Write SKU=PIECES; it has {', '.join(by_sku)}.")
        wanted[by_sku[sku]] = int(pieces or "1")
    return wanted
