"""The switches that make the providers misbehave. Kept in memory: a restarted sandbox behaves well."""

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Value = bool | int | str

NO_FAULT = "none"
BEFORE_WORK = ("hang", "429", "500", "502_html", "reset")
AFTER_WORK = (
    "reset_after_work",
    "hang_after_work",
    "500_after_work",
    "malformed_json",
    "wrong_content_type",
    "truncated",
)

OPERATIONS = {
    "paystack": ("initialize", "verify", "list", "fetch", "refund", "fetch_refund", "list_refunds", "timeout"),
    "cloudinary": ("upload", "destroy", "deliver"),
    "resend": ("send", "batch", "read"),
}


@dataclass(frozen=True)
class Switch:
    name: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        return self.name.split(".")[0]

    def cleaned(self, value: Any) -> Value:
        """``value`` as this switch takes it, or ``ValueError`` saying what it takes."""
        if isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise ValueError(f"{self.name} is true or false, not {value!r}")
        elif isinstance(self.default, int):
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValueError(f"{self.name} is a whole number, not {value!r}")
        elif not isinstance(value, str) or (self.choices and value not in self.choices):
            raise ValueError(f"{self.name} is one of {', '.join(self.choices) or 'any text'}, not {value!r}")
        return value


def _operation_switches() -> Iterable[Switch]:
    for provider, operations in OPERATIONS.items():
        for operation in ("*", *operations):
            scope = "every call" if operation == "*" else f"the call '{operation}'"
            name = f"{provider}.{operation}"
            yield Switch(f"{name}.latency_ms", 0, f"Answer {scope} this much later.")
            yield Switch(
                f"{name}.fault",
                NO_FAULT,
                f"How {scope} goes wrong. Nothing was done: {', '.join(BEFORE_WORK)}. The work was done: "
                f"{', '.join(AFTER_WORK)}.",
                (NO_FAULT, *BEFORE_WORK, *AFTER_WORK),
            )


def _webhook_switches() -> Iterable[Switch]:
    for provider in ("paystack", "resend", "cloudinary"):
        name = f"webhooks.{provider}"
        yield Switch(f"{name}.copies", 1, "How often each event is sent. 0: never.")
        yield Switch(f"{name}.delay_ms", 0, "Send each event this much later.")
        yield Switch(f"{name}.reorder", False, "Keep one event back until the next has overtaken it.")
        yield Switch(
            f"{name}.signature",
            "right",
            "wrong: random; other_key: signed with another key; missing: no header; altered_body: one byte changed "
            "after signing. Looked at on every try, so times: 1 spoils the first try and lets the retry through.",
            ("right", "wrong", "other_key", "missing", "altered_body"),
        )
        yield Switch(
            f"{name}.writing",
            "mixed",
            "How the JSON is written: plain; escaped (\\/ and \\uXXXX); mixed: alternately.",
            ("mixed", "plain", "escaped"),
        )


SWITCHES: dict[str, Switch] = {
    switch.name: switch
    for switch in (
        *_operation_switches(),
        *_webhook_switches(),
        Switch(
            "webhooks.paystack.moment",
            "race",
            "When charge.success leaves, seen from the payer's way back to the shop: race: both at once; "
            "before_redirect: answered before the payer is sent back; after_redirect: three seconds later.",
            ("race", "before_redirect", "after_redirect"),
        ),
        Switch("paystack.minimums", True, "Refuse amounts below the currency's minimum."),
        Switch(
            "paystack.currencies",
            os.environ.get("PAYSTACK_CURRENCIES") or "NGN",
            "Currencies enabled for the account, comma-separated. At first those that the shop was started with.",
        ),
        Switch("paystack.verify_unknown", "400", "Status for an unknown reference.", ("400", "404")),
        Switch("paystack.amount_change", 0, "Added to the amount that is captured, in the subunit. -100: short."),
        Switch("paystack.captured_currency", "", "Capture in this currency instead of the one asked for."),
        Switch("paystack.customer_bears_fee", False, "Add the fee to the amount; requested_amount stays."),
        Switch("paystack.status", "", "What verify reports as data.status, whatever happened. Example: mystery."),
        Switch(
            "paystack.metadata",
            "as_sent",
            "The shape in which metadata comes back.",
            ("as_sent", "empty_string", "zero", "null"),
        ),
        Switch("paystack.charge_failed_event", False, "Send the undocumented charge.failed when a card is declined."),
        Switch(
            "paystack.refund_outcome",
            "by_card",
            "How refunds end. by_card: as the test card says.",
            ("by_card", "processed", "failed", "needs-attention", "pending"),
        ),
        Switch("paystack.refund_step_ms", 2000, "Between a refund's pending, processing and final status."),
        Switch("paystack.refund_minimum", 0, "Refunds below this, in the subunit, are refused."),
        Switch("paystack.refund_balance", True, "Off: refunds are refused for want of balance."),
        Switch("paystack.transfer_ms", 3000, "How long a bank transfer takes to land."),
        Switch("paystack.rate_limit", 0, "Calls a minute before 429. 0: no limit (Paystack's test mode has 100)."),
        Switch("cloudinary.signature_v1", False, "Also accept the old upload signature."),
        Switch("cloudinary.max_bytes", 10_485_760, "Larger images are refused."),
        Switch("resend.wrong_key", "403", "Status for a wrong API key.", ("400", "401", "403")),
        Switch("resend.verified_domain", "", "When set, mail from any other domain is refused with 403."),
        Switch("resend.key_in_use", False, "Answer 409: the first call with this Idempotency-Key is still running."),
        Switch("resend.rate_limit", 0, "Calls a second before 429. 0: no limit (Resend has 10)."),
    )
}


PRESETS: dict[str, dict[str, Any]] = {
    "Webhooks never arrive": {"webhooks.paystack.copies": 0},
    "Every webhook arrives three times": {"webhooks.paystack.copies": 3},
    "Webhooks arrive ten seconds late": {"webhooks.paystack.delay_ms": 10_000},
    "The webhook is there before the payer is back": {"webhooks.paystack.moment": "before_redirect"},
    "Webhooks are signed with another key": {"webhooks.paystack.signature": "other_key"},
    "Paystack answers after five seconds": {"paystack.*.latency_ms": 5000},
    "Paystack is down": {"paystack.*.fault": "502_html"},
    "The answer to initialize is lost, once": {"paystack.initialize.fault": {"value": "reset_after_work", "times": 1}},
    "Payments are ₦1 short": {"paystack.amount_change": -100},
    "Resend limits the rate": {"resend.send.fault": "429"},
}


class Switchboard:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: dict[str, tuple[Value, int | None]] = {}
        self._released = threading.Event()

    def value(self, name: str) -> Any:
        """The value, without using up one of its ``times``."""
        with self._lock:
            return self._set[name][0] if name in self._set else SWITCHES[name].default

    def take(self, name: str) -> Any:
        """The value for one use; a switch that was set for n times falls back after the n-th."""
        with self._lock:
            if name not in self._set:
                return SWITCHES[name].default
            value, times = self._set[name]
            if times == 1:
                del self._set[name]
            elif times is not None:
                self._set[name] = (value, times - 1)
            return value

    def update(self, changes: Mapping[str, Any]) -> None:
        """All of ``changes`` or, with ``ValueError``, none: ``{name: value | {"value", "times"} | null}``."""
        cleaned: dict[str, tuple[Value, int | None] | None] = {}
        for name, change in changes.items():
            switch = SWITCHES.get(name)
            if switch is None:
                raise ValueError(f"there is no switch {name!r}; GET /_control/faults lists them")
            value, times = (change.get("value"), change.get("times")) if isinstance(change, dict) else (change, None)
            if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
                raise ValueError(f"times of {name} is a whole number from 1, not {times!r}")
            cleaned[name] = None if value is None else (switch.cleaned(value), times)
        with self._lock:
            for name, setting in cleaned.items():
                if setting is None or (setting[0] == SWITCHES[name].default and setting[1] is None):
                    self._set.pop(name, None)
                else:
                    self._set[name] = setting
            self._let_go()

    def reset(self) -> None:
        with self._lock:
            self._set.clear()
            self._let_go()

    def _let_go(self) -> None:
        """Calls that hang are let go by any change, so that a test ends when it says so."""
        self._released.set()
        self._released = threading.Event()

    def hang(self, seconds: float = 120) -> None:
        self._released.wait(seconds)

    def changed(self) -> dict[str, tuple[Value, int | None]]:
        with self._lock:
            return dict(self._set)

    def state(self) -> dict[str, dict[str, Any]]:
        """Every switch with its value, for the control API and the page."""
        changed = self.changed()
        return {
            name: {
                "value": changed.get(name, (switch.default, None))[0],
                "default": switch.default,
                "times": changed.get(name, (None, None))[1],
                "help": switch.help,
                "choices": list(switch.choices),
            }
            for name, switch in SWITCHES.items()
        }


board = Switchboard()
