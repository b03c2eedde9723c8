"""robots.txt of one site: what it allows, and how long to wait."""

from dataclasses import dataclass
from urllib.robotparser import RobotFileParser

from registry.evidence.exchanges import Exchange
from registry.evidence.rules import Fault


@dataclass(frozen=True)
class Robots:
    """What robots.txt of one origin says; without rules everything is allowed, with a fault nothing is known."""

    rules: RobotFileParser | None = None
    fault: Fault | None = None

    @classmethod
    def of(cls, exchange: Exchange) -> "Robots":
        if exchange.status >= 500:
            return cls(fault=Fault.ROBOTS)
        if exchange.status != 200:
            return cls()
        rules = RobotFileParser()
        try:
            rules.parse(exchange.wire.decode("utf-8", "replace").splitlines())
        except ValueError:  # numbers in other scripts, addresses that are none
            return cls(fault=Fault.ROBOTS)
        return cls(rules)

    def allows(self, agent: str, address: str) -> bool:
        return self.rules is None or self.rules.can_fetch(agent, address)

    def delay(self, agent: str) -> float:
        return float(self.rules.crawl_delay(agent) or 0) if self.rules else 0
