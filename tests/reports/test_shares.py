"""Shares in words never read as more than they are, and changes are those of the figures as written."""

import pytest

from registry.reports.shares import change_words, number_change_words, share_words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (None, "—"),
        (0.0, "0.0%"),
        (18 / 21, "85.7%"),
        (949 / 950, "99.8%"),
        (9999 / 10000, "99.9%"),
        (1.0, "100.0%"),
        (0.29, "29.0%"),
    ],
)
def test_shares_are_rounded_down(share: float | None, words: str) -> None:
    assert share_words(share) == words


@pytest.mark.parametrize(
    ("now", "was", "words"),
    [
        (0.839, 0.757, "上升 8.2 个百分点"),
        (0.757, 0.839, "下降 8.2 个百分点"),
        (0.5, 0.5004, "持平"),
        # 99.8% after 85.7%: the difference of what is written, not of what is behind it.
        (949 / 950, 18 / 21, "上升 14.1 个百分点"),
        (None, 0.5, "没有可比数据"),
        (0.5, None, "没有可比数据"),
    ],
)
def test_changes_of_shares(now: float | None, was: float | None, words: str) -> None:
    assert change_words(now, was) == words


@pytest.mark.parametrize(("now", "was", "words"), [(3, 1, "增加 2 项"), (1, 3, "减少 2 项"), (3, 3, "没有变化")])
def test_changes_of_numbers(now: int, was: int, words: str) -> None:
    assert number_change_words(now, was) == words
