"""Shares and their changes in words, alike in every report. Pure."""

from registry import wording


def tenths(share: float | None) -> int | None:
    """A share in tenths of a per cent, rounded down, as nothing unfinished may read as finished; None of nothing."""
    return None if share is None else int(share * 1000 + 1e-9)


def share_words(share: float | None) -> str:
    """83.9%; a dash when nothing was due."""
    found = tenths(share)
    return wording.label("format", "none") if found is None else f"{found / 10:.1f}%"


def change_words(now: float | None, was: float | None) -> str:
    """上升 1.2 个百分点: the difference of the two figures as they are written."""
    after, before = tenths(now), tenths(was)
    if after is None or before is None:
        return wording.label("share_change", "unknown")
    if after == before:
        return wording.label("share_change", "same")
    code = "up" if after > before else "down"
    return wording.label("share_change", code).format(points=f"{abs(after - before) / 10:.1f}")


def number_change_words(now: int, was: int) -> str:
    """增加 3 项."""
    if now == was:
        return wording.label("number_change", "same")
    return wording.label("number_change", "up" if now > was else "down").format(number=abs(now - was))
