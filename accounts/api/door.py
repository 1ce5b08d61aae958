"""Becoming a customer over the API, passwords and addresses that change, and the newsletter.

By the forms of the pages: each mail is counted, and no answer tells which addresses have an account.
"""

from typing import Any

from django.forms import Form
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import consent, tries
from accounts.api.base import AccountView, NotKept, me
from accounts.forms import ChangeEmail, ChangePassword, ForgotPassword, SignUp
from core.api_fields import Line, Text
from core.api_schema import answers, problems
from core.bodies import address_of, read
from mailing import newsletter

PASSWORD_MAX = 500
LOOK_INTO_YOUR_MAIL = "Look into your mail: what to do next stands there."


class MailedSchema(serializers.Serializer[Any]):
    message = serializers.CharField(help_text="The same for known and unknown addresses.")


class EmailInput(serializers.Serializer[Any]):
    email = Line(max_length=254)


@extend_schema_serializer(
    examples=[OpenApiExample("Ngozi", value={"email": "ngozi@example.com", "password": "four words in a row"})]
)
class SignUpInput(EmailInput):
    password = Text(max_length=PASSWORD_MAX, trim_whitespace=False)
    full_name = Line(required=False, default="", allow_blank=True, max_length=120)
    marketing = serializers.BooleanField(required=False, default=False, help_text="They want news and offers by mail.")
    wording = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=1000,
        help_text="With `marketing`: the words of `newsletter/`, as they were shown.",
    )


class NewPasswordInput(serializers.Serializer[Any]):
    password = Text(max_length=PASSWORD_MAX, trim_whitespace=False, help_text="That of now.")
    new_password = Text(max_length=PASSWORD_MAX, trim_whitespace=False)


class WordsSchema(serializers.Serializer[Any]):
    wording = serializers.CharField(help_text="Show this beside every box that asks for consent to marketing mail.")


class Open(NotKept):
    """For who is not signed in yet: no token and no session is looked at."""

    authentication_classes = []
    permission_classes = [AllowAny]


class SignUps(Open):
    @extend_schema(
        operation_id="auth_sign_up",
        tags=["tokens"],
        summary="Make an account",
        description="A mail asks the owner of the address to confirm it; then a token is given for the password. Who "
        "has an account already gets a mail that says so, and the same answer.",
        request=SignUpInput,
        responses=answers(MailedSchema, status=202, refusals=[400, 409, 415, 429]),
        auth=[],
    )
    def post(self, request: Request) -> Response:
        asked = read(SignUpInput, request)
        if asked["marketing"]:
            consent.check_words(asked["wording"])
        form = SignUp(data={**asked, "password1": asked["password"]})
        _check(form, {"password1": "password"})
        form.sign_up(request._request)
        return _mailed()


class PasswordResets(Open):
    @extend_schema(
        operation_id="auth_password_reset",
        tags=["tokens"],
        summary="Ask for a link that sets a new password",
        description="It opens a page of the shop, for 30 minutes, once.",
        request=EmailInput,
        responses=answers(MailedSchema, status=202, refusals=[400, 415, 429]),
        auth=[],
    )
    def post(self, request: Request) -> Response:
        form = ForgotPassword(data=read(EmailInput, request))
        _check(form)
        form.save(request._request)
        return _mailed()


class Password(AccountView):
    @extend_schema(
        operation_id="account_password",
        tags=["account"],
        summary="Change the password",
        description="Every token is dead then, the one that asks too, and a mail tells of it.",
        request=NewPasswordInput,
        responses={204: None, **problems(400, 401, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        asked = read(NewPasswordInput, request)
        form = ChangePassword(
            user=me(request), data={"oldpassword": asked["password"], "password1": asked["new_password"]}
        )
        _check(form, {"oldpassword": "password", "password1": "new_password"})
        form.save_and_tell(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Email(AccountView):
    @extend_schema(
        operation_id="account_email",
        tags=["account"],
        summary="Ask for another e-mail address",
        description="A mail goes to the new one. Until its link is followed nothing changes; then the old one is told.",
        request=EmailInput,
        responses=answers(MailedSchema, status=202, refusals=[400, 401, 415, 429]),
    )
    def post(self, request: Request) -> Response:
        form = ChangeEmail(user=me(request), data=read(EmailInput, request))
        _check(form)
        form.save(request._request)
        return _mailed()


class Newsletter(Open):
    @extend_schema(
        operation_id="newsletter_retrieve",
        tags=["newsletter"],
        summary="The words that consent to marketing mail is asked with",
        responses=answers(WordsSchema),
        auth=[],
    )
    def get(self, request: Request) -> Response:
        return Response({"wording": consent.WORDS})

    @extend_schema(
        operation_id="newsletter_sign_up",
        tags=["newsletter"],
        summary="Ask for the newsletter",
        description="A mail asks the owner of the address first; its page shows the words and takes the yes.",
        request=EmailInput,
        responses=answers(MailedSchema, status=202, refusals=[400, 415, 429]),
        auth=[],
    )
    def post(self, request: Request) -> Response:
        newsletter.ask(read(EmailInput, request)["email"], consent.API, network_address=address_of(request._request))
        return _mailed()


def _mailed() -> Response:
    return Response({"message": LOOK_INTO_YOUR_MAIL}, status=status.HTTP_202_ACCEPTED)


def _check(form: Form, named: dict[str, str] | None = None) -> None:
    """Raises what is wrong under the names that the client sent, and TooManyTries as what it is."""
    if form.is_valid():
        return
    wrong: dict[str, list[ErrorDetail]] = {}
    for field, errors in form.errors.as_data().items():
        for error in errors:
            said = str(next(iter(error.messages)))
            if error.code == tries.TooManyTries.code:
                raise tries.TooManyTries(said)
            wrong.setdefault((named or {}).get(field, field), []).append(ErrorDetail(said, error.code or "invalid"))
    raise ValidationError(wrong)
