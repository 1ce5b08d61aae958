"""What staff do about a return: decide, change it on its way, receive it, send the other size, give the money back."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant

from accounts.models import User
from adminpanel.base import act, at, find
from adminpanel.refund_actions import goes_back
from adminpanel.return_forms import (
    AnswerForm,
    ReceiveForm,
    RefundForm,
    RefuseForm,
    SendForm,
    SizesForm,
    UnsentForm,
)
from core.errors import ShopError
from orders import exchange_slips, exchanges, pdf, return_changes, returns
from orders.events import Actor, staff
from orders.models import Return
from orders.views.documents import as_pdf
from payments import for_nothing, returning

State = Return.State
MAY = ["act"]
OFFERED = {
    "approve": [State.REQUESTED],
    "refuse": [State.REQUESTED],
    "receive": [State.APPROVED, State.LOST],
    "money_instead": [State.APPROVED, State.LOST],
    "another_size": [State.APPROVED, State.LOST],
    "give_up": [State.APPROVED],
    "refund": [State.RECEIVED],
    "close": [State.RECEIVED],
    "send": [State.CLOSED],
    "not_sent": [State.CLOSED],
    "slip": [State.CLOSED],
}


class ReturnActions:
    """Mixed into the return's admin class."""

    actions_detail = [
        *("approve", "receive", "refund", "send", "another_size", "money_instead", "not_sent"),
        *("refuse", "give_up", "close", "slip"),
    ]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done now; what was offered a moment too long is refused by the workflow."""
        fitting = _fitting(at(Return, object_id).select_related("order").first())
        offered = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        return [item for item in offered if item.path in fitting]

    @action(
        description="Let them send it",
        url_path="approve",
        icon="check",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "They may send it back",
            "description": "The customer gets a mail with the address.",
            "form_class": AnswerForm,
            "form_submit_text": "Send the mail",
        },
    )
    def approve(self, request: HttpRequest, form: AnswerForm, object_id: str) -> HttpResponseBase:
        answer = form.cleaned_data["answer"]
        return _act(request, object_id, lambda pk, actor: for_nothing.approve(pk, actor, answer), "approved")

    @action(
        description="Refuse",
        url_path="refuse",
        icon="block",
        permissions=MAY,
        dialog={
            "title": "Refuse this return",
            "description": "Nothing changes but for the customer's mail.",
            "form_class": RefuseForm,
            "form_submit_text": "Refuse",
        },
    )
    def refuse(self, request: HttpRequest, form: RefuseForm, object_id: str) -> HttpResponseBase:
        answer = form.cleaned_data["answer"]
        return _act(request, object_id, lambda pk, actor: returns.refuse(pk, actor, answer), "refused")

    @action(
        description="It has arrived",
        url_path="receive",
        icon="inventory",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "What is in the parcel?",
            "description": "What is as new goes back on sale now. An exchange takes the other size from the shelf now, "
            "but for what is worn or damaged: the customer gets a mail instead, unless it was faulty or wrong.",
            "form_class": ReceiveForm,
            "form_submit_text": "Received",
        },
    )
    def receive(self, request: HttpRequest, form: ReceiveForm, object_id: str) -> HttpResponseBase:
        conditions = form.conditions()
        return _act(request, object_id, lambda pk, actor: for_nothing.receive(pk, conditions, actor), "received")

    @action(
        description="Give the money back",
        url_path="refund",
        icon="undo",
        variant=ActionVariant.PRIMARY,
        permissions=["refund"],
        dialog={
            "title": "Refund what was paid for these pieces?",
            "description": "It goes back through Paystack; what did not come that way you give back yourself. The "
            "customer gets a mail now and when it is done.",
            "form_class": RefundForm,
            "form_submit_text": "Refund",
        },
    )
    def refund(self, request: HttpRequest, form: RefundForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            found = find(Return, object_id)
            refund = returning.give_back(found.pk, staff(cast(User, request.user)))
            return goes_back(refund, f"for return {found.pk}")

        return act(request, reverse("admin:orders_return_change", args=[object_id]), work)

    @action(
        description="Close without money",
        url_path="close",
        icon="task_alt",
        permissions=["refund"],
        dialog={
            "title": "Close this return without a refund",
            "description": "For pieces that came back worn, cost nothing, or were settled in another way. The customer "
            "gets a mail.",
            "form_class": RefuseForm,
            "form_submit_text": "Close",
        },
    )
    def close(self, request: HttpRequest, form: RefuseForm, object_id: str) -> HttpResponseBase:
        answer = form.cleaned_data["answer"]
        return _act(request, object_id, lambda pk, actor: returns.close_without_money(pk, actor, answer), "closed")

    @action(
        description="Money instead",
        url_path="money_instead",
        icon="currency_exchange",
        permissions=MAY,
        dialog={
            "title": "Money instead of another size",
            "description": "For a size that is gone, or at the customer's wish. The customer gets a mail. The money "
            "goes back when the parcel is here.",
            "form_class": AnswerForm,
            "form_submit_text": "Money instead",
        },
    )
    def money_instead(self, request: HttpRequest, form: AnswerForm, object_id: str) -> HttpResponseBase:
        answer = form.cleaned_data["answer"]

        def step(pk: int, actor: Actor) -> Return:
            return return_changes.give_money_instead(pk, actor, answer)

        return _act(request, object_id, step, "for money now")

    @action(
        description="Another size",
        url_path="another_size",
        icon="straighten",
        permissions=MAY,
        dialog={
            "title": "Another size than was wanted",
            "description": "What is in stock at the same price. The customer gets a mail.",
            "form_class": SizesForm,
            "form_submit_text": "This size",
        },
    )
    def another_size(self, request: HttpRequest, form: SizesForm, object_id: str) -> HttpResponseBase:
        answer, sizes = form.cleaned_data["answer"], form.sizes()

        def step(pk: int, actor: Actor) -> Return:
            return return_changes.give_another_size(pk, sizes, actor, answer)

        return _act(request, object_id, step, "for the size that you chose")

    @action(
        description="It did not arrive",
        url_path="give_up",
        icon="location_off",
        permissions=MAY,
        dialog={
            "title": "Nothing came?",
            "description": "The customer gets a mail and may ask anew. If it comes after all, it is received as ever.",
            "form_class": AnswerForm,
            "form_submit_text": "It did not arrive",
        },
    )
    def give_up(self, request: HttpRequest, form: AnswerForm, object_id: str) -> HttpResponseBase:
        answer = form.cleaned_data["answer"]
        return _act(request, object_id, lambda pk, actor: return_changes.give_up(pk, actor, answer), "closed")

    @action(
        description="Sent",
        url_path="send",
        icon="local_shipping",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "The other size is with the courier",
            "description": "The customer gets a mail with these.",
            "form_class": SendForm,
            "form_submit_text": "Sent",
        },
    )
    def send(self, request: HttpRequest, form: SendForm, object_id: str) -> HttpResponseBase:
        said = form.cleaned_data

        def step(pk: int, actor: Actor) -> Return:
            return exchanges.send(pk, said["carrier"], said["tracking_number"], actor)

        return _act(request, object_id, step, "sent")

    @action(
        description="Money instead",
        url_path="not_sent",
        icon="currency_exchange",
        permissions=MAY,
        dialog={
            "title": "The other size is not sent",
            "description": "For one that is torn or not there, or at the customer's wish. The customer gets a mail. "
            "Their money is the next step, on this page.",
            "form_class": UnsentForm,
            "form_submit_text": "Money instead",
        },
    )
    def not_sent(self, request: HttpRequest, form: UnsentForm, object_id: str) -> HttpResponseBase:
        answer, conditions = form.cleaned_data["answer"], form.conditions()

        def step(pk: int, actor: Actor) -> Return:
            return return_changes.keep_unsent(pk, conditions, actor, answer)

        return _act(request, object_id, step, "for money now")

    @action(description="Packing slip", url_path="slip", icon="print", permissions=["view"])
    def slip(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """A page to print; with `?pdf=on` a PDF."""
        found = find(Return, object_id)
        back = reverse("admin:orders_return_change", args=[found.pk])
        try:
            slip = exchange_slips.slip(found)
        except ShopError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(back)
        if "pdf" in request.GET:
            return as_pdf(pdf.slips([slip]), f"prechi-slip-{found.order.number}-exchange-{found.pk}.pdf")
        context = {
            "slips": [slip],
            "as_pdf": f"{request.path}?pdf=on",
            "back": back,
        }
        return TemplateResponse(request, "admin/slips.html", context)


def _fitting(found: Return | None) -> set[str]:
    if found is None:
        return set()
    fitting = {name for name, states in OFFERED.items() if found.state in states}
    if found.kind != Return.Kind.EXCHANGE:
        fitting -= {"money_instead", "another_size"}
    if not found.is_to_send:
        fitting -= {"send", "not_sent", "slip"}
    if "refund" in fitting and not returning.due_for(found).amount.amount:
        fitting -= {"refund"}
    return fitting


def _act(request: HttpRequest, object_id: str, step: Callable[[int, Actor], Any], done: str) -> HttpResponseBase:
    def work() -> str:
        found = find(Return, object_id)
        step(found.pk, staff(cast(User, request.user)))
        return f"Return {found.pk} is {done}."

    return act(request, reverse("admin:orders_return_change", args=[object_id]), work)
