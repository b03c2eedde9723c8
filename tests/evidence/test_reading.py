"""Reading what was fetched: kinds, spellings of Chinese, and a digest that only moves when the text does."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.evidence.reading import Kind, decoded, kind_of, read
from tests.evidence.misbehaving_server import pdf
from tests.evidence.sites import TITLE, page

KINDS = (
    (b"", Kind.EMPTY),
    (b" \r\n\t", Kind.EMPTY),
    (b"<html>", Kind.PAGE),
    (b" " * 9000 + b"<html>", Kind.PAGE),
    ("楚雄".encode("gb18030"), Kind.PAGE),
    ("\ufeff<html>".encode("utf-16"), Kind.PAGE),
    (b"%PDF-1.7", Kind.PDF),
    (b"\r\n%PDF-1.7", Kind.PDF),
    (b"PK\x03\x04....", Kind.OFFICE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE),
    (b"\xff\xd8\xff\xe0", Kind.IMAGE),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"Rar!\x1a\x07\x00", Kind.ARCHIVE),
    (b"\x00\x01\x02", Kind.OTHER),
)


@pytest.mark.parametrize(("content", "kind"), KINDS)
def test_first_bytes_say_what_something_is(content: bytes, kind: Kind) -> None:
    assert kind_of(content) is kind


CHARSETS = (
    ("GBK, said nowhere", TITLE.encode("gb18030"), ""),
    ("GBK, said in the header", TITLE.encode("gbk"), "text/html; charset=GB2312"),
    ("GBK, said to be UTF-8", TITLE.encode("gbk"), "text/html; charset=utf-8"),
    ("GBK, said to be Latin", TITLE.encode("gbk"), "text/html; charset=iso-8859-1"),
    ("UTF-8, said to be GBK", TITLE.encode(), "text/html; charset=gbk"),
    ("UTF-8 with a mark", b"\xef\xbb\xbf" + TITLE.encode(), ""),
    ("UTF-8, cut off in a character", TITLE.encode() + "表".encode()[:2], ""),
    ("UTF-16", TITLE.encode("utf-16"), ""),
    ("a charset there is not", TITLE.encode("gbk"), "text/html; charset=zlib"),
    (
        "said in the page",
        b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">' + TITLE.encode("gbk"),
        "",
    ),
)


@pytest.mark.parametrize(("content", "type_"), [row[1:] for row in CHARSETS], ids=[row[0] for row in CHARSETS])
def test_chinese_is_read_whatever_it_is_said_to_be(content: bytes, type_: str) -> None:
    assert decoded(content, type_).strip("\ufeff").endswith(TITLE)


SAME = (
    ("a visitor more", page(more="<p>浏览次数：128</p>"), page(more="<p>浏览次数：129</p>")),
    ("another day", page(more="<p>今天是2026年3月2日 星期一</p>"), page(more="<p>今天是2026年3月3日 星期二</p>")),
    (
        "other news beside it",
        page(more='<ul><li><a href="/1">春耕</a></li></ul>'),
        page(more='<ul><li><a href="/2">防汛</a></li></ul>'),
    ),
    ("another menu", page(more="<nav>首页</nav>"), page(more="<nav>首页 专题</nav>")),
    ("another script", page(more="<script>n=1</script>"), page(more="<script>n=2</script>")),
    ("other white space", page(text="一 二"), page(text="一\n  二")),
)


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_what_changes_by_itself_is_not_a_change(before: str, after: str) -> None:
    assert read(before.encode()).text_digest == read(after.encode()).text_digest


OTHER = (
    ("a figure", page(text="收入合计18.6亿元。"), page(text="收入合计18.7亿元。")),
    ("a cell of a table", page(more="<table><td>120</td></table>"), page(more="<table><td>130</td></table>")),
    ("the title", page("甲"), page("乙")),
)


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in OTHER], ids=[row[0] for row in OTHER])
def test_another_text_has_another_digest(before: str, after: str) -> None:
    assert read(before.encode()).text_digest != read(after.encode()).text_digest


def test_what_a_browser_does_not_show_is_not_read() -> None:
    hidden = "<head><title>t</title></head><body><script>甲</script><style>乙</style><noscript>丙</noscript><!--丁--><p>戊</p></body>"

    assert read(hidden.encode()).text == "戊"


def test_a_page_without_head_or_end_tags_is_read() -> None:
    assert read(b"<head><title>t<p>one<td>two").text_digest != ""
    assert read("<title>甲</title><p>乙<p>丙".encode()).text.splitlines() == ["乙", "丙"]


PIECES = (
    "<", ">", "<!", "<![", "<!--", "<?", "</", "&", "&#", "[", "]]>", "a", "title", "script", "p", '"', "=", "表", "\x00", " ",
)  # fmt: skip

MARKUP = st.lists(st.sampled_from(PIECES))


@given(MARKUP.map("".join))
@example("<![foo[bar]]><p>after")
@example("<![CDATA[<p>]]>")
def test_no_markup_is_too_broken_to_read(markup: str) -> None:
    assert read(markup.encode()).kind in Kind


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "text/html; charset=gbk", "application/pdf", "text/html; charset=hz-gb-2312"]),
)
def test_no_bytes_are(content: bytes, type_: str) -> None:
    assert kind_of(content) is Kind.PDF or read(content, type_).kind in Kind


def test_text_of_a_pdf_is_read_and_a_broken_one_has_none() -> None:
    assert read(pdf("Budget 2026")).text == "Budget 2026"
    assert read(pdf("")).text == ""
    assert read(b"%PDF-1.7 nothing").text == ""


def test_of_a_file_that_was_cut_off_only_its_kind_is_known() -> None:
    reading = read(b"%PDF-1.7 the beginning", is_whole=False)

    assert (reading.kind, reading.text, reading.text_digest) == (Kind.PDF, "", "")
