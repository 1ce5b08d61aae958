"""The same purchase by programs: over the API, and word for word as the README has it."""

import os
import re
import subprocess
import uuid
from typing import Any

import requests

from devtools.surroundings import PROJECT
from tests.journeys.steps import Customer, sizes_in_stock
from tests.running_shop import RunningShop

LAGOS = {"country": "NG", "state": "Lagos", "area": "Ikeja"}


class Program:
    def __init__(self, shop: RunningShop) -> None:
        self.url = f"{shop.url}/api/v1"
        self.session = requests.Session()
        self.session.trust_env = False

    def post(self, path: str, body: Any, status: int = 201, **headers: str) -> Any:
        answer = self.session.post(f"{self.url}{path}", json=body, headers=headers, timeout=30)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        return self.session.get(f"{self.url}{path}", timeout=30).json()


def test_a_purchase_over_the_api(shop: RunningShop, customer: Customer) -> None:
    program = Program(shop)
    sku = sizes_in_stock(shop)[0][3]
    bag = program.post("/bags/", {})["token"]
    program.post(f"/bags/{bag}/lines/", {"sku": sku, "quantity": 3})
    quote = program.post(f"/bags/{bag}/quote/", LAGOS, status=200)
    body = {
        "bag": bag,
        "email": customer.email,
        "full_name": "Ada Obi",
        "phone": "08031234567",
        "address": {**LAGOS, "street": "12 Allen Avenue"},
        "expected_total": quote["totals"]["total"]["amount"],
    }
    key = {"Idempotency-Key": uuid.uuid4().hex}
    order = program.post("/orders/", body, **key)
    assert program.post("/orders/", body, **key)["number"] == order["number"]
    payment = program.post(f"/orders/{order['token']}/payments/", {})
    assert payment["authorization_url"].startswith(shop.paystack)
    assert payment["amount"] == quote["totals"]["total"]
    customer.control("success")
    customer.assert_paid()
    assert program.get(f"/orders/{order['token']}/")["payment_status"] == "paid"


def test_the_readme_as_it_stands(shop: RunningShop) -> None:
    block = re.search(r"```sh\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    assert block
    script = block[1].replace("http://localhost:8000", shop.url).replace("http://localhost:8001", shop.paystack)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**os.environ, "NO_PROXY": "localhost", "no_proxy": "localhost"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "paid", done.stdout
