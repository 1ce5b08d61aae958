"""Numbers of cards and keys of providers are found in whichever column somebody, or something, wrote them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from catalog import reviews
from core import card_numbers
from core.errors import ShopError
from orders import events, returns
from payments import audit, invariants
from tests.factories import placed_order

pytestmark = pytest.mark.django_db

RULE = "no card number or key is kept"
# Nothing that anybody writes: names of the machinery, what is derived from other tables, and what is sealed.
NOT_READ = {
    "account_emailconfirmation",
    "auth_permission",
    "catalog_cataloguechange",
    "catalog_facetcount",
    "catalog_listingrow",
    "catalog_oldaddress",
    "catalog_searchword",
    "django_celery_results_chordcounter",
    "django_celery_results_groupresult",
    "django_content_type",
    "django_migrations",
    "django_session",
    "knox_authtoken",
    "mfa_authenticator",
    "orders_reservation",
    "orders_returnline",
}
TABLES = """
SELECT DISTINCT table_name
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
  AND data_type IN ('text', 'jsonb', 'json', 'character varying', 'ARRAY')
"""


def secret_in(words: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret_in(%s)", [words])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("4084084084084081", "the number of a card"),
        ("my card is 4084 0840 8408 4081, thanks", "the number of a card"),
        ("5060-6666-6666-6666-666", "the number of a card"),  # Verve, of nineteen digits
        ("5060666666666666666", "the number of a card"),
        ("378282246310005", "the number of a card"),
        ("3782 822463 10005", "the number of a card"),
        ("2223003122003222", "the number of a card"),
        ('{"number": "5531886652142950"}', "the number of a card"),
        ("The CVV is: 408", "the check number of a card"),
        ('{"cvv": "408"}', "the check number of a card"),
        ("Authorization: Bearer sk_live_a1b2c3", "a key of a provider"),
        ("sk_test_a1b2c3", "a key of a provider"),
        ("whsec_b25seS1mb3ItY2hlY2s", "a key of a provider"),
        ("re_AbCdEfGh_0123456789abcdefghij", "a key of a provider"),
    ],
)
def test_it_is_seen(words: str, found: str) -> None:
    assert secret_in(words) == found
    assert secret_in(f"(1,{words},2)") == found
    assert (card_numbers.hide(words) != words) == (found == "the number of a card")


@pytest.mark.parametrize(
    "words",
    [
        "4084084084084082",  # another last digit
        "PR-100042, +2348031234567, 12 Admiralty Way",
        "GIG tracking 4084084084084",
        "2026-11-26 07:12:00.408408+00",
        "1764141120408408",
        "12345678-1234-4123-8123-412345678901",
        "a4084084084084081b",
        "It has no CVV. 5 pieces of 408 naira",
        "restocked, risk_live_ and a 4-pack",
    ],
)
def test_ordinary_words_are_none(words: str) -> None:
    assert secret_in(words) is None
    assert card_numbers.hide(words) == words


@pytest.mark.parametrize("write", ["note of an order", "words of a return", "words of a review"])
def test_who_writes_one_is_told_where(write: str) -> None:
    order, words = placed_order(), "Take it from 4084 0840 8408 4081."
    writing: dict[str, Callable[[], Any]] = {
        "note of an order": lambda: placed_order(note=words),
        "words of a return": lambda: returns.request(order.pk, {}, "refund", "size", words, events.CUSTOMER),
        "words of a review": lambda: reviews.reject(1, words, 1),
    }
    with pytest.raises(ShopError, match="number of a card") as refused:
        writing[write]()
    assert refused.value.field in ("note", "text", "reason")


def test_every_table_with_words_is_read() -> None:
    sql = (invariants.RULES / "no_card_number_or_key_is_kept.sql").read_text()
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = {table for (table,) in cursor.fetchall()}
    assert {table for table in tables if f" {table} " in sql} == tables - NOT_READ
    assert tables >= NOT_READ


@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_order SET note = {0}",
        "UPDATE orders_order SET landmark = {0}",
        "UPDATE orders_order SET billing_name = 'Obi', billing_address = {0}",
        "UPDATE orders_orderevent SET data = jsonb_build_object('said', {0})",
        "UPDATE mailing_outgoingmail SET facts = jsonb_build_object('note', {0})",
        "UPDATE mailing_outgoingmail SET facts = '{{}}', text = {0}",
        "UPDATE mailing_outgoingmail SET last_error = {0}",
        "UPDATE catalog_product SET description = {0}",
        "UPDATE catalog_stockmovement SET note = {0}",
        "INSERT INTO core_switch (name, \"on\", note, updated_at) VALUES ('mail_paused', true, {0}, now())",
        "INSERT INTO payments_providerevent (provider, key, event, reference, body, state, attempts, error)"
        " VALUES ('paystack', '1', 'charge.success', '', {0}, 'ignored', 0, '')",
    ],
)
def test_the_rule_finds_it_wherever_it_was_written(statement: str) -> None:
    placed_order()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger keeps it out
        cursor.execute(statement.format("'paid with 4084 0840 8408 4081'"))
        assert cursor.rowcount
    assert RULE in {violation.rule for violation in audit.violations()}
