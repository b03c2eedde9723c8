"""Pages as PDF: Chinese fonts inside, text that can be read out, nothing fetched from elsewhere."""

import io
import shutil
from collections.abc import Iterator

import pypdf
import pytest

from registry.documents import pdf as documents
from registry.documents.pdf import can_typeset, pdf, quoted
from registry.errors import Unavailable

BASE = "http://registry.invalid/coverage"
STYLE = f"@page {{ @bottom-right {{ content: {quoted('第')} counter(page) {quoted('页')}; }} }}"


def fonts_of(content: bytes) -> set[str]:
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font.get_object()["/DescendantFonts"]
            descriptor = inner.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor), "the font is not embedded"
            names.add(str(font.get_object()["/BaseFont"]))
    return names


def nothing(address: str) -> tuple[bytes, str]:
    raise LookupError(address)


def test_chinese_is_set_in_an_embedded_chinese_font_and_reads_out() -> None:
    content = pdf("<p lang='zh-CN'>楚雄市公开情况</p>", base=BASE, read=nothing, style=STYLE)

    reader = pypdf.PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    assert "楚雄市公开情况" in reader.pages[0].extract_text()
    assert "第1页" in reader.pages[0].extract_text().replace(" ", "")
    assert any("CJK" in name or "Han" in name or "WenQuanYi" in name for name in fonts_of(content))


def test_only_files_of_ours_are_read() -> None:
    asked = []

    def read(address: str) -> tuple[bytes, str]:
        asked.append(address)
        if not address.startswith("http://registry.invalid/static/"):
            raise LookupError(address)
        return b"p { break-after: page }", "text/css"

    html = '<link rel=stylesheet href="static/own.css"><img src="http://169.254.169.254/" alt=""><p>一</p><p>二</p>'
    content = pdf(html, base=BASE, read=read)

    assert asked == ["http://registry.invalid/static/own.css", "http://169.254.169.254/"]
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 2


@pytest.mark.parametrize("text", ['he said "now"', "a\\b", "first\nsecond", "<style>", "楚雄市"])
def test_any_text_may_stand_in_a_foot(text: str) -> None:
    style = f"@page {{ size: A4; @bottom-left {{ content: {quoted(text)}; white-space: pre-wrap; width: 100% }} }}"
    content = pdf("<p>一</p>", base=BASE, read=nothing, style=style)

    assert pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text().replace("\n", "").replace(" ", "") == (
        f"一{text}".replace("\n", "").replace(" ", "")
    )


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    can_typeset.cache_clear()
    yield
    can_typeset.cache_clear()


@pytest.mark.usefixtures("without_fonts")
def test_without_a_chinese_font_it_is_refused_and_not_drawn_as_boxes() -> None:
    assert not documents.can_typeset()
    with pytest.raises(Unavailable) as refused:
        pdf("<p>一</p>", base=BASE, read=nothing)
    assert refused.value.code == "no_typesetting"
