"""公开依据: cut at 《》, document numbers and articles recognised, each law looked up among the regulations the registry knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

from registry.exchange.grids.spelling import folded, joined
from registry.rulebook.regulations import ARTICLE, Basis, Edition, Regulation

OPENING, CLOSING = "《〈<", "》〉>"
COUNTRY = re.compile(r"^中华人民共和国")
TRIAL = re.compile(r"[（(]?(?:试行|暂行|修订|修正案?|\d{4}年?(?:修订|修正))[）)]?$")
DOC_NO = re.compile(
    r"(?:[\u3400-\u9fff]{0,14}令)(?:\d{4}年)?第?\s*[\d一二三四五六七八九十百零〇]+号?"
    r"|[\u3400-\u9fff]{1,12}\s*[〔\[［（(【]\s*\d{4}\s*[〕\]］）)】]\s*(?:第)?\s*\d+\s*号(?:文件?)?"
    r"|[\u3400-\u9fff]{1,8}\d{4}[—－-]\d+号?"
)
NUMERALS = "一二三四五六七八九十百零〇"
ARTICLES = re.compile(
    rf"第(?:[{NUMERALS}]+|\d{{1,3}})条(?:之[{NUMERALS}])?(?:第(?:[{NUMERALS}]+|\d{{1,2}})款)?(?:第(?:[{NUMERALS}]+|\d{{1,2}})项)?"
)
RANGE = re.compile(rf"(?P<first>第[{NUMERALS}\d]+条)(?:至|到|-|—|－|~)(?P<last>第[{NUMERALS}\d]+条)")
BRACKETS = re.compile(r"^[（(\[]|[）)\]]$")
FILLER = re.compile(
    r"^(?:等|以及|及|和|与|、|，|,|。|；|;|\s|的|第|\d{1,2}[.．、]|[①-⑳●]|国家|其他|其它|有关|相关|配套|各级|各地|地方|法律|法规|规章|政策|文件|"
    r"规范性|规定|要求|依据|根据|按照|精神|[（）()\[\]])*$"
)
UNBOOKED = re.compile(r"[、；;，,\n]+|(?<=\D)(?=\d{1,2}[.．、](?=\D))")
NUMBERING = re.compile(r"^(?:\d{1,2}[.．、]|[①-⑳●]|[（(][\d一二三四五六七八九十]+[)）])")
LAW = re.compile(
    r"(?:法|条例|办法|规定|规则|细则|通知|意见|决定|方案|规划|公告|通告|标准|目录|令|号|纲要|制度|批复)(?:[（(].*[)）])?$"
)
LONGEST_RANGE = 30


@dataclass(frozen=True)
class Citation:
    """A basis as the table writes it, and the regulation it is, where the registry knows it; `doubts` are codes of `issues`."""

    title: str
    doc_no: str | None = None
    articles: tuple[str, ...] = ()
    basis: Basis | None = None
    doubts: tuple[str, ...] = ()
    accepted: str = ""


class Library:
    """The regulations by every title they go by."""

    def __init__(self, regulations: Mapping[str, Regulation]) -> None:
        self.regulations = regulations
        self.by_title: dict[str, Regulation] = {}
        for regulation in regulations.values():
            for title in filter(None, (regulation.title, regulation.short)):
                self.by_title.setdefault(_title_key(title), regulation)
        self.titles = {key: regulation.title for key, regulation in self.by_title.items()}
        self.by_number: dict[str, list[Regulation]] = {}
        for regulation in regulations.values():
            for edition in regulation.editions:
                if edition.doc_no:
                    self.by_number.setdefault(_number_key(edition.doc_no), []).append(regulation)
        self.read = lru_cache(maxsize=20_000)(self._read)

    def _read(self, text: str) -> tuple[Citation, ...]:
        """Every basis of a cell in its order; texts without 《》 are cut at their separators."""
        found: list[Citation] = []
        for title, behind in _cited(text):
            citation = self.looked_up(title, behind)
            same = next((one for one in found if _same_law(one, citation)), None)
            if same is None:
                found.append(citation)
            elif citation.articles and citation.articles != same.articles:
                found[found.index(same)] = self._with_articles(same, (*same.articles, *citation.articles))
        return tuple(found)

    def looked_up(self, title: str, behind: str) -> Citation:
        """A title with what stands behind it: a number in brackets, articles."""
        number = DOC_NO.search(behind)
        doc_no = _doc_no(number[0]) if number else None
        rest = behind.replace(number[0], "", 1) if number else behind
        articles = tuple(_articles(rest))
        regulation = self.by_title.get(_title_key(title)) or self._numbered(title, doc_no)
        if regulation is None:
            close = get_close_matches(_title_key(title), self.titles, n=1, cutoff=0.6)
            accepted = self.titles[close[0]] if close else ""
            return Citation(title, doc_no, articles, None, ("unknown_regulation",), accepted)
        edition = _edition(regulation, doc_no)
        if doc_no and edition is None:
            numbers = "、".join(one.doc_no for one in regulation.editions if one.doc_no)
            return Citation(title, doc_no, articles, None, ("other_document_number",), numbers)
        named = edition.key if edition and len(regulation.editions) > 1 else None
        return self._with_articles(Citation(title, doc_no, (), Basis(regulation.code, named)), articles)

    def _numbered(self, title: str, doc_no: str | None) -> Regulation | None:
        """The one regulation of that number, when the title is the number itself or a shorter form of its title."""
        alone = DOC_NO.fullmatch(title)
        found = self.by_number.get(_number_key(_doc_no(title) if alone else doc_no or ""), [])
        fits = [one for one in found if alone or _title_key(title) in _title_key(one.title)]
        return fits[0] if len(fits) == 1 else None

    def _with_articles(self, citation: Citation, articles: Sequence[str]) -> Citation:
        """The citation with its articles; one the registry does not list is kept as written and doubted."""
        articles = tuple(dict.fromkeys(articles))
        if citation.basis is None or citation.basis.regulation is None:
            return replace(citation, articles=articles)
        regulation = self.regulations[citation.basis.regulation]
        strange = [one for one in articles if regulation.find_article(one, citation.basis.edition) is None]
        if strange:
            return replace(
                citation, articles=articles, basis=None, doubts=("unknown_article",), accepted="、".join(strange)
            )
        return replace(citation, articles=articles, basis=replace(citation.basis, articles=articles))


def _same_law(one: Citation, other: Citation) -> bool:
    return _title_key(one.title) == _title_key(other.title) and (one.doc_no or "") == (other.doc_no or "")


def _cited(text: str) -> Iterator[tuple[str, str]]:
    """(title, what follows it up to the next title) of each basis."""
    plain = joined(text)
    books = list(_books(plain))
    if not books:
        yield from _unbooked(text)
        return
    yield from _before(plain[: books[0][0]])
    for (start, end), following in zip(books, [*books[1:], (len(plain), 0)], strict=True):
        behind = plain[end : following[0]]
        yield plain[start + 1 : end - 1], behind
        yield from _between(behind)


def _books(text: str) -> Iterator[tuple[int, int]]:
    """Where titles in book marks begin and end, inner ones as part of the outer; an unclosed one reaches to the end."""
    depth, start = 0, 0
    for at, character in enumerate(text):
        if character in OPENING and (depth or character == "《"):
            start = at if depth == 0 else start
            depth += 1
        elif character in CLOSING and depth:
            depth = (
                0
                if character == "》" and (depth == 1 or "》" not in text[at + 1 : _next_book(text, at)])
                else depth - 1
            )
            if depth == 0:
                yield start, at + 1
    if depth:
        yield start, len(text) + 1


def _next_book(text: str, at: int) -> int:
    found = text.find("《", at + 1)
    return len(text) if found < 0 else found


def _before(text: str) -> Iterator[tuple[str, str]]:
    """A law without book marks in front of the first one that has them."""
    for part in UNBOOKED.split(text):
        if LAW.search(part) and not FILLER.match(part):
            yield from _plain(part)


def _between(behind: str) -> Iterator[tuple[str, str]]:
    """A law without book marks between two that have them: 、云南省城乡规划条例、."""
    for part in re.split(r"[、；;，,。]", behind)[1:]:
        part = NUMBERING.sub("", part)
        if LAW.search(part) and not FILLER.match(part) and not ARTICLES.match(part) and not DOC_NO.fullmatch(part):
            yield from _plain(part)


def _unbooked(text: str) -> Iterator[tuple[str, str]]:
    for part in UNBOOKED.split("\n".join(joined(line) for line in text.split("\n"))):
        yield from _plain(part)


def _plain(part: str) -> Iterator[tuple[str, str]]:
    part = NUMBERING.sub("", part).strip(" 。.、")
    number, article = DOC_NO.search(part), ARTICLES.search(part)
    cut = min([one.start() for one in (number, article) if one and one.start()], default=len(part))
    title = part[:cut].strip(" （([")
    if title and not FILLER.match(title):
        yield title, part[cut:]


def _title_key(title: str) -> str:
    return folded(TRIAL.sub("", COUNTRY.sub("", title.strip())))


def _doc_no(text: str) -> str:
    plain = "".join(text.split())
    plain = re.sub(r"[\[［（(【](\d{4})[\]］）)】]", r"〔\1〕", plain)
    return re.sub(r"文件?$", "", plain)


def _number_key(doc_no: str) -> str:
    """司法部令2017年第138号 and 司法部令第138号（2017） are one number."""
    key = re.sub(r"[（(].*?[)）]|\d{4}年", "", doc_no)
    key = key.replace("国务院令", "国令").replace("中华人民共和国", "")
    return re.sub(r"[第号\s]", "", key)


def _edition(regulation: Regulation, doc_no: str | None) -> Edition | None:
    if doc_no is None:
        return None
    found = [one for one in regulation.editions if one.doc_no and _number_key(one.doc_no) == _number_key(doc_no)]
    return found[0] if found else None


def _articles(text: str) -> Iterator[str]:
    """第四十七条至第五十条 is four articles; 第14条 is 第十四条."""
    for found in RANGE.finditer(text):
        first, last = _value(found["first"]), _value(found["last"])
        if first < last <= first + LONGEST_RANGE:
            text = text.replace(found[0], "、".join(f"第{_numeral(one)}条" for one in range(first, last + 1)), 1)
    for found in ARTICLES.finditer(text):
        number = re.sub(r"\d+", lambda digits: _numeral(int(digits[0])), found[0])
        if ARTICLE.fullmatch(number):
            yield number


def _value(article: str) -> int:
    """第四十七条 → 47."""
    text = article[1:-1]
    if text.isdigit():
        return int(text)
    total, digit = 0, 0
    for character in text:
        if character in "十百":
            total += (digit or 1) * {"十": 10, "百": 100}[character]
            digit = 0
        else:
            digit = "零一二三四五六七八九".find(character.replace("〇", "零"))
    return total + digit


def _numeral(value: int) -> str:
    """47 → 四十七, up to 999."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += f"{digits[tens] if tens > 1 or hundreds else ''}十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones or not text else "")
