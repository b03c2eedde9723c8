"""A web site without a network: what a look finds at the address of a sample is what the plan says stands there."""

from html import escape

from registry.demo.plan import Verb
from registry.demo.texts import words
from registry.evidence.exchanges import Exchange, Fetched

STATUS = {Verb.SEE: (200, "OK"), Verb.FIND_NOTHING: (404, "Not Found"), Verb.BE_REFUSED: (403, "Forbidden")}


def fetched(address: str, title: str, found: Verb) -> Fetched:
    """The page with its title, the site's word that nothing is there, or a wall against programs."""
    status, reason = STATUS[found]
    page = words("page", title=escape(title)) if status == 200 else ""
    body = page.encode()
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))))
    exchange = Exchange(address, (("Host", "sample.invalid"),), status, reason, headers, body)
    return Fetched(address, address, None, (exchange,), body)
