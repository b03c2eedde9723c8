"""Report texts for the checks, and the words of `standards/proofreading.yaml`."""

from functools import cache
from pathlib import Path

from registry.annual.checking.checker import check_report
from registry.annual.checking.remarks import Check, Remark, Weight
from registry.exchange.folder import read_folder
from registry.rulebook.book import Rulebook, read_rulebook

ROOT = Path(__file__).parents[2]

# The pilot's areas.
AREAS = ("城乡规划", "财政预决算", "公共法律服务")


@cache
def rulebook() -> Rulebook:
    found, faults = read_rulebook(read_folder(ROOT))
    assert found is not None, faults
    return found


def checked(text: str, *, areas: tuple[str, ...] = (), previous: str | None = None) -> list[Remark]:
    return check_report(text, rulebook().proofreading, areas=areas, previous=previous)


def found_in(text: str, check: Check, **options: str) -> list[Remark]:
    return [remark for remark in checked(text, **options) if remark.check is check]  # type: ignore[arg-type]


def of_2017() -> str:
    """The city's 2017 report, put together from its recorded figures, headings and slips in their order; the words between are ours."""
    return (Path(__file__).parent / "report_2017.txt").read_text(encoding="utf-8")


__all__ = ["AREAS", "ROOT", "Check", "Remark", "Weight", "checked", "found_in", "of_2017", "rulebook"]
