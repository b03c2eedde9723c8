"""What a look at an address proves: from what came back to an outcome with its reason. Pure.

Three things are kept apart (docs/adr/0013): that the information is there (seen, changed), that the site says it is not (not_seen),
and that nothing can be said (unknown): no answer, a wall against programs, a page only a script can draw. Only not_seen ever counts
against a unit.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from registry.evidence.reading import Kind, Reading


class Outcome(StrEnum):
    """已查见 · 未查见 · 无法判断 · 内容有变 · 仅线下凭证."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    OFFLINE = "offline"


SIGHTED = frozenset({Outcome.SEEN, Outcome.CHANGED, Outcome.OFFLINE})


class Fault(StrEnum):
    """Why no answer could be had, or not a whole one. Each is also the reason of the look."""

    ADDRESS_REFUSED = "address_refused"
    ROBOTS = "robots"
    HOST_UNKNOWN = "host_unknown"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    CUT_OFF = "cut_off"
    TOO_SLOW = "too_slow"
    NOT_HTTP = "not_http"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    NOT_UNPACKABLE = "not_unpackable"


class Reason(StrEnum):
    """Why the outcome is what it is, where there was an answer."""

    TITLE_FOUND = "title_found"
    FILE_THERE = "file_there"
    TEXT_CHANGED = "text_changed"
    GONE = "gone"
    PAGE_SAYS_GONE = "page_says_gone"
    SENT_TO_FRONT_PAGE = "sent_to_front_page"
    BEHIND_SIGN_IN = "behind_sign_in"
    CHALLENGE = "challenge"
    SITE_REFUSES = "site_refuses"
    SERVER_FAILS = "server_fails"
    ODD_STATUS = "odd_status"
    NEEDS_SCRIPT = "needs_script"
    EMPTY = "empty"
    TITLE_ABSENT = "title_absent"
    TOO_LARGE = "too_large"
    NOT_READABLE = "not_readable"


@dataclass(frozen=True)
class Answer:
    """What came back from an address: `reading` of the content when there was any, `is_whole` unless a limit cut it off."""

    asked: str
    final: str
    status: int | None = None
    fault: Fault | None = None
    reading: Reading | None = None
    is_whole: bool = True


@dataclass(frozen=True)
class Verdict:
    """`title_found` is None where nothing with a title could be read."""

    outcome: Outcome
    reason: Fault | Reason
    title_found: bool | None = None


GONE = frozenset({404, 410})

CHALLENGED = frozenset({202, 412, 521})

REFUSING = frozenset({403, 405, 406, 418, 429, 451})

FILES = frozenset({Kind.PDF, Kind.OFFICE, Kind.ARCHIVE, Kind.IMAGE})


def judge(answer: Answer, title: str, *, text_before: str | None = None) -> Verdict:
    """The outcome of one look. `text_before` is the digest of the text when the same version was last seen there."""
    verdict = _by_status(answer) or _by_content(answer, title)
    changed = text_before is not None and answer.reading is not None and answer.reading.text_digest != text_before
    if verdict.outcome is Outcome.SEEN and changed and answer.is_whole:
        return Verdict(Outcome.CHANGED, Reason.TEXT_CHANGED, verdict.title_found)
    return verdict


def _by_status(answer: Answer) -> Verdict | None:
    """What the status alone says; None when the content has to be looked at."""
    status = answer.status
    if answer.fault is not None or status is None:
        return _unknown(answer.fault or Fault.NOT_HTTP)
    if status in GONE:
        return Verdict(Outcome.NOT_SEEN, Reason.GONE, False)
    if status == 401:
        return Verdict(Outcome.NOT_SEEN, Reason.BEHIND_SIGN_IN, False)
    if status in CHALLENGED:
        return _unknown(Reason.CHALLENGE)
    if status in REFUSING:
        return _unknown(Reason.SITE_REFUSES)
    if status >= 500:
        return _unknown(Reason.SERVER_FAILS)
    return None if status == 200 else _unknown(Reason.ODD_STATUS)


def _by_content(answer: Answer, title: str) -> Verdict:
    reading = answer.reading
    if reading is None or reading.kind is Kind.EMPTY:
        return _unknown(Reason.EMPTY)
    if reading.kind is Kind.OTHER:
        return _unknown(Reason.NOT_READABLE if answer.is_whole else Reason.TOO_LARGE)
    if reading.kind in FILES:
        return _of_file(reading, title)
    if occurs(title, reading):
        return Verdict(Outcome.SEEN, Reason.TITLE_FOUND, True)
    if is_challenge(reading):
        return _unknown(Reason.CHALLENGE)
    if says_gone(reading):
        return Verdict(Outcome.NOT_SEEN, Reason.PAGE_SAYS_GONE, False)
    if not answer.is_whole:
        return _unknown(Reason.TOO_LARGE)
    if len(reading.text) < SHORTEST_PAGE and reading.has_script:
        return _unknown(Reason.NEEDS_SCRIPT)
    if was_sent_to_front_page(answer.asked, answer.final):
        return Verdict(Outcome.NOT_SEEN, Reason.SENT_TO_FRONT_PAGE, False)
    return Verdict(Outcome.UNKNOWN, Reason.TITLE_ABSENT, False)


def _of_file(reading: Reading, title: str) -> Verdict:
    """A file is there when it can be fetched; only one whose text can be read may be found to be another."""
    if not reading.text:
        return Verdict(Outcome.SEEN, Reason.FILE_THERE)
    if occurs(title, reading):
        return Verdict(Outcome.SEEN, Reason.TITLE_FOUND, True)
    return Verdict(Outcome.UNKNOWN, Reason.TITLE_ABSENT, False)


def _unknown(reason: Fault | Reason) -> Verdict:
    return Verdict(Outcome.UNKNOWN, reason)


# A page with less visible text than this has drawn nothing yet, or only says that something is wrong.
SHORTEST_PAGE = 60

# A page that says something is not there is short; long pages quote such words in their news.
LONGEST_NOTICE = 600

# A title shorter than this stands in menus; it must be a line of its own.
SHORTEST_TITLE = 5


def occurs(title: str, reading: Reading) -> bool:
    """Whether the title stands in the text or heading of a page, whatever its spaces, width, quotation marks and 书名号."""
    wanted = bare(title)
    if len(wanted) < SHORTEST_TITLE:
        return any(bare(line) == wanted for line in (*reading.text.splitlines(), reading.title))
    return wanted in bare(reading.text) or any(wanted in bare(one) for one in (reading.title, reading.declared_title))


def bare(text: str) -> str:
    """Only letters and digits, in one width and case: what two spellings of a title have in common."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def is_challenge(reading: Reading) -> bool:
    """A wall against programs: known scripts in a page that shows next to nothing, or a page that asks to prove being human."""
    notice = f"{reading.title}\n{reading.text}" if len(reading.text) <= LONGEST_NOTICE else reading.title
    return bool(PROVE_HUMAN.search(notice)) or (reading.has_wall and len(reading.text) < LONGEST_NOTICE)


PROVE_HUMAN = re.compile(
    r"人机(?:身份)?验证|安全验证|滑动验证|请输入验证码|访问过于频繁|请开启\s*javascript|启用\s*javascript|"
    r"just a moment|checking your browser|enable javascript|网站防火墙|请求被(?:拦截|阻断)|访问被(?:拦截|阻断)",
    re.IGNORECASE,
)


def says_gone(reading: Reading) -> bool:
    """A soft 404: status 200, but title or a short page say that there is nothing."""
    if NOT_THERE.search(reading.title):
        return True
    return len(reading.text) <= LONGEST_NOTICE and bool(NOT_THERE.search(reading.text))


NOT_THERE = re.compile(
    r"(?:页面|网页|文章|信息|内容|文件|栏目|链接|地址|资源)[^。\n]{0,8}(?:不存在|已(?:被)?删除|已(?:经)?下线|已失效|未找到|找不到)|"
    r"(?:找不到|未找到|没有找到|无法找到)[^。\n]{0,12}(?:页面|网页|文章|信息|内容|文件|栏目|资源)|"
    r"\b404\b[^。\n]{0,12}(?:错误|not found|页面)|(?:错误|error)\s*404\b|page not found|^\s*404\s*$",
    re.IGNORECASE | re.MULTILINE,
)

FRONT_PAGES = re.compile(r"/(?:index|default|main|home)?(?:\.\w{2,5})?", re.IGNORECASE)


def was_sent_to_front_page(asked: str, final: str) -> bool:
    """Whether a site answered the address of an article with its own first page."""
    begun, ended = urlsplit(asked), urlsplit(final)
    is_front = not ended.query and FRONT_PAGES.fullmatch(ended.path or "/") is not None
    return is_front and begun.hostname == ended.hostname and (begun.path, begun.query) != (ended.path, ended.query)
