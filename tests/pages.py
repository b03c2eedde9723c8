"""Pages as tests see them: fetched, checked, and their forms filled in as a person would."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Values = Mapping[str, str | Sequence[str]]

NEEDS_NO_LABEL = frozenset({"hidden", "submit", "button", "reset", "image"})
LONGEST_CHAIN = 5


@dataclass(frozen=True)
class Page:
    """One answer, parsed. `address` is where it was found after redirects."""

    status: int
    address: str
    source: str
    tree: Element

    @property
    def title(self) -> str:
        return text_of(self.first("title"))

    @property
    def h1(self) -> str:
        return text_of(self.first("h1"))

    @property
    def text(self) -> str:
        """All words of the body, white space folded."""
        return text_of(self.first("body"))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements by tag and attributes; `class_` asks for one of the element's classes."""
        return [one for one in self.tree.iter(tag) if _fits(one, attributes)]

    def first(self, tag: str, **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert found, f"no <{tag}> with {attributes} on {self.address}"
        return found[0]

    def links(self, containing: str = "") -> list[str]:
        """Addresses of the links with a text that contains `containing`."""
        return [link.get("href", "") for link in self.all("a") if containing in text_of(link)]

    def form(self, containing: str = "") -> Element:
        """The first form that posts and has `containing` in its text or its action; a search box is never meant."""
        posting = [one for one in self.all("form") if one.get("method", "get").lower() == "post"]
        fitting = [one for one in posting if containing in text_of(one) or containing in one.get("action", "")]
        assert fitting, f"no form with {containing!r} on {self.address}"
        return fitting[0]


class Pages:
    """Fetches and checks: every page any test meets is held to the same rules."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def __call__(self, address: str, status: int = 200, **query: str) -> Page:
        """The page at `address` (in the end: redirects are followed)."""
        return self._arrived(self.client.get(address, query_string=query or None), address, status)

    def submit(
        self, page: Page, values: Values | None = None, *, form: str = "", button: str | None = None, status: int = 200
    ) -> Page:
        """Fill in a form of `page` and send it; what is not in `values` is sent as the page has it.

        `form` is a text or part of the action that tells the form, `button` the name=value of the button pressed. A name that the form
        does not have is a mistake in the test and fails.
        """
        element = page.form(form)
        sent = as_filled_in(element) | {name: _as_list(value) for name, value in (values or {}).items()}
        strangers = set(values or {}) - {one.get("name") for one in _controls(element)}
        assert not strangers, f"the form has no {sorted(strangers)}; it has {sorted(as_filled_in(element))}"
        if button is not None:
            name, _, value = button.partition("=")
            sent[name] = [value]
        address = urljoin(page.address, element.get("action") or page.address)
        return self._arrived(self.client.post(address, data=sent), address, status)

    def _arrived(self, response: TestResponse, address: str, status: int) -> Page:
        for _ in range(LONGEST_CHAIN):
            if response.status_code not in (301, 302, 303, 307, 308):
                break
            address = urljoin(address, response.headers["Location"])
            parts = urlsplit(address)
            response = self.client.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        assert response.status_code == status, f"{response.status_code} at {address}\n{response.text[:2000]}"
        assert response.mimetype == "text/html", f"{response.mimetype} at {address}"
        return parsed(response.text, address, status)


def parsed(source: str, address: str, status: int = 200) -> Page:
    """A checked page. Parsing is strict: an end tag too many is an error."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(source)
    page = Page(status, address, source, tree)
    faults = list(faults_of(page))
    assert not faults, f"{address}:\n" + "\n".join(faults)
    return page


def faults_of(page: Page) -> Iterator[str]:
    """Everything that no page may have."""
    if page.tree.get("lang") != "zh-CN":
        yield f"<html lang={page.tree.get('lang')!r}>"
    headings = [text_of(one) for one in page.all("h1")]
    if len(headings) != 1:
        yield f"{len(headings)} h1: {headings}"
    elif headings[0] not in page.title:
        yield f"title {page.title!r} does not contain the h1 {headings[0]!r}"
    yield from _faults_of_ids(page)
    yield from _faults_of_controls(page)
    yield from _faults_of_forms(page)
    yield from _inline_code(page)
    for image in page.all("img"):
        if image.get("alt") is None:
            yield f"image without alt: {image.get('src')}"
    for link in page.all("a"):
        if not (text_of(link) or link.get("aria-label")):
            yield f"link without words: {link.get('href')}"


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _faults_of_ids(page: Page) -> Iterator[str]:
    ids = [one.get("id") for one in page.tree.iter() if one.get("id")]
    yield from (f"id used twice: {one}" for one in sorted({one for one in ids if ids.count(one) > 1 and one}))
    for element in page.tree.iter():
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for reference in (element.get(name) or "").split():
                if reference not in ids:
                    yield f"{name}={reference!r} leads nowhere"
    for link in page.all("a"):
        target = link.get("href", "")
        if target.startswith("#") and target[1:] not in ids:
            yield f"link to {target} leads nowhere"


def _faults_of_controls(page: Page) -> Iterator[str]:
    labelled = {one.get("for") for one in page.all("label")} - {None}
    inside = {id(one) for label in page.all("label") for one in label.iter()}
    for control in (one for tag in ("input", "select", "textarea") for one in page.all(tag)):
        if control.get("type", "text") in NEEDS_NO_LABEL:
            continue
        if not (
            control.get("id") in labelled
            or id(control) in inside
            or control.get("aria-label")
            or control.get("aria-labelledby")
        ):
            yield f"field without label: {control.get('name')}"


def _faults_of_forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        if form.get("action") is None:
            yield "form without action"
        tokens = [one for one in form.iter("input") if one.get("name") == "csrf_token" and one.get("value")]
        if form.get("method", "get").lower() == "post" and len(tokens) != 1:
            yield f"form to {form.get('action')} has {len(tokens)} csrf tokens"


def _inline_code(page: Page) -> Iterator[str]:
    """The content security policy would drop it, so it must not be there."""
    for element in page.tree.iter():
        for name in element.attrib:
            if name == "style" or (isinstance(name, str) and name.startswith("on")):
                yield f"<{element.tag} {name}=…>"
        if element.tag == "style" or (
            element.tag == "script" and not element.get("src") and element.get("type") in (None, "module")
        ):
            yield f"inline <{element.tag}>"


def _fits(element: Element, attributes: Mapping[str, str]) -> bool:
    wanted = dict(attributes)
    one_class = wanted.pop("class_", None)
    if one_class is not None and one_class not in element.get("class", "").split():
        return False
    return all(element.get(name.rstrip("_").replace("_", "-")) == value for name, value in wanted.items())


def _controls(form: Element) -> list[Element]:
    return [one for one in form.iter() if one.tag in ("input", "select", "textarea", "button") and one.get("name")]


def as_filled_in(form: Element) -> dict[str, list[str]]:
    """What a browser would send if nothing were changed and no button named."""
    sent: dict[str, list[str]] = {}
    for control in _controls(form):
        for value in _values(control):
            sent.setdefault(control.get("name", ""), []).append(value)
    return sent


def _values(control: Element) -> list[str]:
    kind = control.get("type", "text")
    if control.tag == "textarea":
        return ["".join(control.itertext())]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        return [one.get("value", text_of(one)) for one in chosen]
    if control.tag == "button" or kind in ("submit", "button", "file", "image", "reset"):
        return []
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
