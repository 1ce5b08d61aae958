"""How a document is answered."""

from django.http import HttpResponse


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Shown by the browser, and kept under this name by whoever saves it."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
