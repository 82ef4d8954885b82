"""`/metrics`, for a Prometheus on this machine: requests as all web workers counted them, and figures of the database.

Each worker counts into files of its own under PROMETHEUS_MULTIPROC_DIR, which whoever starts the web empties. The library
would show either those files or what we collect ourselves, so both are read here. Labels are names of ours: views, states,
agencies; never an address or a number of a person.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.middleware import PrometheusAfterMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from handoff import figures
from handoff.figures import Figure
from refunds import schemes
from refunds.states import RefundStatus, ReviewStatus

# What a proxy adds: such a request comes from outside, wherever its last step began.
FORWARDED = ("x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
HERE = ("127.0.0.1", "::1")

POOL = Gauge("portal_pool", "Connections to the database: of one worker.", ["figure"], multiprocess_mode="liveall")
POOL_FIGURES = ("pool_max", "pool_size", "pool_available", "requests_waiting")

REVIEWED = Q(review_status__in=(ReviewStatus.PENDING, ReviewStatus.COUNTERSIGN))
AT_AGENCY = Q(refund_status__in=(RefundStatus.APPROVED, RefundStatus.AGENCY_PROCESSING, RefundStatus.PAYING))


class CountingMiddleware(PrometheusAfterMiddleware):
    """Counts requests and their time by view. Stands first, so that the time is all of it."""

    def label_metric(self, metric, request, response=None, **labels):
        """A method is one that exists: what a stranger makes up would be a label for ever."""
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, response, **labels)

    def process_exception(self, request, exception):
        """The time is taken once, with the answer."""
        self.label_metric(self.metrics.exceptions_by_type, request, type=type(exception).__name__).inc()


@require_safe
@login_not_required
def metrics(request):
    """200 to who asks on this machine, 404 to anybody whom a proxy brings. Answers also while the database is away."""
    if _is_from_outside(request):
        raise Http404
    return HttpResponse(of_processes() + _of_database(), content_type=CONTENT_TYPE_LATEST)


def _is_from_outside(request: HttpRequest) -> bool:
    return request.META.get("REMOTE_ADDR") not in HERE or any(name in request.headers for name in FORWARDED)


def of_processes() -> bytes:
    """What the web workers have counted, all of them; in development, this process."""
    _note_pool()
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return generate_latest(REGISTRY)
    _forget_the_dead(Path(folder))
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)


def _note_pool() -> None:
    """Of this worker; of the others stands what they noted when it was their turn to answer."""
    pool = getattr(connection, "pool", None)
    stats = pool.get_stats() if pool else {}
    for figure in POOL_FIGURES:
        POOL.labels(figure).set(stats.get(figure, 0))


def _forget_the_dead(folder: Path) -> None:
    """A worker that died has no connections any more; its requests still count."""
    for pid in {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(pid, str(folder))
        except PermissionError:  # alive, and somebody else's
            continue


def _of_database() -> bytes:
    registry = CollectorRegistry()
    try:
        registry.register(
            _Collected([*_families(), _family("portal_database_up", "The database answers.", (), [((), 1)])])
        )
    except DatabaseError:
        registry.register(_Collected([_family("portal_database_up", "The database answers.", (), [((), 0)])]))
    return generate_latest(registry)


class _Collected(Collector):
    """Figures that were read already."""

    def __init__(self, families: list[GaugeMetricFamily]):
        self.families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self.families


FIGURES: tuple[tuple[str, str, tuple[str, ...], Callable[[], Iterable[Figure]]], ...] = (
    ("portal_deliveries_open", "Without a receipt.", ("agency", "status"), figures.unacknowledged),
    ("portal_delivery_oldest_seconds", "The longest without a receipt.", ("agency",), figures.oldest),
    ("portal_callbacks_unapplied", "Messages stored and not applied.", ("agency",), figures.unapplied),
    ("portal_jobs", "Jobs that wait, are in hand or gave up.", ("task", "status"), figures.jobs),
    ("portal_work_items_open", "What a person must look at.", ("kind",), figures.open_items),
)


def _families() -> Iterator[GaugeMetricFamily]:
    for name, words, labels, counted in FIGURES:
        yield _family(name, words, labels, counted())
    labels = ("scheme", "agency", "review_status", "refund_status")
    yield _family("portal_applications_open", "With an officer, or with the agency.", labels, _applications())


def _family(name: str, words: str, labels: tuple[str, ...], counted: Iterable[Figure]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=labels)
    for values, number in counted:
        family.add_metric(values, number)
    return family


def _applications() -> Iterator[Figure]:
    """Each of the two has an index of its own, which holds the open ones only."""
    for scheme in schemes.every():
        for some in (REVIEWED, AT_AGENCY):
            rows = scheme.model.objects.filter(some).order_by().values_list("review_status", "refund_status")
            for review, refund, count in rows.annotate(Count("pk")):
                yield (scheme.code, scheme.agency, review, refund), count
