"""Notes on the pages: the mark on the board, the form above the rows, answers, and nothing for the public."""

from collections.abc import Callable

import pytest
from flask import Flask

from registry.bootstrap import Registry
from tests.clock import Clock
from tests.factories import create_user
from tests.pages import Page, Pages

ROWS = "/coverage/occasions?unit=CX-101&area=budgets"


@pytest.fixture
def people(registry: Registry) -> None:
    create_user(registry, "leader", roles=["leader"], unit=None)
    create_user(registry, "editor")
    create_user(registry, "other", unit="CX-102")


def sign_out(page: Pages) -> None:
    page.submit(page("/"), form="sign-out")


def test_a_leader_writes_the_unit_answers_and_the_day_passes(
    page: Pages, app: Flask, people: None, sign_in: Callable[..., Page], clock: Clock
) -> None:
    sign_in("leader")
    wrong = page.submit(page(ROWS), {"note_text": "", "promised_on": "下周"}, form="notes", status=422)
    assert "日期格式不正确" in wrong.text
    assert wrong.first("input", name="promised_on").get("value") == "下周"
    rows = page.submit(wrong, {"note_text": "五张表为什么没有公开？", "promised_on": "2026-03-10"}, form="notes")
    assert "批注已写上" in rows.text
    assert "承诺 2026年3月10日前完成" in rows.text
    board = page("/coverage")
    assert board.links("批注") == [f"{ROWS}#notes"]
    sign_out(page)

    assert "批注" not in page("/coverage").text
    assert "五张表" not in page(ROWS).text
    assert "五张表" not in page("/units/CX-101").text
    sign_in("other")
    assert "五张表" not in page(ROWS).text
    sign_out(page)

    clock.forward(days=10)
    sign_in("editor")
    late = page(ROWS)
    assert "承诺日期已过 2 天" in late.text
    assert "，已过" in page("/coverage").text
    assert "写批注" not in late.text
    note = page(late.links("查看这条批注")[0])
    assert "改写" not in note.text
    assert "此项必填" in page.submit(note, form="notes", button="decision=answer", status=422).text
    told = page.submit(note, {"note_reply": "等待人大批准"}, form="notes", button="decision=answer")
    assert "答复： 等待人大批准" in told.text.replace("答复：等", "答复： 等")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_note_is_replaced_and_ended_and_its_history_stays(
    page: Pages, people: None, sign_in: Callable[..., Page]
) -> None:
    sign_in("leader")
    new = page("/notes/new?unit=CX-101&item=BUD-01-01")
    assert new.h1.startswith("写批注：楚雄市财政局：财政预决算：")
    rows = page.submit(new, {"note_text": "先写这句", "promised_on": ""}, form="notes")
    assert rows.address.startswith("/coverage/occasions?unit=CX-101&area=budgets&item=BUD-01-01")
    note = page(rows.links("查看这条批注")[0])
    rows = page.submit(note, {"note_text": "改成这句"}, form="改写批注", button="decision=replace")
    assert "先写这句" not in rows.text
    note = page(rows.links("查看这条批注")[0])
    assert "以前的批注（1）" in note.text
    assert "先写这句" in note.text
    ended = page.submit(note, {"end_reason": "已公开"}, form="结束批注", button="decision=end")
    assert "结束：已公开" in ended.text
    assert page(ROWS).text.count("改成这句") == 0
    page("/notes/new?unit=CX-999", status=404)
