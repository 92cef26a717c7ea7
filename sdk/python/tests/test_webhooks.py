"""Webhooks: registered at a running service, received on this machine, and verified."""

import json

import pytest
from receiver import Receiver, running_receiver
from stand_in import eventually, video_bytes

from kinemotion_client import KinemotionClient, WebhookEvent, errors, verify_webhook


def read_event(receiver: Receiver, secret: str, number: int = 0) -> WebhookEvent:
    """The event of a message that is verified."""
    assert eventually(lambda: len(receiver.received) > number)
    return verify_webhook(receiver.received[number].body, receiver.received[number].headers, secret=secret)


def test_a_webhook_is_told_of_the_end_of_an_analysis(client: KinemotionClient):
    with running_receiver() as receiver:
        webhook = client.webhooks.register(receiver.url, events=["analysis.completed"], sport_types=["sj"])
        analysis = client.create_analysis(video_bytes(name=webhook.webhook_id), "sj")
        event = read_event(receiver, webhook.secret)
        assert (event.type, event.data["analysis_id"]) == ("analysis.completed", analysis.analysis_id)
        assert eventually(
            lambda: [one.status for one in client.webhooks.list_deliveries(webhook.webhook_id)] == ["delivered"]
        )
        [delivery] = client.webhooks.list_deliveries(webhook.webhook_id)
        assert event.id == delivery.event_id
        assert [made.status for made in client.webhooks.get_delivery(delivery.delivery_id).attempts] == [204]
        client.webhooks.redeliver(delivery.delivery_id)
        assert read_event(receiver, webhook.secret, 1) == event
        client.webhooks.delete(webhook.webhook_id)
    with pytest.raises(errors.NotFound):
        client.webhooks.get(webhook.webhook_id)


def test_a_test_message_is_signed_with_both_secrets_after_a_change(client: KinemotionClient):
    with running_receiver() as receiver:
        webhook = client.webhooks.register(receiver.url)
        renewed = client.webhooks.rotate_secret(webhook.webhook_id)
        client.webhooks.send_test(webhook.webhook_id)
        for secret in (webhook.secret, renewed.secret):
            assert read_event(receiver, secret).type == "webhook.test"
        assert webhook.webhook_id in [known.webhook_id for known in client.webhooks.list()]
        client.webhooks.delete(webhook.webhook_id)


def test_a_webhook_that_was_disabled_is_enabled(client: KinemotionClient):
    with running_receiver(lambda _number: 410) as receiver:
        webhook = client.webhooks.register(receiver.url)
        client.webhooks.send_test(webhook.webhook_id)
        assert eventually(lambda: not client.webhooks.get(webhook.webhook_id).is_active)
        assert client.webhooks.enable(webhook.webhook_id).is_active
        client.webhooks.delete(webhook.webhook_id)


def test_a_private_address_is_refused(client: KinemotionClient):
    with pytest.raises(errors.InvalidRequest):
        client.webhooks.register("http://192.168.1.7/hook")


def test_a_changed_message_is_refused(client: KinemotionClient):
    with running_receiver() as receiver:
        webhook = client.webhooks.register(receiver.url)
        client.webhooks.send_test(webhook.webhook_id)
        read_event(receiver, webhook.secret)
        [message] = receiver.received
        changed = json.dumps({**json.loads(message.body), "type": "analysis.failed"})
        with pytest.raises(errors.InvalidWebhook):
            verify_webhook(changed, message.headers, secret=webhook.secret)
        other = client.webhooks.rotate_secret(webhook.webhook_id).secret
        with pytest.raises(errors.InvalidWebhook):
            verify_webhook(message.body, message.headers, secret=other)
        client.webhooks.delete(webhook.webhook_id)
