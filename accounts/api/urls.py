from django.urls import path

from accounts.api import account, door, tokens

urlpatterns = [
    path("auth/tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("auth/tokens/current/", tokens.CurrentToken.as_view(), name="current-token"),
    path("auth/sign-up/", door.SignUps.as_view(), name="sign-up"),
    path("auth/password-reset/", door.PasswordResets.as_view(), name="password-reset"),
    path("account/email/", door.Email.as_view(), name="account-email"),
    path("account/password/", door.Password.as_view(), name="account-password"),
    path("newsletter/", door.Newsletter.as_view(), name="newsletter"),
    path("account/", account.Profile.as_view(), name="account"),
    path("account/consent/", account.Consent.as_view(), name="account-consent"),
    path("account/export/", account.Export.as_view(), name="account-export"),
    path("account/erasure/", account.Erasure.as_view(), name="account-erasure"),
]
