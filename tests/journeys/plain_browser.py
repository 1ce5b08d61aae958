"""A browser without scripts: pages, their forms, cookies, redirects. Only what stands on the page can be sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


@dataclass
class Form:
    action: str
    method: str = "get"
    values: list[tuple[str, str]] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, text

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.values} | set(self.options)


class Page(HTMLParser):
    """Forms, links and the words of an answer."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__()
        self.url, self.status, self.html = answer.url, answer.status_code, answer.text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._words: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._textarea = ""
        self._in_button = self._hidden = False
        self.feed(self.html)

    @property
    def text(self) -> str:
        return " ".join("".join(self._words).split())

    def form(self, action: str, *, button: str = "") -> Form:
        """The form that sends to `action`, or the one of these with such a button."""
        found = [form for form in self.forms if action in urljoin(self.url, form.action)]
        if button:
            found = [form for form in found if any(button in text for _, _, text in form.buttons)]
        assert found, f"{self.url} ({self.status}) has no form to {action!r} {button!r}: {self.text[:600]}"
        return found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._hidden = True
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.url, given["href"]))
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is not None and "disabled" not in given:
            self._control(self._form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            form.options.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.values.append((name, value or "on"))
        elif tag == "input" and name:
            form.values.append((name, value))
        elif tag == "select":
            self._select = name
            form.options.setdefault(name, [])
        elif tag == "option" and self._select:
            form.options[self._select].append(given.get("value", ""))
            if "selected" in given:
                form.values.append((self._select, value))
        elif tag == "textarea":
            form.values.append((name, ""))
        elif tag == "button":
            self._in_button = True
            form.buttons.append((name, value, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "button":
            self._in_button = False
        elif tag in ("script", "style"):
            self._hidden = False

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self._words.append(data)
        if self._in_button and self._form and self._form.buttons:
            name, value, text = self._form.buttons[-1]
            self._form.buttons[-1] = (name, value, " ".join(f"{text} {data}".split()))


class PlainBrowser:
    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "text/html,*/*;q=0.8"
        self.page: Page

    def open(self, address: str) -> Page:
        self.page = Page(self.session.get(urljoin(self.url, address), timeout=30))
        return self.page

    def send(self, form: Form, button: str = "", /, **changes: str) -> Page:
        """Submits a form of this page, with a button of it; only fields that it has can be changed."""
        unknown = changes.keys() - form.names
        assert not unknown, f"the form has no {unknown}, only {form.names}"
        values = [(name, value) for name, value in form.values if name not in changes]
        values += changes.items()
        values += self._pressed(form, button)
        return self._send(form, values)

    def force(self, form: Form, **changes: str) -> Page:
        """The same with whatever somebody makes up."""
        return self._send(form, [*(pair for pair in form.values if pair[0] not in changes), *changes.items()])

    def _pressed(self, form: Form, button: str) -> list[tuple[str, str]]:
        pressed = next((found for found in form.buttons if button in found[2]), None)
        assert pressed, f"no button {button!r}, only {form.buttons}"
        return [pressed[:2]] if pressed[0] else []

    def _send(self, form: Form, values: list[tuple[str, str]]) -> Page:
        target = urljoin(self.page.url, form.action)
        headers = {"Referer": self.page.url}
        if form.method == "post":
            answer = self.session.post(target, data=values, headers=headers, timeout=30)
        else:
            answer = self.session.get(target, params=values, headers=headers, timeout=30)
        self.page = Page(answer)
        return self.page
