"""What the mails of a return say: which pieces, for what, and what goes back for them."""

from collections.abc import Collection, Iterable

from django.conf import settings

from orders import emails, return_policy
from orders.models import Return, ReturnLine


def write(kind: str, found: Return, declined: Collection[int] = (), *, part: str = "") -> None:
    """Writes the mail `kind` to its customer. `declined` are the lines that were not swapped; `part` tells mails of one
    kind apart."""
    about = "/".join(filter(None, [_part(found), part]))
    emails.write(kind, found.order, part=about, **facts_of(found, declined))


def tell_staff(found: Return) -> None:
    """That one is asked for."""
    emails.tell_staff("staff-return", found.order, part=_part(found), **facts_of(found))


def _part(found: Return) -> str:
    return f"return/{found.pk}"


def facts_of(found: Return, declined: Collection[int] = ()) -> dict[str, object]:
    lines = found.lines.with_pieces()
    pieces = [
        {
            "name": line.order_line.name,
            "colour": line.told_colour,
            "size": line.sent_size,
            "quantity": line.quantity,
            "instead": line.exchange_to.size.name if line.exchange_to else "",
            "instead_colour": line.exchange_to.variant.colour.name if line.exchange_to else "",
            "declined": line.pk in declined,
        }
        for line in lines
    ]
    return {
        "return": {
            "number": found.pk,
            "pieces": pieces,
            "reason": found.get_reason_display(),
            "text": found.text,
            "answer": found.answer,
            "is_exchange": found.kind == Return.Kind.EXCHANGE,
            "is_faulty": found.reason == Return.Reason.FAULTY,
            "swaps_anyway": found.reason in return_policy.ALWAYS,
            "is_here": found.received_at is not None,
            "is_undecided": _is_undecided(found, lines),
            "declined": bool(declined),
            "swapped": any(piece["instead"] for piece in pieces),
            "money": return_policy.money_of(found.order),
            "may_come_back": return_policy.may_come_back_again(found),
            "carrier": found.carrier,
            "tracking_number": found.tracking_number,
        },
        "return_address": [settings.SHOP_NAME, *settings.SELLER_ADDRESS],
    }


def _is_undecided(found: Return, lines: Iterable[ReturnLine]) -> bool:
    """Whether nobody has said yet what goes back: a piece came worn, and not by the shop's fault. Of an exchange that
    was not sent it was said when it came."""
    is_worn = any(line.condition == ReturnLine.Condition.DAMAGED for line in lines)
    is_worn = is_worn and not any(line.stayed_id for line in lines)
    return is_worn and found.kind == Return.Kind.REFUND and found.reason not in return_policy.ALWAYS
