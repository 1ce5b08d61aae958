"""Who asked for a sold-out size is told once, when it can be bought again, whichever way it came back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from catalog import alerts, stock
from catalog.models import Product, StockAlert, StockMovement, VariantSize
from core.errors import NotFound, ShopError
from mailing import outbox
from mailing.models import OutgoingMail
from tests.factories import SizeFactory, UserFactory, VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db

HERE = "192.0.2.1"
RECEIVED = StockMovement.Reason.RECEIVED


@pytest.fixture
def gone() -> VariantSize:
    size: VariantSize = VariantSizeFactory(
        variant__sku="EB-BLK",
        variant__product__name="Everyday Brief",
        variant__product__slug="everyday-brief",
        on_hand=0,
    )
    return size


def ask(size: VariantSize, *emails: str) -> None:
    for number, email in enumerate(emails):
        alerts.ask(size.sku, email, network_address=f"{HERE}{number // 25}")


def recipients() -> list[str]:
    return list(OutgoingMail.objects.filter(kind="back-in-stock").order_by("pk").values_list("recipient", flat=True))


def test_the_mail_names_the_variant_and_promises_nothing(gone: VariantSize) -> None:
    ask(gone, "ada@prechi.test")
    assert (alerts.send_due(), recipients()) == (0, [])
    stock.adjust(gone.pk, 1, RECEIVED)
    assert (alerts.send_due(), alerts.send_due(), recipients()) == (1, 0, ["ada@prechi.test"])
    mail = outbox.compose(OutgoingMail.objects.get(kind="back-in-stock"))
    assert mail.subject == "Everyday Brief in M is back"
    for body in (mail.text, mail.html):
        assert "/products/everyday-brief/?colour=black&" in body.replace("&amp;", "&")
        assert "not held for you" in body
        assert "₦8,500" in body
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.headers["List-Unsubscribe"].strip("<>") in mail.text


def received(size: VariantSize) -> None:
    stock.adjust(size.pk, 1, RECEIVED)


def counted(size: VariantSize) -> None:
    with transaction.atomic():
        stock.set_counts({size.pk: 3}, StockMovement.Reason.COUNT)


@pytest.mark.parametrize("comes_back", [received, counted])
def test_the_ledger_hurries_it(
    gone: VariantSize,
    comes_back: Callable[[VariantSize], None],
    nudges: list[tuple[str, tuple[object, ...]]],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    ask(gone, "ada@prechi.test")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        comes_back(gone)
    assert ("catalog.tasks.send_alerts", ()) in nudges
    nudges.clear()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        stock.adjust(gone.pk, 5, RECEIVED)
    assert nudges == []
    assert alerts.send_due() == 1


def test_a_released_reservation_brings_it_back() -> None:
    size: VariantSize = VariantSizeFactory(on_hand=1)
    order = placed_order((size, 1))
    ask(size, "ada@prechi.test")
    assert alerts.send_due() == 0
    order.refresh_from_db()
    with transaction.atomic():
        stock.release({size.pk: 1})
        assert alerts.send_due() == 1
        transaction.set_rollback(True)


def test_a_product_that_is_published_again_brings_it_back(gone: VariantSize) -> None:
    ask(gone, "ada@prechi.test")
    later = timezone.now() + timedelta(hours=1)
    Product.objects.update(publish_at=later)
    stock.adjust(gone.pk, 1, RECEIVED)
    assert alerts.send_due() == 0
    Product.objects.update(publish_at=timezone.now() - timedelta(hours=1))
    VariantSize.objects.update(active=False)
    assert alerts.send_due() == 0
    VariantSize.objects.update(active=True)
    assert alerts.send_due() == 1


def test_a_hundred_are_not_sent_for_two_pieces(gone: VariantSize) -> None:
    ask(gone, *(f"person{number}@prechi.test" for number in range(10)))
    stock.adjust(gone.pk, 2, RECEIVED)
    assert (alerts.send_due(), alerts.send_due()) == (6, 0)
    assert recipients() == [f"person{number}@prechi.test" for number in range(6)]
    StockAlert.objects.filter(state="sent").update(ended_at=F("ended_at") - alerts.PAUSE)
    assert alerts.send_due() == 4


def test_a_size_that_pauses_holds_up_no_other(gone: VariantSize, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "SIZES_PER_RUN", 1)
    other: VariantSize = VariantSizeFactory(on_hand=0)
    assert gone.pk < other.pk
    ask(gone, *(f"person{number}@prechi.test" for number in range(5)))
    ask(other, "ada@prechi.test")
    received(gone)
    received(other)
    assert (alerts.send_due(), alerts.send_due()) == (3, 1)
    assert recipients()[-1] == "ada@prechi.test"


def test_another_size_of_the_same_colour_is_not_meant(gone: VariantSize) -> None:
    ask(gone, "ada@prechi.test")
    VariantSizeFactory(variant=gone.variant, size=SizeFactory(name="L"), on_hand=5)
    assert alerts.send_due() == 0


def test_one_size_that_cannot_be_told_holds_up_no_other(gone: VariantSize, monkeypatch: pytest.MonkeyPatch) -> None:
    other: VariantSize = VariantSizeFactory(variant=gone.variant, size=SizeFactory(name="L"), on_hand=0)
    ask(gone, "ada@prechi.test")
    ask(other, "bisi@prechi.test")
    for size in (gone, other):
        stock.adjust(size.pk, 1, RECEIVED)
    mail = alerts._facts

    def broken(alert: StockAlert, size: VariantSize) -> object:
        if size.pk == gone.pk:
            raise ValueError("no such template")
        return mail(alert, size)

    monkeypatch.setattr(alerts, "_facts", broken)
    assert (alerts.send_due(), recipients()) == (1, ["bisi@prechi.test"])
    monkeypatch.undo()
    assert (alerts.send_due(), recipients()) == (1, ["bisi@prechi.test", "ada@prechi.test"])


@pytest.mark.parametrize(
    "spelling", ["ADA@prechi.test", "a.d.a@prechi.test", "ada+shop@prechi.test", " ada@PRECHI.test "]
)
def test_every_spelling_of_an_address_is_one_person(gone: VariantSize, spelling: str) -> None:
    ask(gone, "ada@prechi.test", spelling)
    assert StockAlert.objects.count() == 1


def test_the_database_keeps_one_waiting_alert_a_person(gone: VariantSize) -> None:
    row = {"variant_size": gone, "email": "ada@prechi.test", "person": "ada@prechi.test", "asked_from": ""}
    StockAlert.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockAlert.objects.create(**row)
    StockAlert.objects.update(state="sent", ended_at=timezone.now())
    StockAlert.objects.create(**row)


def test_who_was_told_may_ask_again(gone: VariantSize) -> None:
    ask(gone, "ada@prechi.test")
    stock.adjust(gone.pk, 1, RECEIVED)
    alerts.send_due()
    stock.adjust(gone.pk, -1, StockMovement.Reason.CORRECTION)
    ask(gone, "ada@prechi.test")
    StockAlert.objects.filter(state="sent").update(ended_at=F("ended_at") - alerts.PAUSE)
    stock.adjust(gone.pk, 1, RECEIVED)
    assert (alerts.send_due(), len(recipients())) == (1, 2)


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@", "ada@prechi.test\r\nBcc: all@prechi.test", "ada@prechi.test\n", "a\0da@prechi.test",
     "a" * 10_240 + "@prechi.test", "<script>@prechi.test"],
)  # fmt: skip
def test_what_is_no_address_is_refused_by_its_field(gone: VariantSize, email: str) -> None:
    with pytest.raises(ShopError) as refused:
        ask(gone, email)
    assert (refused.value.field, StockAlert.objects.count()) == ("email", 0)


@pytest.mark.parametrize("sku", ["", "NO-SUCH", "EB-BLK-M\0", "x" * 10_240, "EB-BLK"])
def test_what_is_no_size_is_not_found(gone: VariantSize, sku: str) -> None:
    with pytest.raises(NotFound) as refused:
        alerts.ask(sku, "ada@prechi.test", network_address=HERE)
    assert refused.value.field == "sku"


def test_nobody_can_make_the_shop_send_many(gone: VariantSize) -> None:
    emails = [f"person{number}@prechi.test" for number in range(alerts.PER_ADDRESS_AN_HOUR)]
    for email in emails:
        alerts.ask(gone.sku, email, network_address=HERE)
    with pytest.raises(alerts.TooManyAlerts):
        alerts.ask(gone.sku, "one@more.test", network_address=HERE)
    alerts.ask(gone.sku, "one@more.test", network_address="192.0.2.2")
    assert HERE not in StockAlert.objects.values_list("asked_from", flat=True)


def test_one_person_is_written_to_so_often_a_day(gone: VariantSize) -> None:
    sizes = [VariantSizeFactory(on_hand=0) for _ in range(alerts.PER_PERSON_A_DAY + 1)]
    for number, size in enumerate(sizes[:-1]):
        alerts.ask(size.sku, f"ada+{number}@prechi.test", network_address=f"10.0.0.{number}")
    with pytest.raises(alerts.TooManyAlerts):
        alerts.ask(sizes[-1].sku, "a.da@prechi.test", network_address="10.0.1.1")


def test_nothing_is_kept_for_ever(gone: VariantSize) -> None:
    ask(gone, "ada@prechi.test", "bisi@prechi.test", "chi@prechi.test")
    old = timezone.now() - alerts.KEPT - timedelta(days=1)
    StockAlert.objects.filter(email="ada@prechi.test").update(state="sent", ended_at=old)
    StockAlert.objects.filter(email="bisi@prechi.test").update(state="stopped", ended_at=timezone.now())
    assert (alerts.forget_old(), StockAlert.objects.count()) == (1, 2)


def stop_address() -> str:
    alert = StockAlert.objects.order_by("pk")[0]
    return "/" + alerts.stop_url(alert).split("/", 3)[3]


def test_a_link_stops_all_of_one_person_by_a_press_and_not_by_a_look(client: Client, gone: VariantSize) -> None:
    other: VariantSize = VariantSizeFactory(variant=gone.variant, size=SizeFactory(name="L"), on_hand=0)
    ask(gone, "ada@prechi.test", "bisi@prechi.test")
    ask(other, "a.da@prechi.test")
    look = client.get(stop_address())
    assert (look.status_code, "a…@prechi.test" in look.text, "ada@" in look.text) == (200, True, False)
    assert StockAlert.objects.filter(state="waiting").count() == 3
    # As a mail program does it: from no page of ours, with no cookie.
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = strict.post(
            stop_address(), {"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 200
    assert list(StockAlert.objects.filter(state="waiting").values_list("email", flat=True)) == ["bisi@prechi.test"]


GUESSES: list[Callable[[str], str]] = [
    lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    lambda token: "9" + token,
    lambda token: token.split(":")[0],
    lambda token: "x" * 5000,
    lambda token: "%00",
    lambda token: "9" * 40 + ":a",
]


@pytest.mark.parametrize("guess", GUESSES)
def test_a_guessed_link_stops_nothing(client: Client, gone: VariantSize, guess: Callable[[str], str]) -> None:
    ask(gone, "ada@prechi.test")
    token = stop_address().split("/")[2]
    answers = [client.post(f"/alerts/{guess(token)}/stop/"), client.get(f"/alerts/{guess(token)}/stop/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert StockAlert.objects.get().state == "waiting"


def test_a_forgotten_alert_answers_like_one_that_never_was(client: Client, gone: VariantSize) -> None:
    ask(gone, "ada@prechi.test")
    address = stop_address()
    StockAlert.objects.all().delete()
    assert client.post(address).status_code == 404


class TestThePages:
    def test_the_form_stands_on_the_page_and_names_the_size(self, client: Client, gone: VariantSize) -> None:
        VariantSizeFactory(variant=gone.variant, size=SizeFactory(name="L"))
        text = client.get("/products/everyday-brief/?size=M").text
        assert "disabled" not in text
        assert 'value="EB-BLK-M" required data-size="M" checked data-gone' in text
        assert "E-mail me when <span data-name>M</span> is back" in text
        assert "csrf" not in text
        only_there = client.get("/products/everyday-brief/").text
        assert '<option value="EB-BLK-M">M</option>' in only_there
        assert '<option value="EB-BLK-L"' not in only_there

    def test_new_and_known_addresses_get_the_same_answer(self, client: Client, gone: VariantSize) -> None:
        body = {"sku": gone.sku, "email": "ada@prechi.test"}
        first, second = client.post("/alerts/", body), Client().post("/alerts/", body)
        place = "/products/everyday-brief/?colour=black&size=M"
        assert first.headers["Location"] == second.headers["Location"] == place
        assert "Noted. When Everyday Brief in Black, M, is back" in client.get(place).text
        assert StockAlert.objects.count() == 1

    def test_a_mistake_comes_back_with_what_was_written(self, client: Client, gone: VariantSize) -> None:
        answer = client.post("/alerts/", {"sku": gone.sku, "email": "ada@<b>"})
        assert answer.status_code == 400
        assert "This is not an e-mail address." in answer.text
        assert 'value="ada@&lt;b&gt;"' in answer.text
        assert not StockAlert.objects.exists()

    def test_who_is_signed_in_need_not_write_an_address(self, client: Client, gone: VariantSize) -> None:
        person = UserFactory(email="ada@prechi.test")
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert 'value="ada@prechi.test"' in client.get(f"/alerts/?sku={gone.sku}").text
        assert client.post("/alerts/", {"sku": gone.sku}).status_code == 302
        assert StockAlert.objects.get().email == "ada@prechi.test"

    @pytest.mark.parametrize("sku", ["", "NO-SUCH", "a\0b", "x" * 5000])
    def test_an_unknown_size_is_not_found(self, client: Client, sku: str) -> None:
        assert client.post("/alerts/", {"sku": sku, "email": "ada@prechi.test"}).status_code == 404
        assert client.get("/alerts/", {"sku": sku}).status_code == 404

    def test_other_sites_ask_for_nothing(self, gone: VariantSize) -> None:
        strict = Client(enforce_csrf_checks=True)
        body = {"sku": gone.sku, "email": "ada@prechi.test"}
        assert strict.post("/alerts/", body, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert not StockAlert.objects.exists()
        assert strict.post("/alerts/", body, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
