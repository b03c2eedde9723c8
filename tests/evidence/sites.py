"""Web sites without a network: what stands at an address is written down beforehand, and who asked for what afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field

from registry.evidence.exchanges import Exchange, Fetched
from registry.evidence.rules import Fault

TITLE = "楚雄市2026年一般公共预算收支表"
ADDRESS = "https://www.cxs.gov.cn/info/1016/208010.htm"


def page(title: str = TITLE, text: str = "收入合计18.6亿元。", more: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p>{more}</body></html>"


@dataclass
class Sites:
    """`pages`: address → markup, a status, or the fault that keeps an answer away. Anything else is 404."""

    pages: dict[str, str | bytes | int | Fault] = field(default_factory=lambda: {ADDRESS: page()})
    asked: list[str] = field(default_factory=list)
    is_whole: bool = True
    before_answering: Callable[[], None] = lambda: None

    def fetch(self, address: str) -> Fetched:
        self.asked.append(address)
        self.before_answering()
        found = self.pages.get(address, 404)
        if isinstance(found, Fault):
            return Fetched(address, address, found, is_whole=False)
        status, body = (
            (found, b"") if isinstance(found, int) else (200, found.encode() if isinstance(found, str) else found)
        )
        exchange = Exchange(
            address=address,
            request_headers=(("Host", "www.cxs.gov.cn"), ("User-Agent", "disclosure-registry/1.0")),
            status=status,
            reason="OK" if status == 200 else "Not Found",
            headers=(("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "session=1")),
            wire=body,
        )
        return Fetched(address, address, None, (exchange,), body, self.is_whole)
