"""An address of a row that is not there, or never can be, opens nothing, breaks nothing, and says so."""

import pytest
from django.contrib.admin import site
from django.test import Client

from tests.admin.test_without_rights import addresses

NONE_THERE = ["999999", "x", "%00", "9" * 30, "\u0663"]


@pytest.mark.parametrize("pk", NONE_THERE, ids=ascii)
def test_no_address_of_no_row_breaks(full_shop: None, desk: Client, subtests: pytest.Subtests, pk: str) -> None:
    desk.raise_request_exception = False
    for model, of in sorted(site._registry.items(), key=lambda item: item[0]._meta.label):
        with subtests.test(model._meta.label):
            tried = {address: desk.get(address).status_code for address in addresses(model, of, pk) if pk in address}
            assert tried
            assert {address: status for address, status in tried.items() if status >= 500} == {}


def test_a_dialog_of_an_order_that_is_gone_is_not_found(desk: Client) -> None:
    for dialog in ("refund", "ship", "record_payment", "quote_delivery"):
        assert desk.get(f"/admin/orders/order/999999/{dialog}/").status_code == 404
