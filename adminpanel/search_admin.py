"""What customers' words mean in search."""

from django.contrib import admin

from adminpanel.base import ShopAdmin
from catalog.models import Synonyms


@admin.register(Synonyms)
class SynonymsAdmin(ShopAdmin):
    list_display = ["words"]
    search_fields = ["words"]
