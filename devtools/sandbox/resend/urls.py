from django.urls import path, re_path

from devtools.sandbox.resend import emails
from devtools.sandbox.resend.answers import by_method, unknown_path

urlpatterns = [
    path("emails", by_method(POST=emails.send, GET=emails.listing)),
    path("emails/batch", by_method(POST=emails.send_batch)),
    path("emails/<str:identifier>", by_method(GET=emails.retrieve, PATCH=emails.reschedule)),
    path("emails/<str:identifier>/cancel", by_method(POST=emails.cancel)),
    re_path("", unknown_path),
]
