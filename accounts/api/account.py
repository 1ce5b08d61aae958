"""One's own account for a separate front end: who one is, and all that the shop keeps of one."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import consent, download, privacy, profile
from accounts.api.base import AccountView, me
from accounts.models import User
from accounts.proof import proved_addresses
from core.api_fields import Line, Phone, Text
from core.api_schema import answers, problems
from core.bodies import read


class AccountSchema(serializers.Serializer[Any]):
    email = serializers.EmailField()
    is_verified = serializers.BooleanField(help_text="Whether the address was proved by a link that we sent to it.")
    full_name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    joined_at = serializers.DateTimeField()


@extend_schema_serializer(examples=[OpenApiExample("Both", value={"full_name": "Ada Obi", "phone": "0803 123 4567"})])
class ProfileInput(serializers.Serializer[Any]):
    full_name = Line(required=False, allow_blank=True, max_length=120)
    phone = Phone(required=False, allow_blank=True, max_length=30)


class ErasureInput(serializers.Serializer[Any]):
    password = Text(max_length=500, trim_whitespace=False, help_text="That of the account, once more.")


class ConsentChangeSchema(serializers.Serializer[Any]):
    given = serializers.BooleanField(help_text="False: taken back.")
    at = serializers.DateTimeField()
    where = serializers.CharField(help_text="At which place of the shop it was said.")
    wording = serializers.CharField(allow_blank=True, help_text="What was agreed to.")


class ConsentSchema(serializers.Serializer[Any]):
    given = serializers.BooleanField(help_text="Whether this person gets marketing mail.")
    wording = serializers.CharField(help_text="Show this beside the box to tick, and send it back with a yes.")
    history = ConsentChangeSchema(many=True, help_text="The newest first.")


class ConsentInput(serializers.Serializer[Any]):
    given = serializers.BooleanField()
    wording = Text(
        required=False, default="", allow_blank=True, max_length=1000, help_text="With a yes: as it was shown."
    )


class Profile(AccountView):
    @extend_schema(
        operation_id="account_retrieve",
        tags=["account"],
        summary="Who is signed in",
        responses=answers(AccountSchema, refusals=[401]),
    )
    def get(self, request: Request) -> Response:
        return Response(_shown(me(request)))

    @extend_schema(
        operation_id="account_update",
        tags=["account"],
        summary="Change name and phone number",
        description="Checkout begins with them. Orders that were placed keep theirs. The e-mail address has a way of "
        "its own, for a new one must be proved.",
        request=ProfileInput,
        responses=answers(AccountSchema, refusals=[400, 401, 415]),
    )
    def patch(self, request: Request) -> Response:
        return Response(_shown(profile.change(me(request), **read(ProfileInput, request))))


class Consent(AccountView):
    @extend_schema(
        operation_id="account_consent_retrieve",
        tags=["account"],
        summary="Whether you get marketing mail, and how that came about",
        responses=answers(ConsentSchema, refusals=[401]),
    )
    def get(self, request: Request) -> Response:
        return Response(_consent(me(request)))

    @extend_schema(
        operation_id="account_consent_update",
        tags=["account"],
        summary="Agree to marketing mail, or take that back",
        description="One thing with the newsletter's list. Twice is once. A yes holds the words that were shown; where "
        "they have changed meanwhile it is refused, and they are shown anew.",
        request=ConsentInput,
        responses=answers(ConsentSchema, refusals=[400, 401, 409, 415]),
    )
    def put(self, request: Request) -> Response:
        asked, person = read(ConsentInput, request), me(request)
        if asked["given"]:
            consent.give_by_words(person, consent.API, asked["wording"])
        else:
            consent.withdraw(person, consent.API)
        return Response(_consent(person))


class Export(AccountView):
    @extend_schema(
        operation_id="account_export",
        tags=["account"],
        summary="All that the shop keeps of you, as one file",
        description="By what it is: account, addresses, orders, payments, mails, reviews, wishes, consent.",
        responses=answers(OpenApiTypes.OBJECT, refusals=[401, 429]),
    )
    def get(self, request: Request) -> HttpResponse:
        return download.file_of(me(request))


class Erasure(AccountView):
    @extend_schema(
        operation_id="account_erase",
        tags=["account"],
        summary="Have all of it erased",
        description="It cannot be undone. Of each sale stays what tax law asks for, without its person. Refused while "
        "an order, a return or money is under way; `detail` says which. All tokens are dead then.",
        request=ErasureInput,
        responses={204: None, **problems(400, 401, 409, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        privacy.erase_own(request._request, me(request), read(ErasureInput, request)["password"])
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "is_verified": user.email.lower() in proved_addresses(user.pk),
        "full_name": user.full_name,
        "phone": user.phone,
        "joined_at": user.date_joined,
    }


def _consent(user: User) -> dict[str, Any]:
    said = [
        {"given": row.given, "at": row.created_at, "where": row.source, "wording": row.wording}
        for row in consent.history(user)
    ]
    return {"given": consent.stands(user), "wording": consent.WORDS, "history": said}
