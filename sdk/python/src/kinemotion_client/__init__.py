"""Python client of a Kinemotion service.

`KinemotionClient` blocks, `AsyncKinemotionClient` is for asyncio; they have the same methods. What they return is in
`kinemotion_client.models`, what they raise in `kinemotion_client.errors`.
"""

from kinemotion_client.calls import AnalysisFilter, AnalysisSettings, StoredVideo
from kinemotion_client.errors import AnalysisFailed, APIError, KinemotionClientError
from kinemotion_client.live import AsyncKinemotionClient, Callbacks, LiveStream
from kinemotion_client.retries import RetryPolicy
from kinemotion_client.synchronous.client import KinemotionClient
from kinemotion_client.tables import to_pandas, trials_to_pandas
from kinemotion_client.webhook_events import WebhookEvent, verify_webhook

__all__ = [
    "APIError",
    "AnalysisFailed",
    "AnalysisFilter",
    "AnalysisSettings",
    "AsyncKinemotionClient",
    "Callbacks",
    "KinemotionClient",
    "KinemotionClientError",
    "LiveStream",
    "RetryPolicy",
    "StoredVideo",
    "WebhookEvent",
    "to_pandas",
    "trials_to_pandas",
    "verify_webhook",
]
