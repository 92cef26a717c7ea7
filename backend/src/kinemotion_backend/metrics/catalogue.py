"""Every metric of the service, declared once: its name, its meaning, its labels and its buckets.

``Metrics`` belongs to one service or worker, so that two of them in one process do not count for each other.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

HTTP_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
FRAME_S = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0)
WORK_S = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Upper edges of the buckets, in seconds: of an answer, of a frame, and of an analysis or one of its stages."""

STAGES = ("decode", "pose", "analysis")
"""Stages of the engine that are timed; its document may name others, and their names make no new series."""


class Metrics:
    """The metrics of one service or worker."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.labels: dict[str, tuple[str, ...]] = {}
        self._add_service()
        self._add_analyses()
        self._add_webhooks()
        self._add_streams()
        self._add_frames()
        for collect in (ProcessCollector, PlatformCollector, GCCollector):
            collect(registry=self.registry)

    def write(self) -> bytes:
        """Return the present values in Prometheus' text format."""
        return generate_latest(self.registry)

    def _add_service(self) -> None:
        self.build = self._gauge(
            "kinemotion_build_info",
            "Always 1; the labels say which versions answer.",
            labels=("service", "engine", "contract"),
        )
        self.http_requests = self._counter(
            "kinemotion_http_requests_total", "Answers, by route template.", labels=("method", "route", "status")
        )
        self.http_duration = self._histogram(
            "kinemotion_http_request_duration_seconds",
            "Time from a request to the start of its answer.",
            labels=("method", "route"),
            buckets=HTTP_S,
        )
        self.http_in_progress = self._gauge("kinemotion_http_requests_in_progress", "Requests without an end yet.")
        self.engine_up = self._gauge("kinemotion_engine_up", "1 where the engine answers and has a contract that fits.")
        self.records_up = self._gauge("kinemotion_records_up", "1 where the database answers.")
        self.disk_free = self._gauge("kinemotion_disk_free_bytes", "Free space beside the folder.", labels=("folder",))
        self.limiter_fallbacks = self._counter(
            "kinemotion_limiter_fallbacks_total", "Limits counted in this process alone, because Redis did not answer."
        )

    def _add_analyses(self) -> None:
        self.analyses_submitted = self._counter(
            "kinemotion_analyses_submitted_total", "Requests for an analysis that began a new one.", labels=("sport",)
        )
        self.analyses = self._counter(
            "kinemotion_analyses_total", "Analyses that ended with a result.", labels=("sport",)
        )
        self.analyses_failed = self._counter(
            "kinemotion_analyses_failed_total",
            "Analyses that ended without a result, by the code of the error.",
            labels=("sport", "error_type"),
        )
        self.analyses_running = self._gauge("kinemotion_analyses_running", "Analyses at work in this process.")
        self.analysis_duration = self._histogram(
            "kinemotion_analysis_duration_seconds",
            "Time of one attempt, from its start to its end.",
            labels=("sport",),
            buckets=WORK_S,
        )
        self.analysis_wait = self._histogram(
            "kinemotion_analysis_wait_seconds",
            "Time from the request to the first start, for analyses of videos.",
            labels=("sport",),
            buckets=WORK_S,
        )
        self.stage_duration = self._histogram(
            "kinemotion_stage_duration_seconds",
            f"Time of the engine's stages, as its document says: {', '.join(STAGES)}.",
            labels=("sport", "stage"),
            buckets=WORK_S,
        )
        self.queue_depth = self._gauge(
            "kinemotion_queue_depth", "Jobs that wait or run, in all processes.", labels=("kind",)
        )
        self.queue_age = self._gauge(
            "kinemotion_queue_oldest_seconds", "How long the oldest analysis in the queue has waited; 0 without one."
        )

    def _add_webhooks(self) -> None:
        self.webhook_deliveries = self._counter(
            "kinemotion_webhook_deliveries_total",
            "Attempts to deliver an event: delivered, to be tried again (retry), or given up (failed).",
            labels=("outcome",),
        )
        self.webhook_duration = self._histogram(
            "kinemotion_webhook_duration_seconds", "Time of one attempt.", buckets=HTTP_S
        )

    def _add_streams(self) -> None:
        self.ws_connections = self._gauge("kinemotion_ws_active_connections", "Open WebSocket connections.")
        self.streams_active = self._gauge("kinemotion_streams_active", "Live streams, also those that may be resumed.")
        self.streams = self._counter(
            "kinemotion_streams_total", "Live streams that ended, by the reason.", labels=("sport", "reason")
        )
        self.streams_refused = self._counter(
            "kinemotion_streams_refused_total",
            "Live streams that were not begun, by the code of the error.",
            labels=("reason",),
        )
        self.streams_resumed = self._counter(
            "kinemotion_streams_resumed_total", "Lost connections that came back in time."
        )
        self.pool = self._gauge(
            "kinemotion_stream_engines",
            "Processes of the live engine, by state: ready, full, ending.",
            labels=("state",),
        )
        self.pool_memory = self._gauge(
            "kinemotion_stream_engine_memory_bytes", "Resident memory of all processes of the live engine."
        )
        self.pool_restarts = self._counter(
            "kinemotion_stream_engine_restarts_total",
            "Processes that were replaced: died, or recycled.",
            labels=("reason",),
        )

    def _add_frames(self) -> None:
        self.frames = self._counter("kinemotion_frames_total", "Frames received in live streams.", labels=("codec",))
        self.frames_dropped = self._counter(
            "kinemotion_frames_dropped_total",
            "Frames that were not measured: superseded by a newer one, out of order, or above the rate.",
            labels=("reason",),
        )
        self.frame_latency = self._histogram(
            "kinemotion_frame_latency_seconds",
            "Time from a frame's arrival to the state that it gives.",
            labels=("codec",),
            buckets=FRAME_S,
        )

    def _counter(self, name: str, meaning: str, *, labels: tuple[str, ...] = ()) -> Counter:
        self.labels[name] = labels
        return Counter(name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *, labels: tuple[str, ...] = ()) -> Gauge:
        self.labels[name] = labels
        return Gauge(name, meaning, labels, registry=self.registry)

    def _histogram(
        self, name: str, meaning: str, *, buckets: tuple[float, ...], labels: tuple[str, ...] = ()
    ) -> Histogram:
        self.labels[name] = labels
        return Histogram(name, meaning, labels, registry=self.registry, buckets=buckets)
