"""A page of ours as PDF, drawn by its own print style: the same request once more, at the address of the page, by the same person."""

from contextlib import closing
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, request, url_for
from werkzeug.exceptions import HTTPException

from registry import wording
from registry.database import CITY_TIME
from registry.documents.pdf import PDF_TYPE, pdf, quoted
from registry.web.downloads import download
from registry.web.visitors import the_registry

# Files that a page may name. Bootstrap's are empty here: paper shows little of them, and matching them takes longer than all the rest.
STATIC, LEFT_OUT = "static", "bootstrap.static"

# The few lines of Bootstrap that paper needs.
GROUND = """
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; }
h1, h2, h3, p, ul, ol, dl, table { margin-top: 0; }
.container { padding-left: 0 !important; padding-right: 0 !important; }
p, ul, ol, dl { margin-bottom: 6pt; }
"""

# The foot of every page of a PDF: what it is on the left, which page on the right. Browsers print what stands at the end of a page instead.
FOOT = """
@page { @bottom-left { content: %(note)s; %(type)s font-size: 7pt; text-align: left; width: 82%%; vertical-align: top; padding-top: 2mm; }
        @bottom-center { content: none !important; }
        @bottom-right { content: %(pages)s; %(type)s font-size: 8pt; vertical-align: top; padding-top: 2mm; } }
.print-note { display: none !important; }
"""
TYPE = 'font-family: "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", sans-serif; color: #333;'


def printed(endpoint: str, *, name: str, filters: str = "") -> Response:
    """The page of `endpoint` under the present query as a file called `name`; what is no page (a redirection, a refusal) as it is.

    `filters` are told in the foot of each page, with the time and the complete address of the view.
    """
    response = _page_of(endpoint)
    if response.status_code != 200:
        return response
    return download(typeset(response.get_data(as_text=True), endpoint, filters), PDF_TYPE, name)


def typeset(html: str, endpoint: str, filters: str = "") -> bytes:
    """The page of `endpoint` as PDF."""
    return pdf(html, base=request.url, read=own_file, style=_foot(endpoint, filters))


def view_address(endpoint: str) -> str:
    """The complete address of the page an export shows, under the present query."""
    query = urlencode([(name, one) for name, one in request.args.items(multi=True) if one])
    address = complete(url_for(endpoint))
    return f"{address}?{query}" if query else address


def complete(path: str) -> str:
    """The address under which people reach a path of ours; REGISTRY_PUBLIC_URL includes the prefix."""
    public = the_registry().settings.public_url
    return public.rstrip("/") + path[len(request.script_root) :] if public else request.host_url.rstrip("/") + path


def made_at() -> str:
    """Now, by the city's clock."""
    local = the_registry().database.clock().astimezone(CITY_TIME)
    return f"{wording.day_in_words(local.date())} {local:%H:%M}"


def own_file(address: str) -> tuple[bytes, str]:
    """A static file of this application; LookupError for every other address."""
    parts = urlsplit(address)
    if parts.netloc != request.host or not parts.path.startswith(request.script_root):
        raise LookupError(address)
    try:
        path = parts.path[len(request.script_root) :]
        endpoint, values = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException as error:
        raise LookupError(address) from error
    if endpoint == LEFT_OUT:
        return b"", "text/css"
    if endpoint != STATIC:
        raise LookupError(address)
    with closing(current_app.send_static_file(values["filename"])) as answer:
        answer.direct_passthrough = False
        return answer.get_data(), answer.content_type or ""


def _page_of(endpoint: str) -> Response:
    path = url_for(endpoint)[len(request.script_root) :]
    environ = {name: value for name, value in request.environ.items() if not name.startswith(("werkzeug.", "flask."))}
    with current_app.request_context({**environ, "PATH_INFO": path, "REQUEST_METHOD": "GET"}):
        return current_app.full_dispatch_request()


def _foot(endpoint: str, filters: str) -> str:
    words = wording.labels("printed")
    note = words["foot"].format(
        site=wording.label("site", "name"),
        filters=filters,
        at=made_at(),
        address=view_address(endpoint),
    )
    before, between, after = (quoted(words[key]) for key in ("page", "of", "pages"))
    foot = {"note": quoted(note), "type": TYPE, "pages": f"{before} counter(page) {between} counter(pages) {after}"}
    return GROUND + FOOT % foot
