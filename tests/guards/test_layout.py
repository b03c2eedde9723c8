"""Where things live: words in the wording, nothing in `__init__.py`, names that say what a file is about."""

import ast
import re

import pytest

from tests.guards.sources import PACKAGE, ROOT, name_of, python_files, tree_of

CHINESE = re.compile(r"[\u3400-\u9fff]")
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "common",
    "misc",
    "data",
    "info",
    "base",
    "tools",
}

# Chinese that is not shown to people but read from texts: what the program recognises.
RECOGNISES = {
    "src/registry/annual/checking/report_text.py": "headings, numerals and ends of sentences in reports",
    "src/registry/annual/checking/figures.py": "marks between figures, about how many",
    "src/registry/annual/checking/structure.py": "what introductions and headings say",
    "src/registry/annual/checking/arithmetic.py": "words before parts and exceptions",
    "src/registry/annual/checking/agreement.py": "denials, series",
    "src/registry/annual/checking/expressions.py": "requests, rhythms, brackets in reports",
    "src/registry/documents/word_layout.py": "the names of fonts",
    "src/registry/assessment/titles.py": "years in Chinese digits, document numbers",
    "src/registry/rulebook/regulations.py": "the numbers of articles",
    "src/registry/deadlines/reading.py": "deadline texts",
    "src/registry/deadlines/periods.py": "dates and periods in deadline texts",
    "src/registry/deadlines/spelling.py": "Chinese numerals and units",
    "src/registry/deadlines/vocabulary.py": "particles between the words of the vocabulary",
    "src/registry/reports/briefings/document.py": "numbers of headings",
    "src/registry/reports/briefings/schemas.py": "document numbers",
    "src/registry/privacy/personal_data.py": "words beside numbers, plates",
    "src/registry/privacy/home_addresses.py": "addresses",
    "src/registry/evidence/reading.py": "counters on pages, which change at every visit",
    "src/registry/evidence/rules.py": "pages that say something is not there, or ask to prove being human",
    "src/registry/exchange/rectification_sheets.py": "days as units write them",
    "src/registry/exchange/reading/bases.py": "document numbers, articles, what laws are called",
    "src/registry/exchange/reading/cells.py": "texts that were masked",
    "src/registry/exchange/reading/channels.py": "a character drawn as a box, other channels",
    "src/registry/exchange/reading/choices.py": "words between choices",
    "src/registry/exchange/reading/elements.py": "numbers and separators of lists",
    "src/registry/exchange/reading/entries.py": "remarks and titles between rows",
    "src/registry/exchange/reading/headers.py": "the numeral in the name of a level",
    "src/registry/exchange/reading/likeness.py": "what bodies, laws and deadlines end with",
    "src/registry/exchange/reading/names.py": "levels in headers",
    "src/registry/exchange/reading/reading.py": "the level of a body",
    "src/registry/exchange/reading/titles.py": "numbers before names",
    "src/registry/search/meaning/text.py": "document numbers, the country before the name of a law",
    "src/registry/search/meaning/syntax.py": "filters and exclusions typed into a query",
    "src/registry/search/narrowing.py": "years",
    "src/registry/search/meaning/segments.py": "years",
}


def docstrings_of(tree: ast.Module) -> set[int]:
    """Ids of the nodes that are docstrings."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def test_chinese_words_stand_in_the_wording() -> None:
    found = []
    for path in python_files():
        if name_of(path) == "src/registry/wording.py" or name_of(path) in RECOGNISES:
            continue
        tree = tree_of(path)
        documented = docstrings_of(tree)
        found += [
            f"{name_of(path)}:{node.lineno}: {node.value[:40]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and CHINESE.search(node.value)
            and id(node) not in documented
        ]
    assert found == []


def test_init_files_are_empty() -> None:
    assert [name_of(path) for path in ROOT.glob("src/**/__init__.py") if path.read_text(encoding="utf-8").strip()] == []


@pytest.mark.parametrize("folder", ["src", "tests", "benchmarks"])
def test_file_names_say_what_they_are_about(folder: str) -> None:
    names = [
        path
        for path in (ROOT / folder).rglob("*.py")
        if path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES - {"data"}
    ]

    assert names == []


def test_files_stay_small_enough_to_read() -> None:
    """Past 600 lines a noun is hiding in it; migrations are written once and not read again."""
    sizes = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}

    assert {name: size for name, size in sizes.items() if size > 600 and "/migrations/" not in name} == {}


def test_every_function_is_annotated() -> None:
    bare = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]
    assert bare == []


def test_only_one_module_reads_the_wording_and_one_the_environment() -> None:
    reading = {name_of(path) for path in python_files() if "zh.toml" in _code_of(path.read_text(encoding="utf-8"))}
    asking = {
        name_of(path) for path in python_files() if re.search(r"os\.environ|getenv", path.read_text(encoding="utf-8"))
    }

    assert reading == {"src/registry/wording.py"}
    assert asking == set()


def _code_of(text: str) -> str:
    """Without what docstrings and comments mention."""
    return re.sub(r'""".*?"""|#[^\n]*', "", text, flags=re.DOTALL)


def test_the_package_has_its_wording_beside_it() -> None:
    assert (PACKAGE / "wording" / "zh.toml").is_file()
