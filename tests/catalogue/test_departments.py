"""Categories have two levels: all that asks about a category asks about its department too, and about no more."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from catalog.models import Category
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def below() -> Category:
    return CategoryFactory(name="Boxers", parent=CategoryFactory(name="Briefs"))


def saved(desk: Client, category: Category, parent: Category) -> str:  # noqa: F811
    """What the page says of it, empty where it was taken."""
    address = reverse("admin:catalog_category_change", args=[category.pk])
    given = {"name": category.name, "slug": category.slug, "parent": parent.pk, "position": 0, "minimum_quantity": 1}
    answer = desk.post(address, given)
    return "" if answer.status_code == 302 else str(answer.context["adminform"].form.errors.get("parent"))


def test_nothing_goes_below_what_is_below_another(below: Category, desk: Client) -> None:  # noqa: F811
    other = CategoryFactory(name="Trunks")
    assert "Boxers is below Briefs itself" in saved(desk, other, below)
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.filter(pk=other.pk).update(parent=below)
    with pytest.raises(IntegrityError), transaction.atomic():
        CategoryFactory(parent=below)


def test_what_has_others_below_goes_below_none(below: Category, desk: Client) -> None:  # noqa: F811
    department = CategoryFactory(name="Underwear")
    assert below.parent
    assert "Move those elsewhere first" in saved(desk, below.parent, department)
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.filter(pk=below.parent.pk).update(parent=department)


def test_it_may_move_to_another_department(below: Category, desk: Client) -> None:  # noqa: F811
    department = CategoryFactory(name="Underwear")
    assert saved(desk, below, department) == ""
    below.refresh_from_db()
    assert below.parent == department
