"""The annual report as one HTML file that needs nothing else: its style sheet is carried inside the link to it."""

import base64
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, render_template

from registry.annual.compiled import Report
from registry.annual.document import report_title
from registry.web.annual import Drawn, drawn

STYLE = Path(__file__).parent / "static" / "printed.css"


@dataclass(frozen=True)
class PrintedPage:
    """The report and its tables, drawn."""

    report: Report
    title: str
    drawn: Drawn


def printed_report(app: Flask, report: Report) -> str:
    """The file's text."""
    style = "data:text/css;base64," + base64.b64encode(STYLE.read_bytes()).decode()
    page = PrintedPage(report, report_title(report), drawn(report))
    with app.test_request_context():
        return render_template("annual/_printed.html", page=page, style=style)
