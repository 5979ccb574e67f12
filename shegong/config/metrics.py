"""Figures for the monitoring: requests of all server processes together, and the health of the house as gauges."""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from shegong.kernel import health
from shegong.kernel.health import Fact

STATES = {health.OK: 0, health.OFF: 0, health.WARN: 1, health.BAD: 2}


class House(Collector):
    """Every fact twice: its state (0 well, 1 look at it, 2 broken), and its figure in its unit."""

    def __init__(self, found: list[Fact]) -> None:
        """What the checks found."""
        self.found = found

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        state = GaugeMetricFamily("shegong_health", "0 well, 1 look at it, 2 broken.", labels=["check"])
        for fact in self.found:
            state.add_metric([fact.name], STATES[fact.state])
        yield state
        for fact in self.found:
            name = f"shegong_{fact.name}_{fact.unit}" if fact.unit else f"shegong_{fact.name}"
            yield GaugeMetricFamily(name, fact.name, value=fact.figure)


def everything() -> bytes:
    """Requests and health in the text format."""
    house = CollectorRegistry()
    house.register(House(health.facts(fresh=False)))
    return requests() + generate_latest(house)


def requests() -> bytes:
    """Requests only: of all processes where `shegong serve` gave them a folder in common, else of this one."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)
    return generate_latest(together)
