from django.urls import path

from accounts.api import account, tokens

urlpatterns = [
    path("auth/tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("auth/tokens/current/", tokens.CurrentToken.as_view(), name="current-token"),
    path("account/", account.Profile.as_view(), name="account"),
    path("account/consent/", account.Consent.as_view(), name="account-consent"),
    path("account/export/", account.Export.as_view(), name="account-export"),
    path("account/erasure/", account.Erasure.as_view(), name="account-erasure"),
]
