"""Pages of ours as PDF, by their own print style.

WeasyPrint draws them. It needs Pango and a Chinese font on the server; without either there is a sentence, never a file full of boxes.
"""

import logging
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import lru_cache

from registry.errors import Unavailable

PDF_TYPE = "application/pdf"

# Our style is written for browsers; what WeasyPrint does not know of it is nothing to report.
logging.getLogger("weasyprint").setLevel(logging.ERROR)

# Asks the system's font list for one that has Chinese.
FONT_QUERY = ("fc-list", ":lang=zh-cn", "family")


@lru_cache(maxsize=1)
def can_typeset() -> bool:
    """Whether this server has Pango and a Chinese font."""
    try:
        import weasyprint  # noqa: F401 - loads Pango, which a server may lack
    except OSError:
        return False
    return _has_chinese_font()


def _has_chinese_font() -> bool:
    program = shutil.which(FONT_QUERY[0])
    if program is None:
        return False
    found = subprocess.run([program, *FONT_QUERY[1:]], capture_output=True, check=False, timeout=20)  # noqa: S603
    return bool(found.stdout.strip())


def pdf(html: str, *, base: str, read: Callable[[str], tuple[bytes, str]], style: str = "") -> bytes:
    """The page as PDF; raises Unavailable where `can_typeset` is not so.

    `base` is the page's own address. `read` gives (content, media type) for an address the page names, and raises LookupError for one that
    is none of ours: nothing is fetched from elsewhere. `style` is CSS on top of the page's own.
    """
    if not can_typeset():
        raise Unavailable("no_typesetting")
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        """Only what `read` knows."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            content, media_type = read(url)
            return URLFetcherResponse(url, content, {"Content-Type": media_type})

    fetcher = OwnFiles()
    sheets = [CSS(string=style, url_fetcher=fetcher)] if style else None
    content: bytes = HTML(string=html, base_url=base, url_fetcher=fetcher).write_pdf(stylesheets=sheets)
    return content


def quoted(text: str) -> str:
    """The text as a string of CSS."""
    safe = "".join(f"\\{ord(one):x} " if one in '"\\<>' or not one.isprintable() else one for one in text)
    return f'"{safe}"'
