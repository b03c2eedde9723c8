"""Every way in which a person editing the data folders can go wrong is refused with file, line, field and a sentence."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from registry.datafiles import Fault, decode
from registry.exchange.folder import check_folder

AREAS = "catalog/areas.yaml"
UNITS = "catalog/units.yaml"
ASSIGNMENTS = "catalog/assignments.yaml"
PLANNING = "catalog/urban-rural-planning.yaml"
BUDGETS = "catalog/budgets.yaml"
LEGAL = "catalog/public-legal-services.yaml"
COLUMNS = "standards/columns.yaml"
REGULATIONS = "standards/regulations.yaml"
DEADLINES = "standards/deadlines.yaml"
ASSESSMENT = "standards/assessment.yaml"
NATIONAL = "standards/calendar/national.yaml"
CHUXIONG = "standards/calendar/chuxiong.yaml"
M1 = "standards/management/m1.yaml"
PROCEDURES = "standards/disclosure/budgets.yaml"
REPORT = "standards/annual-report/2021.yaml"
SYNONYMS = "standards/search/synonyms.yaml"
WORDS = "standards/search/words.txt"


@dataclass(frozen=True)
class Break:
    """In `file`, the first `old` becomes `new`; then `field` is at fault with `code` on the line that `marker` first stands in.

    `marker` is looked for in the altered file; without one the fault is on line 1. `alone` says that nothing else is at fault.
    """

    name: str
    file: str
    old: str
    new: str
    field: str
    code: str
    marker: str = ""
    alone: bool = True

    def __str__(self) -> str:
        return self.name


BREAKS = [
    # what cannot be read
    Break("empty file", AREAS, "*", "", "", "empty_file", alone=False),
    Break("only comments", SYNONYMS, "*", "# nothing yet\n", "", "empty_file"),
    Break(
        "not UTF-8",
        UNITS,
        "楚雄市财政局",
        decode("楚雄市财政局".encode("gbk")),
        "",
        "not_utf8",
        decode("楚".encode("gbk")),
    ),
    Break("byte order mark", DEADLINES, "# Deadline", "\ufeff# Deadline", "", "byte_order_mark"),
    Break(
        "Windows line ends", M1, "title: 主动公开\n", "title: 主动公开\r\n", "", "carriage_return", "title: 主动公开"
    ),
    Break("tab as indentation", UNITS, "    names:", "\tnames:", "", "tab", "\tnames:"),
    Break(
        "control character",
        BUDGETS,
        "一般公共预算收入表",
        "一般公共\x07预算收入表",
        "",
        "control_character",
        "公共\x07预算",
    ),
    Break("unclosed quote", REGULATIONS, "key: '2007'", "key: '2007", "", "not_yaml", alone=False),
    Break("key without colon", AREAS, "    prefix: URP", "    prefix URP", "", "not_yaml", alone=False),
    Break("indentation lost", AREAS, "    name: 城乡规划", "   name: 城乡规划", "", "not_yaml", alone=False),
    Break(
        "two documents", AREAS, "  - code: budgets", "---\n  - code: budgets", "", "second_document", "---", alone=False
    ),
    Break(
        "a key twice",
        AREAS,
        "    prefix: URP\n",
        "    prefix: URP\n    prefix: XXX\n",
        "areas[0].prefix",
        "repeated_key",
        "XXX",
    ),
    Break("a section twice", M1, "*", "{}\nrequirements: []\n", "requirements", "repeated_key", "requirements: []"),
    Break("anchor", UNITS, "kind: government", "kind: &a government", "units[0].kind", "anchor", "&a"),
    Break("alias", UNITS, "kind: government", "kind: *a", "units[0].kind", "alias", "*a", alone=False),
    Break("tag", DEADLINES, "count: 20", "count: !!int 20", "fallbacks[0].count", "tag", "!!int"),
    # what has the wrong shape
    Break(
        "required field missing",
        BUDGETS,
        "    body: 县级财政部门（本级政府财政部门）\n",
        "",
        "items[0].body",
        "missing_field",
        "code: BUD-01-01",
    ),
    Break(
        "standard without date",
        LEGAL,
        "  effective_from: 2018-02-02\n",
        "",
        "standard.effective_from",
        "missing_field",
        "standard:",
    ),
    Break(
        "unknown field",
        UNITS,
        "    kind: government",
        "    kind: government\n    fax: 110",
        "units[0].fax",
        "unknown_field",
        "fax",
    ),
    Break(
        "field one level too deep",
        AREAS,
        "  - code: urban",
        "  - first:\n    code: urban",
        "areas[0].first",
        "unknown_field",
        "first:",
    ),
    Break("unknown enum", UNITS, "kind: government", "kind: company", "units[0].kind", "not_accepted", "company"),
    Break(
        "unknown evidence",
        BUDGETS,
        "evidence: evidenced\n",
        "evidence: sure\n",
        "items[0].evidence",
        "not_accepted",
        "evidence: sure",
    ),
    Break(
        "enum in Chinese", BUDGETS, "unit: day", "unit: 日", "items[29].deadline[0].unit", "not_accepted", "unit: 日"
    ),
    Break(
        "list instead of text",
        UNITS,
        "address: 鹿城南路148号",
        "address:\n      - 鹿城南路148号",
        "units[1].address",
        "not_text",
        "address:",
    ),
    Break(
        "text instead of list",
        UNITS,
        "aliases:\n      - 财政局\n      - 市财政局\n",
        "aliases: 财政局\n",
        "units[3].aliases",
        "not_a_list",
        "aliases: 财政局",
    ),
    Break("nothing instead of list", SYNONYMS, "*", "groups:\n", "groups", "not_a_list"),
    Break(
        "text instead of mapping",
        BUDGETS,
        "audience:\n      everyone: true",
        "audience: 全社会",
        "items[0].audience",
        "not_a_mapping",
        "audience: 全社会",
    ),
    Break("list at the top", SYNONYMS, "*", "- 三公\n", "", "not_a_mapping"),
    Break("empty text", AREAS, "name: 城乡规划", "name:", "areas[0].name", "empty_text", "name:"),
    Break("empty list", SYNONYMS, "*", "groups: []\n", "groups", "empty_list"),
    Break(
        "group of one", SYNONYMS, "*", "groups:\n  - terms:\n      - 三公\n", "groups[0].terms", "empty_list", "terms:"
    ),
    Break(
        "date that is none",
        LEGAL,
        "effective_from: 2018-02-02",
        "effective_from: 2018-02-30",
        "standard.effective_from",
        "not_a_date",
        "2018-02-30",
    ),
    Break(
        "date the other way",
        LEGAL,
        "effective_from: 2018-02-02",
        "effective_from: 2.2.2018",
        "standard.effective_from",
        "not_a_date",
        "2.2.2018",
    ),
    Break(
        "date without zeros",
        LEGAL,
        "effective_from: 2018-02-02",
        "effective_from: 2018-2-2",
        "standard.effective_from",
        "not_a_date",
        "2018-2-2",
    ),
    Break(
        "compact date",
        LEGAL,
        "effective_from: 2018-02-02",
        "effective_from: 20180202",
        "standard.effective_from",
        "not_a_date",
        "20180202",
    ),
    Break(
        "MM-DD that is none",
        BUDGETS,
        "event_expected_by: 03-31",
        "event_expected_by: 02-29",
        "items[0].event_expected_by",
        "not_a_month_day",
        "02-29",
    ),
    Break(
        "MM-DD with a year",
        BUDGETS,
        "event_expected_by: 03-31",
        "event_expected_by: 2026-03-31",
        "items[0].event_expected_by",
        "not_a_month_day",
        "2026-03-31",
    ),
    Break(
        "negative count",
        BUDGETS,
        "count: 20",
        "count: -20",
        "items[29].deadline[0].count",
        "number_out_of_range",
        "count: -20",
    ),
    Break(
        "count of nothing",
        BUDGETS,
        "count: 20",
        "count: 0",
        "items[29].deadline[0].count",
        "number_out_of_range",
        "count: 0",
    ),
    Break(
        "count in words",
        BUDGETS,
        "count: 20",
        "count: 二十",
        "items[29].deadline[0].count",
        "not_a_number",
        "count: 二十",
    ),
    Break(
        "count with a fraction",
        BUDGETS,
        "count: 20",
        "count: 1.5",
        "items[29].deadline[0].count",
        "not_a_number",
        "count: 1.5",
    ),
    Break(
        "count without unit",
        BUDGETS,
        "        unit: day\n",
        "",
        "items[29].deadline[0].unit",
        "clause_incomplete",
        "kind: within",
    ),
    Break(
        "fixed date without date", PLANNING, "        'on': 01-31\n", "", "", "clause_incomplete", "kind: fixed_date"
    ),
    Break(
        "flag in Chinese",
        UNITS,
        "reception_point: true",
        "reception_point: 是",
        "units[1].reception_point",
        "not_a_flag",
        "reception_point: 是",
    ),
    Break(
        "flag as yes",
        UNITS,
        "reception_point: true",
        "reception_point: yes",
        "units[1].reception_point",
        "not_a_flag",
        "reception_point: yes",
    ),
    Break(
        "text longer than its column",
        AREAS,
        "name: 城乡规划",
        "name: " + "城" * 41,
        "areas[0].name",
        "too_long",
        "name: 城城",
    ),
    Break(
        "zero-width character",
        AREAS,
        "name: 城乡规划",
        "name: 城乡\u200b规划",
        "areas[0].name",
        "invisible_character",
        "城乡\u200b规划",
    ),
    Break(
        "escaped control character",
        AREAS,
        "name: 城乡规划",
        'name: "城乡\\0规划"',
        "areas[0].name",
        "invisible_character",
        "城乡\\0规划",
    ),
    Break(
        "space at the end",
        AREAS,
        "name: 城乡规划",
        "name: '城乡规划 '",
        "areas[0].name",
        "surrounding_space",
        "'城乡规划 '",
    ),
    Break(
        "several lines in one text",
        AREAS,
        "name: 城乡规划",
        "name: |-\n      城乡\n      规划",
        "areas[0].name",
        "invisible_character",
        "name: |-",
    ),
    Break(
        "code with a space", UNITS, "code: CX-GOV", "code: CX GOV", "units[0].code", "wrong_form", "CX GOV", alone=False
    ),
    Break(
        "address without scheme",
        BUDGETS,
        "url: https://www.yongxiu",
        "url: www.yongxiu",
        "sources[0].url",
        "wrong_form",
        "www.yongxiu",
    ),
    Break(
        "four titles",
        BUDGETS,
        "      - 一般公共预算\n    elements",
        "      - 一般公共预算\n      - 收入\n    elements",
        "items[0].titles",
        "too_many",
        "titles:",
    ),
    Break(
        "an element twice",
        BUDGETS,
        "      - 编制/执行说明",
        "      - 一般公共预算各表",
        "items[0].elements[1]",
        "duplicate",
    ),
    Break(
        "a special audience nobody names",
        BUDGETS,
        "everyone: true",
        "everyone: false",
        "items[0].audience.groups",
        "missing_field",
        "audience:",
    ),
    Break(
        "event date without recurrence",
        BUDGETS,
        "    recurs: year\n",
        "",
        "items[0].recurs",
        "missing_field",
        "code: BUD-01-01",
    ),
    # dates that contradict each other
    Break(
        "unit name from after to",
        UNITS,
        "to: 2019-03-24",
        "from: 2019-05-01\n        to: 2019-03-24",
        "",
        "from_after_to",
        "to: 2019-03-24",
        alone=False,
    ),
    Break(
        "assignment from after to",
        ASSIGNMENTS,
        "        to: 2019-03-24",
        "        from: 2020-01-01\n        to: 2019-03-24",
        "roles[0].units[0].to",
        "from_after_to",
        "to: 2019-03-24",
    ),
    Break(
        "edition from after to",
        REGULATIONS,
        "to: 2019-05-14",
        "to: 2008-04-30",
        "regulations[0].editions[0].to",
        "from_after_to",
        "to: 2008-04-30",
    ),
    Break(
        "standard from after to",
        LEGAL,
        "  effective_from: 2018-02-02",
        "  effective_from: 2018-02-02\n  effective_to: 2018-02-01",
        "standard.effective_to",
        "from_after_to",
        "effective_to",
    ),
    Break("overlapping names", UNITS, "from: 2019-03-25", "from: 2019-03-24", "", "names_overlap", "from: 2019-03-24"),
    Break("former name without end", UNITS, "        to: 2019-03-24\n", "", "", "missing_field", "", alone=False),
    Break(
        "successor of a living unit",
        UNITS,
        "    ended_on: 2018-07-19\n",
        "",
        "",
        "successor_without_end",
        "successor: CX-107",
    ),
    # what is named but does not exist
    Break("unknown parent", UNITS, "parent: CX-GOV", "parent: CX-999", "units[1].parent", "unknown_unit", "CX-999"),
    Break("unknown successor", UNITS, "successor: CX-107", "successor: CX-999", "", "unknown_unit", "CX-999"),
    Break(
        "unknown unit in an assignment",
        ASSIGNMENTS,
        "unit: CX-102",
        "unit: CX-999",
        "roles[0].units[0].unit",
        "unknown_unit",
        "CX-999",
    ),
    Break("unknown unit excepted", ASSIGNMENTS, "      - CX-141", "      - CX-999", "", "unknown_unit", "CX-999"),
    Break("unknown issuer", BUDGETS, "issuer: CX-001", "issuer: CX-999", "standard.issuer", "unknown_unit", "CX-999"),
    Break(
        "unit its own parent", UNITS, "parent: CX-GOV", "parent: CX-001", "units[1].parent", "cycle", "parent: CX-001"
    ),
    Break(
        "parents in a circle",
        UNITS,
        "kind: government\n",
        "kind: government\n    parent: CX-001\n",
        "units[0].parent",
        "cycle",
        "parent: CX-001",
        alone=False,
    ),
    Break("unknown area", BUDGETS, "area: budgets", "area: taxes", "standard.area", "unknown_area", "area: taxes"),
    Break(
        "area of another file",
        BUDGETS,
        "area: budgets",
        "area: public-legal-services",
        "standard.area",
        "wrong_name",
        "area: public",
    ),
    Break(
        "unknown regulation",
        BUDGETS,
        "regulation: budget-law",
        "regulation: tax-law",
        "items[0].legal_bases[0].regulation",
        "unknown_regulation",
        "tax-law",
    ),
    Break(
        "unknown edition",
        M1,
        "edition: '2007'",
        "edition: '1999'",
        "requirements[0].legal_bases[0].edition",
        "unknown_edition",
        "'1999'",
    ),
    Break(
        "unknown article",
        BUDGETS,
        "- 第十四条",
        "- 第九十九条",
        "items[0].legal_bases[0].articles[0]",
        "unknown_article",
        "第九十九条",
    ),
    Break(
        "article of the other edition",
        M1,
        "- 第十七条",
        "- 第二十六条",
        "requirements[0].legal_bases[0].articles[0]",
        "unknown_article",
        "- 第二十六条",
    ),
    Break(
        "article in digits",
        REGULATIONS,
        "number: 第四条",
        "number: 第4条",
        "regulations[0].editions[0].articles[0].number",
        "wrong_form",
        "第4条",
        alone=False,
    ),
    Break(
        "fall-back of an unknown article",
        DEADLINES,
        "article: 第十八条",
        "article: 第九十九条",
        "fallbacks[0].article",
        "unknown_article",
        "第九十九条",
    ),
    Break(
        "unknown channel",
        BUDGETS,
        "- government_website",
        "- telegraph",
        "items[0].channels[0]",
        "unknown_channel",
        "telegraph",
    ),
    Break("unknown method", BUDGETS, "- active", "- passive", "items[0].methods[0]", "unknown_method", "passive"),
    Break(
        "unknown level",
        BUDGETS,
        "    levels:\n      - county",
        "    levels:\n      - province",
        "items[0].levels[0]",
        "unknown_level",
        "province",
        alone=False,
    ),
    Break(
        "unknown source",
        BUDGETS,
        "    sources:\n      - S1",
        "    sources:\n      - S99",
        "items[0].sources[0]",
        "unknown_source",
        "- S99",
    ),
    Break(
        "role without assignment",
        BUDGETS,
        "    roles:\n      - 县级财政部门",
        "    roles:\n      - 县级金库",
        "items[0].roles[0]",
        "unassigned_role",
        "- 县级金库",
    ),
    Break(
        "assignment without units or kinds",
        ASSIGNMENTS,
        "    units:\n      - unit: CX-101\n",
        "",
        "",
        "missing_field",
        "",
        alone=False,
    ),
    Break(
        "unknown kind in an assignment",
        ASSIGNMENTS,
        "      - township",
        "      - village",
        "roles[1].kinds[0]",
        "not_accepted",
        "- village",
    ),
    Break(
        "procedure of an unknown item",
        PROCEDURES,
        "- BUD-07-03",
        "- BUD-07-99",
        "",
        "unknown_item",
        "BUD-07-99",
        alone=False,
    ),
    Break(
        "unknown base calendar", CHUXIONG, "base: national", "base: lunar", "base", "unknown_calendar", "base: lunar"
    ),
    Break(
        "calendar on itself", CHUXIONG, "base: national", "base: chuxiong", "base", "unknown_calendar", "base: chuxiong"
    ),
    Break(
        "unknown check", M1, "check: published_within_deadline", "check: on_time", "", "not_accepted", "check: on_time"
    ),
    # what stands twice
    Break("unit code twice", UNITS, "code: CX-002", "code: CX-001", "units[2].code", "duplicate", "", alone=False),
    Break(
        "item code twice", BUDGETS, "code: BUD-01-02", "code: BUD-01-01", "items[1].code", "duplicate", "", alone=False
    ),
    Break("area prefix twice", AREAS, "prefix: BUD", "prefix: URP", "areas[1].prefix", "duplicate", "", alone=False),
    Break(
        "regulation code twice",
        REGULATIONS,
        "code: land-administration-law",
        "code: urban-rural-planning-law",
        "",
        "duplicate",
        "",
        alone=False,
    ),
    Break("source ref twice", BUDGETS, "ref: S2", "ref: S1", "sources[1].ref", "duplicate", "", alone=False),
    Break("requirement code twice", M1, "code: M1-2", "code: M1-1", "requirements[1].code", "duplicate"),
    Break(
        "requirement of another standard",
        M1,
        "code: M1-2",
        "code: M2-2",
        "requirements[1].code",
        "wrong_prefix",
        "M2-2",
    ),
    Break(
        "item of another area",
        BUDGETS,
        "code: BUD-01-01",
        "code: URP-99-01",
        "items[0].code",
        "wrong_prefix",
        "URP-99-01",
        alone=False,
    ),
    Break("alias of two units", UNITS, "- 市财政局", "- 市政府办", "units[3].aliases[1]", "alias_clash"),
    Break("alias like a name", UNITS, "- 市财政局", "- 楚雄市司法局", "units[3].aliases[1]", "alias_clash"),
    Break(
        "name of two units",
        UNITS,
        "name: 楚雄市财政局",
        "name: 中共楚雄市委办公室",
        "units[3].names[0].name",
        "name_clash",
    ),
    Break("synonym in two groups", SYNONYMS, "- 财政预决算", "- 三公", "groups[1].terms[0]", "duplicate"),
    Break(
        "channel spelling of two channels", COLUMNS, "- 政府公报", "- 政府网站", "channels[1].synonyms[0]", "duplicate"
    ),
    Break("item in two procedures", PROCEDURES, "- BUD-07-03", "- BUD-07-03\n      - BUD-01-01", "", "duplicate"),
    Break(
        "role and level twice",
        ASSIGNMENTS,
        "level: township",
        "level: county",
        "roles[1].role",
        "duplicate",
        "",
        alone=False,
    ),
    # the assessment
    Break("rule nobody can find", ASSESSMENT, "code: overdue", "code: ugly", "", "not_accepted", "code: ugly"),
    Break("rule twice", ASSESSMENT, "code: overdue", "code: long_overdue", "editions[0].points[1].code", "duplicate"),
    Break(
        "edition twice on a day",
        ASSESSMENT,
        "*",
        "{}\n  - from: 2018-01-01\n    title: 又一版\n",
        "editions[1].from",
        "duplicate",
        alone=False,
    ),
    Break(
        "threshold of nought",
        ASSESSMENT,
        "threshold: 5",
        "threshold: 0",
        "editions[0].vetoes[0].threshold",
        "number_out_of_range",
        "threshold: 0",
    ),
    Break(
        "points in thirds",
        ASSESSMENT,
        "points: 0.5",
        "points: 0.33",
        "editions[0].points[6].points",
        "wrong_form",
        "points: 0.33",
    ),
    Break(
        "rule of no group",
        ASSESSMENT,
        "group: form",
        "group: shape",
        "editions[0].points[6].group",
        "not_accepted",
        "group: shape",
    ),
    Break(
        "caps beyond the mark", ASSESSMENT, "cap: 50", "cap: 51", "editions[0].groups", "caps_exceed_full", "groups:"
    ),
    Break(
        "points beyond the cap",
        ASSESSMENT,
        "points: 3",
        "points: 51",
        "editions[0].points[0].points",
        "points_above_cap",
        "points: 51",
    ),
    Break("rhythm twice", ASSESSMENT, "of: event", "of: realtime", "editions[0].rhythms[1].of", "duplicate"),
    Break(
        "rule without a source",
        ASSESSMENT,
        "        source: 国办秘函〔2019〕19号：空白栏目5个及以上。\n",
        "",
        "editions[0].vetoes[0].source",
        "missing_field",
        "code: blank_column",
    ),
    # calendars
    Break(
        "day both off and worked",
        NATIONAL,
        "      - 2004-01-17",
        "      - 2004-01-24",
        "years[0].workdays[0]",
        "day_off_and_workday",
    ),
    Break(
        "day in another year",
        NATIONAL,
        "date: 2004-01-01",
        "date: 2005-01-02",
        "years[0].days_off[0].date",
        "day_in_other_year",
        "2005-01-02",
        alone=False,
    ),
    Break(
        "make-up day on a Wednesday",
        NATIONAL,
        "      - 2004-01-17",
        "      - 2004-01-14",
        "years[0].workdays[0]",
        "workday_not_weekend",
        "2004-01-14",
    ),
    Break("day off twice", NATIONAL, "date: 2004-01-23", "date: 2004-01-22", "years[0].days_off[2].date", "duplicate"),
    Break("year twice", NATIONAL, "year: 2005", "year: 2004", "years[1].year", "duplicate", "", alone=False),
    Break(
        "holiday on no day",
        NATIONAL,
        "    month: 1\n    day: 1",
        "    month: 2\n    day: 30",
        "fixed_holidays[0].day",
        "not_a_month_day",
        "day: 30",
    ),
    Break(
        "calendar of another name",
        CHUXIONG,
        "name: chuxiong",
        "name: chuxiongzhou",
        "name",
        "wrong_name",
        "name: chuxiongzhou",
    ),
    # the dictionary
    Break("words not sorted", WORDS, "12345\n12348\n", "12348\n12345\n", "", "not_sorted", "12345\n"),
    Break("word twice", WORDS, "12345\n", "12345\n12345\n", "", "duplicate"),
    Break("empty line among words", WORDS, "12345\n", "12345\n\n", "", "empty_text", alone=False),
    # the formats of the annual report
    Break(
        "a table nobody has",
        REPORT,
        "      - litigation\n",
        "      - lawsuits\n",
        "sections[3].tables[0]",
        "unknown_table",
        "- lawsuits",
    ),
    Break(
        "a rule about no block",
        REPORT,
        "block: litigation",
        "block: lawsuits",
        "rules[4].block",
        "unknown_block",
        "lawsuits",
    ),
    Break(
        "a rule about no row",
        REPORT,
        "      - carried-in\n    relation",
        "      - carried\n    relation",
        "rules[2].left[1]",
        "unknown_row",
        "      - carried\n",
    ),
    Break(
        "a rule about no column",
        REPORT,
        "      - review-pending\n",
        "      - review-open\n",
        "rules[4].right[3]",
        "unknown_column",
        "      - review-open",
    ),
    Break(
        "a measure nobody defined",
        REPORT,
        "            unit: 万元",
        "            unit: 亿元",
        "tables[0].blocks[3].columns[0].unit",
        "unknown_measure",
        "            unit: 亿元",
    ),
    Break(
        "a figure without measure",
        REPORT,
        "            unit: 万元\n",
        "",
        "tables[0].blocks[3].rows",
        "measured_by_row_or_column",
    ),
    Break("a row twice", REPORT, "code: coercion", "code: penalties", "tables[0].blocks[2].rows[1].code", "duplicate"),
    Break(
        "a kind of unit nobody has",
        REPORT,
        "  - dev_zone",
        "  - company",
        "reporting_kinds[1]",
        "unknown_unit_kind",
        "- company",
    ),
    Break("compiled by nobody", REPORT, "compiler: CX-001", "compiler: CX-999", "compiler", "unknown_unit", "compiler"),
    Break(
        "two formats for a year",
        REPORT,
        "from_year: 2021",
        "from_year: 2020",
        "from_year",
        "years_taken",
        "from_year",
    ),
    Break(
        "no day for the city",
        REPORT,
        "  - code: city\n",
        "  - code: units\n",
        "",
        "missing_entry",
        "deadlines:",
        alone=False,
    ),
    Break(
        "a notice nobody lists",
        REPORT,
        "regulation: annual-report-2021-30",
        "regulation: annual-report-2022",
        "source.regulation",
        "unknown_regulation",
        "annual-report-2022",
    ),
    Break("a file of another name", REPORT, "code: '2021'", "code: '2022'", "code", "wrong_name", "code: '2022'"),
]

EXPECTED_LINES: dict[str, Callable[[str], int]] = {
    "only comments": lambda _: 1,
    "an element twice": lambda text: nth_line(text, "      - 一般公共预算各表", 2),
    "rule twice": lambda text: nth_line(text, "code: long_overdue", 2),
    "edition twice on a day": lambda text: nth_line(text, "from: 2018-01-01", 2),
    "rhythm twice": lambda text: nth_line(text, "of: realtime", 2),
    "requirement code twice": lambda text: nth_line(text, "code: M1-1\n", 2),
    "alias of two units": lambda text: nth_line(text, "- 市政府办\n", 2),
    "alias like a name": lambda text: nth_line(text, "- 楚雄市司法局\n", 1),
    "name of two units": lambda text: nth_line(text, "name: 中共楚雄市委办公室\n", 2),
}


def nth_line(text: str, marker: str, number: int) -> int:
    """The line in which `marker` stands for the `number`-th time."""
    position = -1
    for _ in range(number):
        position = text.index(marker, position + 1)
    return text.count("\n", 0, position) + 1


def altered(texts: dict[str, str], one: Break) -> str:
    text = texts[one.file]
    if one.old == "*":
        return one.new.replace("{}", text.rstrip("\n"))
    assert one.old in text, f"{one.file} no longer has {one.old!r}"
    return text.replace(one.old, one.new, 1)


def is_told_in_chinese(fault: Fault) -> bool:
    """A whole sentence with nothing left to fill in."""
    words = fault.sentence.replace(fault.found, "").replace(fault.accepted, "")
    return words.endswith(("。", "：")) and "{" not in words


@pytest.mark.parametrize("one", BREAKS, ids=str)
def test_a_broken_file_is_refused_at_its_place(texts: dict[str, str], one: Break) -> None:
    texts[one.file] = altered(texts, one)
    checked, faults = check_folder(texts)
    found = [
        fault for fault in faults if (fault.file, fault.code) == (one.file, one.code) and one.field in ("", fault.field)
    ]
    assert checked is None
    assert found, [str(fault) for fault in faults]
    assert not one.alone or len(faults) == 1, [str(fault) for fault in faults]
    if one.marker or one.name in EXPECTED_LINES:
        line = EXPECTED_LINES.get(one.name, lambda text: nth_line(text, one.marker, 1))
        assert line(texts[one.file]) in {fault.line for fault in found}
    assert all(is_told_in_chinese(fault) for fault in faults)


FOLDER_BREAKS = [
    ("a file too many", {"catalog/taxes.yaml": "x: 1\n"}, (), "catalog/taxes.yaml", "unexpected_file"),
    ("an editor's backup", {"catalog/units.yaml~": ""}, (), "catalog/units.yaml~", "unexpected_file"),
    ("a file in the wrong folder", {"standards/units.yaml": "x: 1\n"}, (), "standards/units.yaml", "unexpected_file"),
    (
        "an eighth standard",
        {"standards/management/m8.yaml": "x: 1\n"},
        (),
        "standards/management/m8.yaml",
        "unexpected_file",
    ),
    (
        "procedures of no area",
        {"standards/disclosure/taxes.yaml": ""},
        (),
        "standards/disclosure/taxes.yaml",
        "unexpected_file",
    ),
    ("no units", {}, (UNITS,), UNITS, "missing_file"),
    ("no catalog of an area", {}, (BUDGETS,), BUDGETS, "missing_file"),
    ("no national calendar", {}, (NATIONAL,), NATIONAL, "missing_file"),
    ("no assessment", {}, (ASSESSMENT,), ASSESSMENT, "missing_file"),
    ("no words", {}, (WORDS,), WORDS, "missing_file"),
    ("a standard missing", {}, ("standards/management/m4.yaml",), "standards/management/m4.yaml", "missing_file"),
]


@pytest.mark.parametrize(
    ("name", "added", "removed", "file", "code"), FOLDER_BREAKS, ids=[one[0] for one in FOLDER_BREAKS]
)
def test_a_file_too_many_or_too_few_is_named(
    texts: dict[str, str], name: str, added: dict[str, str], removed: tuple[str, ...], file: str, code: str
) -> None:
    texts |= added
    for one in removed:
        del texts[one]
    checked, faults = check_folder(texts)
    assert checked is None
    assert (file, code) in {(fault.file, fault.code) for fault in faults}


def test_all_faults_of_all_files_are_told_at_once(texts: dict[str, str]) -> None:
    for file, old, new in (
        (UNITS, "kind: government", "kind: company"),
        (UNITS, "parent: CX-GOV", "parent: CX-GOV\n    fax: 110"),
        (BUDGETS, "count: 20", "count: 二十"),
        (BUDGETS, "- government_website", "- telegraph"),
        (PLANNING, "  - code: URP-01-01", "  - code: BUD-01-01"),
        (REGULATIONS, "to: 2019-05-14", "to: 2019-5-14"),
        (NATIONAL, "      - 2004-01-17", "      - 2004-01-14"),
        (WORDS, "12345\n", "12345\n12345\n"),
    ):
        assert old in texts[file]
        texts[file] = texts[file].replace(old, new, 1)
    _, faults = check_folder(texts)
    assert {
        (UNITS, "units[0].kind", "not_accepted"),
        (UNITS, "units[1].fax", "unknown_field"),
        (BUDGETS, "items[29].deadline[0].count", "not_a_number"),
        (BUDGETS, "items[0].channels[0]", "unknown_channel"),
        (PLANNING, "items[0].code", "wrong_prefix"),
        (REGULATIONS, "regulations[0].editions[0].to", "not_a_date"),
        (NATIONAL, "years[0].workdays[0]", "workday_not_weekend"),
        (WORDS, "", "duplicate"),
    } <= {(fault.file, fault.field, fault.code) for fault in faults}
    assert faults == sorted(faults)


def test_a_fault_says_what_is_accepted(texts: dict[str, str]) -> None:
    texts[UNITS] = texts[UNITS].replace("kind: government", "kind: company", 1)
    (fault,) = check_folder(texts)[1]
    assert fault == Fault(
        file=UNITS,
        line=nth_line(texts[UNITS], "kind: company", 1),
        field="units[0].kind",
        code="not_accepted",
        found="company",
        accepted="government、municipal_organ、party_organ、dev_zone、township、institution",
    )
    assert (
        fault.sentence
        == "只接受 government、municipal_organ、party_organ、dev_zone、township、institution，实际是“company”。"
    )
