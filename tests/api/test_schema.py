"""The schema says what the API does: every answer of a purchase is held against it, names that it lacks included."""

from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from rest_framework.test import APIClient

from catalog import reviews
from catalog.models import ReviewInvitation, VariantSize
from devtools.sandbox.process import Sandbox
from orders.models import Order
from tests.api.conftest import ADDRESS
from tests.factories import (
    BundleFactory,
    StaffFactory,
    UserFactory,
    VariantSizeFactory,
    delivered_order,
    lagos,
    placed_order,
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    loaded: dict[str, Any] = yaml.safe_load(file.read_text())
    for component in loaded["components"]["schemas"].values():
        if "properties" in component:
            component["additionalProperties"] = False
            component["properties"] = {name: _or_null(rule) for name, rule in component["properties"].items()}
    return loaded


def _or_null(rule: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI 3.0 has no better way to say "this object or null"; the validator wants it spelled out."""
    return (
        {"anyOf": [*rule["allOf"], {"nullable": True, "enum": [None]}]}
        if rule.get("nullable") and "allOf" in rule
        else rule
    )


def conforms(schema: dict[str, Any], path: str, answer: Any) -> Any:
    """The body, once it has been held against what the schema says of this path, method and status."""
    method = answer.wsgi_request.method.lower()
    promised = schema["paths"][f"/api/v1/{path}"][method]["responses"][str(answer.status_code)]["content"]
    rule = {"$ref": "urn:schema#" + _pointer(promised[answer.headers["Content-Type"]]["schema"])}
    registry = Registry().with_resource("urn:schema", Resource(schema, DRAFT4))
    OAS30Validator(rule, registry=registry).validate(answer.json())
    return answer.json()


def _pointer(rule: dict[str, Any]) -> str:
    return str(rule["$ref"]).removeprefix("#")


def test_every_answer_of_a_purchase_is_as_the_schema_says(
    schema: dict[str, Any], api: APIClient, sandbox: Sandbox, db: None
) -> None:
    lagos()
    size = VariantSizeFactory(on_hand=20)
    bundle = BundleFactory(eligible=[size.variant.product])
    slug = size.variant.product.slug
    conforms(schema, "products/", api.get("/api/v1/products/"))
    conforms(schema, "products/", api.get("/api/v1/products/?sort=dice"))
    conforms(schema, "products/{slug}/", api.get(f"/api/v1/products/{slug}/"))
    conforms(schema, "products/{slug}/", api.get("/api/v1/products/none/"))
    reviewed(schema, api, slug)
    wished(schema, api, size)
    conforms(schema, "bundles/", api.get("/api/v1/bundles/"))
    conforms(schema, "bundles/{slug}/", api.get(f"/api/v1/bundles/{bundle.slug}/"))

    token = conforms(schema, "bags/", api.post("/api/v1/bags/"))["token"]
    bag = f"/api/v1/bags/{token}/"
    lines = "bags/{token}/lines/"
    picks = {"bundle": bundle.slug, "picks": [{"sku": size.sku}] * 3, "quantity": 1}
    conforms(schema, lines, api.post(f"{bag}lines/", picks))
    line = conforms(schema, lines, api.post(f"{bag}lines/", {"sku": size.sku, "quantity": 2}))["lines"][1]["id"]
    conforms(schema, lines, api.post(f"{bag}lines/", {"sku": size.sku, "quantity": 0}))
    conforms(schema, f"{lines}{{line_id}}/", api.patch(f"{bag}lines/{line}/", {"quantity": 3}))
    conforms(schema, "bags/{token}/", api.get(bag))
    conforms(schema, "bags/{token}/quote/", api.post(f"{bag}quote/", ADDRESS))

    body = {"bag": token, "email": "ada@prechi.test", "full_name": "Ada", "phone": "08031234567", "address": ADDRESS}
    body |= {"billing": {"name": "Obi & Sons", "address": "Marina\nLagos"}}
    conforms(schema, "orders/", api.post("/api/v1/orders/", {**body, "expected_total": 1}))
    order = conforms(schema, "orders/", api.post("/api/v1/orders/", body))
    url = f"/api/v1/orders/{order['token']}/"
    conforms(schema, "orders/{token}/", api.get(url))
    conforms(schema, "orders/{token}/extend/", api.post(f"{url}extend/"))
    conforms(schema, "orders/track/", api.post("/api/v1/orders/track/", {"number": order["number"], "known": "x"}))
    known = {"number": order["number"], "known": order["email"]}
    conforms(schema, "orders/track/", api.post("/api/v1/orders/track/", known))
    conforms(schema, "orders/{token}/payments/", api.post(f"{url}payments/"))
    conforms(schema, "orders/{token}/cancel/", api.post(f"{url}cancel/"))
    conforms(schema, "orders/{token}/payments/", api.post(f"{url}payments/"))


def reviewed(schema: dict[str, Any], api: APIClient, slug: str) -> None:
    order = delivered_order((VariantSize.objects.get(variant__product__slug=slug), 1))
    token = ReviewInvitation.objects.get(order_number=order.number).token
    words = {"stars": 5, "fit": "true", "title": "Soft", "text": "Sits well.", "display_name": "Ada"}
    made = conforms(schema, "reviews/", api.post("/api/v1/reviews/", {"invitation": token, **words}))
    conforms(schema, "reviews/", api.post("/api/v1/reviews/", {"invitation": token, **words}))
    staff = StaffFactory()
    staff.save()
    reviews.approve(made["id"], staff.pk)
    page = conforms(schema, "products/{slug}/reviews/", api.get(f"/api/v1/products/{slug}/reviews/"))
    assert page["results"][0]["title"] == "Soft"
    conforms(schema, "products/{slug}/", api.get(f"/api/v1/products/{slug}/"))
    conforms(schema, "products/{slug}/reviews/", api.get(f"/api/v1/products/{slug}/reviews/?stars=6"))
    conforms(schema, "reviews/{review_id}/votes/", api.post(f"/api/v1/reviews/{made['id']}/votes/"))


def test_every_answer_of_an_account_is_as_the_schema_says(schema: dict[str, Any], api: APIClient, db: None) -> None:
    account, book = "/api/v1/account/", "account/addresses/"
    new = {"email": "ngozi@prechi.test", "password": "Zebra-crossing-9"}
    conforms(schema, "auth/sign-up/", api.post("/api/v1/auth/sign-up/", new))
    conforms(schema, "auth/sign-up/", api.post("/api/v1/auth/sign-up/", {**new, "password": "x"}))
    conforms(schema, "auth/password-reset/", api.post("/api/v1/auth/password-reset/", {"email": new["email"]}))
    conforms(schema, "newsletter/", api.get("/api/v1/newsletter/"))
    conforms(schema, "newsletter/", api.post("/api/v1/newsletter/", {"email": new["email"]}))
    conforms(schema, "account/", api.get(account))
    person = UserFactory()
    api.force_authenticate(person)
    conforms(schema, "account/", api.get(account))
    conforms(schema, "account/", api.patch(account, {"phone": "08031234567"}))
    conforms(schema, "account/", api.patch(account, {"phone": "1"}))
    kept = conforms(
        schema, book, api.post(f"{account}addresses/", {**ADDRESS, "full_name": "A", "phone": "08031234567"})
    )
    one = f"{account}addresses/{kept['id']}/"
    conforms(schema, f"{book}{{address_id}}/", api.patch(one, {"is_default": True}))
    conforms(schema, f"{book}{{address_id}}/", api.get(one))
    conforms(schema, f"{book}{{address_id}}/", api.get(f"{account}addresses/0/"))
    conforms(schema, book, api.post(f"{account}addresses/", {}))
    words = conforms(schema, "account/consent/", api.get(f"{account}consent/"))["wording"]
    conforms(schema, "account/consent/", api.put(f"{account}consent/", {"given": True, "wording": words}))
    conforms(schema, "account/consent/", api.put(f"{account}consent/", {"given": True}))
    order = placed_order((VariantSizeFactory(), 1))
    Order.objects.filter(pk=order.pk).update(user=person)
    conforms(schema, "account/orders/", api.get(f"{account}orders/"))
    conforms(schema, "account/orders/", api.get(f"{account}orders/?cursor=x"))
    wrong = {"password": "x", "new_password": "Zebra-crossing-9"}
    conforms(schema, "account/password/", api.post(f"{account}password/", wrong))
    conforms(schema, "account/erasure/", api.post(f"{account}erasure/", {"password": "a-long-password"}))


def test_the_examples_keep_the_rules(schema: dict[str, Any]) -> None:
    registry = Registry().with_resource("urn:schema", Resource(schema, DRAFT4))
    found = set()
    for path in schema["paths"].values():
        for operation in path.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                for example in media.get("examples", {}).values():
                    rule = {"$ref": "urn:schema#" + _pointer(media["schema"])}
                    OAS30Validator(rule, registry=registry).validate(example["value"])
                    found.add(operation["operationId"])
    assert found >= {"bags_lines_create", "bags_quote", "orders_create", "orders_track"}


def test_schema_and_page_are_served(client: Client, db: None) -> None:
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"swagger-ui" in page.content
    assert b"https://" not in page.content, "nothing is fetched from elsewhere"


def wished(schema: dict[str, Any], api: APIClient, size: VariantSize) -> None:
    url = "/api/v1/wishlist/"
    token = conforms(schema, "wishlist/", api.post(url, {"sku": size.sku}))["token"]
    conforms(schema, "wishlist/", api.get(url, headers={"X-Wishlist-Token": token}))
    conforms(schema, "wishlist/", api.get(url))
    conforms(schema, "wishlist/", api.delete(f"{url}?sku={size.sku}", headers={"X-Wishlist-Token": token}))
    conforms(schema, "alerts/", api.post("/api/v1/alerts/", {"sku": size.sku, "email": "ada@prechi.test"}))
    conforms(schema, "alerts/", api.post("/api/v1/alerts/", {"sku": size.sku, "email": "ada"}))
