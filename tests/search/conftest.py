"""A vocabulary of the real rules and a few names, built once."""

import pytest

from registry.rulebook.book import Rulebook
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.upkeep import learn_rules

UNITS = {
    "CX-101": (["楚雄市财政局"], ["财政局", "市财政局"]),
    "CX-102": (["楚雄市住房和城乡建设局"], ["住建局"]),
    "CX-104": (["楚雄市自然资源局", "楚雄市国土资源局"], ["国土局", "自然资源局"]),
    "CX-110": (["楚雄市民政局"], ["民政局"]),
}
TEXTS = ("城市公共厕所分布一览表", "楚雄市2026年政府预算公开", "社区矫正工作总结", "公证处办公证明")


@pytest.fixture(scope="session")
def vocabulary(rulebook: Rulebook) -> Vocabulary:
    """Rules, four units, two areas, four texts."""
    vocabulary = Vocabulary()
    learn_rules(vocabulary, rulebook)
    for code, (names, aliases) in UNITS.items():
        vocabulary.learn_unit(code, names, aliases)
    vocabulary.learn_area("budgets", ["财政预决算"])
    vocabulary.learn_area("urban-rural-planning", ["城乡规划", "国土空间规划"])
    vocabulary.learn_texts(TEXTS)
    return vocabulary
