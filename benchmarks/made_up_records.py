"""Records for the benchmarks of search: as many as asked for, always the same ones, in the words of the real catalogs.

Phrases are what stands between punctuation in catalog/*.yaml, drawn with a spread like Zipf's; numbers, units and days
vary as they do in life. A tenth are items of 100 to 400 characters, the others publications with a title of some 25.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

import yaml

from registry.coverage.rules import OccasionState, Openness
from registry.search.documents import ITEM, PUBLICATION, SearchDocument

CATALOG = Path(__file__).resolve().parents[1] / "catalog"
FIRST_DAY = date(2015, 1, 1)
DAYS = 4000
CHANNELS = ("government_website", "gazette", "notice_board", "wechat", "service_hall")
LEVELS = ("city", "county", "township", "village")
AREAS = ("budgets", "urban-rural-planning", "public-legal-services")
PREFIXES = ("楚政发", "楚财预", "楚政办发", "楚司通", "楚规")
KINDS_OF_PAPER = ("公告", "通知", "公示", "决定", "名单", "报告", "说明", "结果公告", "办事指南")
_PHRASE = re.compile(r"[\u4e00-\u9fff]{2,14}")


def records(number: int, seed: int = 4) -> Iterator[SearchDocument]:
    """`number` documents; the first ones are the same for every number."""
    random = Random(seed)
    phrases, weights, units = vocabulary()
    for at in range(number):
        words = random.choices(phrases, cum_weights=weights, k=60)
        made = _item if at % 10 == 0 else _publication
        yield made(random, at, words, units)


def vocabulary() -> tuple[list[str], list[float], list[tuple[str, str]]]:
    """Phrases with their cumulated weights, and units as (code, name)."""
    found: dict[str, None] = {}
    for path in sorted(CATALOG.glob("*.yaml")):
        found |= dict.fromkeys(_PHRASE.findall(path.read_text(encoding="utf-8")))
    phrases = list(found)
    Random(1).shuffle(phrases)
    weights = list(accumulate(1 / (rank + 8) for rank in range(len(phrases))))
    units = yaml.safe_load((CATALOG / "units.yaml").read_text(encoding="utf-8"))["units"]
    return phrases, weights, [(one["code"], one["names"][0]["name"]) for one in units]


def _item(random: Random, at: int, words: list[str], units: list[tuple[str, str]]) -> SearchDocument:
    code, name = random.choice(units)
    length = random.randint(8, 30)
    due = FIRST_DAY + timedelta(days=random.randrange(DAYS)) if random.random() < 0.3 else None
    return SearchDocument(
        kind=ITEM,
        id=f"00000000-0000-7000-8000-{at:012d}",
        code=f"{random.choice(('BUD', 'URP', 'PLS'))}-{at % 97:02d}-{at:07d}",
        title=f"{words[0]}{words[1]}",
        path=f"{words[2]} / {words[0]}",
        content=tuple(words[3:length]),
        basis=f"{words[length]} 财预〔{random.randint(2010, 2026)}〕{random.randint(1, 400)}号",
        notes=words[length + 1],
        area=random.choice(AREAS),
        units=(code,),
        unit_names=name,
        channels=tuple(random.sample(CHANNELS, 2)),
        levels=tuple(random.sample(LEVELS, 2)),
        openness=Openness(due, random.choice((OccasionState.MET, OccasionState.MET_LATE))),
    )


def _publication(random: Random, at: int, words: list[str], units: list[tuple[str, str]]) -> SearchDocument:
    code, name = random.choice(units)
    day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
    title = f"{name}{day.year}年{words[0]}{random.choice(KINDS_OF_PAPER)}"
    return SearchDocument(
        kind=PUBLICATION,
        id=f"00000000-0000-7000-8000-{at:012d}",
        code=f"{random.choice(('BUD', 'URP', 'PLS'))}-{at % 97:02d}-{at % 31:02d}",
        title=title,
        path=words[1],
        doc_no=f"{random.choice(PREFIXES)}〔{day.year}〕{random.randint(1, 300)}号",
        content=tuple(words[2 : random.randint(5, 12)]),
        area=random.choice(AREAS),
        units=(code,),
        unit_names=name,
        channels=(random.choice(CHANNELS),),
        levels=tuple(random.sample(LEVELS, 2)),
        year=day.year,
        published_on=day,
        public_from=day,
    )
