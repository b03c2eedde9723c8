"""Outcomes as a table of cases: what stands at an address, and what that proves."""

import pytest

from registry.evidence.reading import read
from registry.evidence.rules import Answer, Fault, Outcome, judge
from tests.evidence.sites import ADDRESS, TITLE, page

LONG = "<p>" + "本栏目公开本级政府及其部门的预算、决算、报表和有关说明，供社会公众查阅。" * 20 + "</p>"

TITLES = (
    ("as it is", TITLE, page(), "seen"),
    ("in another width", TITLE, page("楚雄市２０２６年一般公共预算收支表"), "seen"),
    ("with spaces and a break", TITLE, page("楚雄市 2026 年<br>一般公共预算收支表"), "seen"),
    ("in 书名号", "《政府采购目录》的通知", page("关于印发〈政府采购目录〉的通知"), "seen"),
    ("quoted with other marks", "关于“放管服”改革的通知", page("关于「放管服」改革的通知"), "seen"),
    ("letters in another case", "楚雄市PPP项目清单", page("楚雄市ppp项目清单"), "seen"),
    ("only in the heading of the browser", TITLE, f"<title>{TITLE}</title>{LONG}", "seen"),
    ("only in ArticleTitle", TITLE, f'<meta name="ArticleTitle" content="{TITLE}"><title>预算</title>{LONG}', "seen"),
    ("only in a script", TITLE, f"<title>预算</title><script>t='{TITLE}'</script>{LONG}", "unknown"),
    ("only in a comment", TITLE, f"<title>预算</title><!-- {TITLE} -->{LONG}", "unknown"),
    ("of another year", TITLE, page("楚雄市2025年一般公共预算收支表") + LONG, "unknown"),
    ("too short to be told from a menu", "公告", f"<title>通知公告</title><ul><li>公告栏</li></ul>{LONG}", "unknown"),
    ("short, but a line of its own", "公告", f"<title>首页</title><h1>公告</h1>{LONG}", "seen"),
    ("without any letter", "……", page() + LONG, "unknown"),
)


@pytest.mark.parametrize(("title", "markup", "outcome"), [row[1:] for row in TITLES], ids=[row[0] for row in TITLES])
def test_a_title_is_found_however_it_is_spelt(title: str, markup: str, outcome: str) -> None:
    assert judge(answer(markup), title).outcome == outcome


PAGES = (
    ("a notice that it is gone", "<title>提示</title><p>您要访问的页面不存在</p>", "not_seen", "page_says_gone"),
    ("deleted", "<title>提示</title><p>该信息已被删除。</p>", "not_seen", "page_says_gone"),
    ("not found, in English", "<title>Error</title><h1>Page Not Found</h1>", "not_seen", "page_says_gone"),
    ("a bare number", "<title>出错了</title><h1>404</h1>", "not_seen", "page_says_gone"),
    (
        "a long page that quotes such words",
        f"<title>政策解读</title><p>旧文件已失效的，页面不存在。</p>{LONG}",
        "unknown",
        "title_absent",
    ),
    ("a room 404", f"<title>联系我们</title><p>地址：市政府404室</p>{LONG}", "unknown", "title_absent"),
    ("prove that you are human", "<title>安全验证</title><p>请完成安全验证</p>", "unknown", "challenge"),
    ("a wall of scripts", "<script>$_ts=window['$_ts'];</script><p>加载中</p>", "unknown", "challenge"),
    ("script to be switched on", "<p>请开启JavaScript并刷新该页</p>", "unknown", "challenge"),
    ("nothing but a shell", '<div id="app"></div><script src="/app.js"></script>', "unknown", "needs_script"),
    ("blank", "  \n ", "unknown", "empty"),
    ("a page about something else", f"<title>预算</title>{LONG}", "unknown", "title_absent"),
)


@pytest.mark.parametrize(("markup", "outcome", "reason"), [row[1:] for row in PAGES], ids=[row[0] for row in PAGES])
def test_a_page_without_the_title_is_only_not_seen_when_it_says_so(markup: str, outcome: str, reason: str) -> None:
    verdict = judge(answer(markup), TITLE)

    assert (verdict.outcome, verdict.reason) == (outcome, reason)


NOT_HERE = (401, 404, 410)

NO_WORD = (202, 204, 400, 403, 412, 418, 429, 451, 500, 502, 503, 521)

STATUSES = [*((status, "not_seen") for status in NOT_HERE), *((status, "unknown") for status in NO_WORD)]


@pytest.mark.parametrize(("status", "outcome"), STATUSES)
def test_a_status_counts_against_a_unit_only_when_it_says_not_here(status: int, outcome: str) -> None:
    assert judge(Answer(ADDRESS, ADDRESS, status), TITLE).outcome == outcome


@pytest.mark.parametrize("fault", Fault)
def test_no_answer_is_never_held_against_a_unit(fault: Fault) -> None:
    verdict = judge(Answer(ADDRESS, ADDRESS, fault=fault), TITLE)

    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, fault)


MOVED = (
    ("to the front page", "https://www.cxs.gov.cn/", "not_seen"),
    ("to its index", "https://www.cxs.gov.cn/index.html", "not_seen"),
    ("to another page", "https://www.cxs.gov.cn/yjs/index.html", "unknown"),
    ("to another site", "https://www.cx.gov.cn/", "unknown"),
    ("nowhere", ADDRESS, "unknown"),
)


@pytest.mark.parametrize(("final", "outcome"), [row[1:] for row in MOVED], ids=[row[0] for row in MOVED])
def test_being_sent_to_the_front_page_is_a_no(final: str, outcome: str) -> None:
    reading = read(f"<title>楚雄市人民政府</title>{LONG}".encode())

    assert judge(Answer(ADDRESS, final, 200, reading=reading), TITLE).outcome == outcome


def test_a_front_page_somebody_registered_is_not_a_redirect() -> None:
    front = "https://www.cxs.gov.cn/"

    assert judge(Answer(front, front, 200, reading=read(LONG.encode())), TITLE).outcome == "unknown"


def test_another_text_under_the_same_title_is_changed() -> None:
    before = read(page().encode()).text_digest

    assert judge(answer(page()), TITLE, text_before=before).outcome == "seen"
    assert judge(answer(page(text="收入合计19.9亿元。")), TITLE, text_before=before).outcome == "changed"


def answer(markup: str) -> Answer:
    return Answer(ADDRESS, ADDRESS, 200, reading=read(markup.encode()))
