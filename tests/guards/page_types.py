"""One address of each page type, for tests that look at all of them."""

PUBLIC = {
    "home": "/",
    "results": "/search?q=预算",
    "no results": "/search?q=外星人",
    "area": "/areas/budgets",
    "item": "/items/BUD-01-01",
    "item owed by many": "/items/BUD-03-01",
    "units": "/units",
    "unit": "/units/CX-101",
    "board": "/coverage",
    "occasions": "/coverage/occasions?unit=CX-101&area=budgets",
    "standards": "/standards",
    "standard": "/standards/m1",
    "procedures": "/procedures/budgets",
    "annual reports": "/annual-reports",
    "publications of a year": "/annual-reports/2026/publications",
    "about": "/about",
    "help": "/help",
    "accessibility": "/accessibility",
    "sign in": "/sign-in",
    "API": "/api/",
}
