"""The MQTT driver and a broker that does not let it in, or not to everything: names, rights, certificates."""

import socket
from pathlib import Path

import pytest
from mqtt_bench import ROOT, Hub, declined

from hub.domain.inputs import FaultCleared, FaultSeen, LinkChanged
from hub.drivers.mqtt import Access
from tests.mosquitto import Mosquitto, Tls, password_file, wait_until

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return Tls(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("version", [5, 4])
def test_a_hub_that_is_not_let_in_says_what_to_check_and_comes_in_once_it_may(tmp_path: Path, version: int) -> None:
    locked = ("allow_anonymous false", f"password_file {password_file(tmp_path, 'hub', 'secret')}")
    with Mosquitto(tmp_path, locked) as broker:
        with Hub(broker.port, version=version, username="hub", password="wrong") as hub:
            fault = hub.wait_for(FaultSeen)
            assert fault.fault == "mqtt.refused"
            assert "check username and password_file in [mqtt]" in fault.detail
            assert "wrong" not in fault.detail
            broker.kill()
            broker.configure("allow_anonymous true")
            broker.start()
            hub.wait_until_up()
            assert "mqtt.refused" in [seen.fault for seen in hub.seen(FaultCleared)]
        broker.kill()
        broker.configure(*locked)
        broker.start()
        with Hub(broker.port, version=version, username="hub", password="secret") as hub:
            hub.wait_until_up()
            assert hub.faults() == []


def test_the_password_is_in_no_text_about_the_access() -> None:
    assert "secret" not in repr(Access("127.0.0.1", password="secret"))


def test_a_broker_with_a_certificate_of_our_authority_is_trusted_and_trusts_ours(tmp_path: Path, tls: Tls) -> None:
    certificate, key = tls.client
    with Mosquitto(tmp_path, tls.settings(client_certificate=True)) as broker:
        for version in (5, 4):
            with Hub(broker.port, tls=True, version=version, ca=tls.ca, cert=certificate, key=key) as hub:
                hub.wait_until_up()
                hub.source.publish_fact(1, declined(1))
        assert broker.log.count("as telecare-7f3a9c") == 2


def test_a_broker_whose_certificate_nobody_vouches_for_is_refused(tmp_path: Path, tls: Tls) -> None:
    with Mosquitto(tmp_path, tls.settings(client_certificate=False)) as broker, Hub(broker.port, tls=True) as hub:
        fault = hub.wait_for(FaultSeen)
        assert fault.fault == "mqtt.refused"
        assert "ca in [mqtt] must be the authority" in fault.detail


def test_a_hub_without_the_certificate_that_the_broker_asks_for_stays_out_and_says_so(tmp_path: Path, tls: Tls) -> None:
    with (
        Mosquitto(tmp_path, tls.settings(client_certificate=True)) as broker,
        Hub(broker.port, tls=True, ca=tls.ca) as hub,
    ):
        fault = hub.wait_for(FaultSeen)
        assert fault.fault == "mqtt.absent"
        assert "write cert and key in [mqtt]" in fault.detail
        assert not hub.seen(LinkChanged)


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path, tls: Tls) -> None:
    with Mosquitto(tmp_path, tls.settings(client_certificate=False)) as broker:
        for files in ({"ca": tmp_path / "none.crt"}, {"ca": tls.ca, "cert": tls.ca, "key": tls.client[1]}):
            with Hub(broker.port, tls=True, **files) as hub:
                fault = hub.wait_for(FaultSeen)
                assert fault.fault == "mqtt.refused"
                assert str(files["ca"]) in fault.detail


def test_a_plain_client_of_a_broker_with_certificates_learns_that_nobody_answers(tmp_path: Path, tls: Tls) -> None:
    with Mosquitto(tmp_path, tls.settings(client_certificate=False)) as broker, Hub(broker.port) as hub:
        fault = hub.wait_for(FaultSeen)
        assert fault.fault == "mqtt.absent"
        assert (
            "if it knows no MQTT 5 write version = 4 in [mqtt], if it wants TLS write mqtts:// in url" in fault.detail
        )


def test_two_hubs_with_one_id_are_told_apart_from_a_broker_that_is_away(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker, Hub(broker.port) as first:
        first.wait_until_up()
        with Hub(broker.port) as second:
            second.wait_until_up()
            fault = first.wait_for(FaultSeen)
            assert fault.fault == "mqtt.duplicate"
            assert "another hub with the same id" in fault.detail

        def is_over() -> bool:
            """Alone again, the first hub takes the fault back."""
            first.source.publish_heartbeat(1, 300.0, {})
            return [seen.fault for seen in first.seen(FaultCleared)].count("mqtt.duplicate") == 2

        wait_until(is_over)


def test_a_broker_that_says_why_it_ends_the_connection_is_quoted() -> None:
    accepted, taken_over = bytes([0x20, 3, 0, 0, 0]), bytes([0xE0, 2, 0x8E, 0])
    with socket.create_server(("127.0.0.1", 0)) as server, Hub(server.getsockname()[1]) as hub:
        connection, _ = server.accept()
        with connection:
            connection.sendall(accepted + taken_over)
            fault = hub.wait_for(FaultSeen)
        assert fault.fault == "mqtt.duplicate"
        assert "it ended the connection (Session taken over)" in fault.detail


def test_a_broker_that_forbids_what_the_hub_says_is_a_fault(tmp_path: Path) -> None:
    rights = tmp_path / "rights"
    rights.write_text("topic read #\n" + "".join(f"topic write {ROOT}/{t}\n" for t in ("status", "update", "incident")))
    with Mosquitto(tmp_path, ("allow_anonymous true", f"acl_file {rights}")) as broker, Hub(broker.port) as hub:
        hub.wait_until_up()
        assert hub.faults() == []
        hub.source.publish_fact(1, declined(1))
        fault = hub.wait_for(FaultSeen)
        assert fault.fault == "mqtt.denied"
        assert fault.detail == f"may not write {ROOT}/event: allow it in the broker's access list"
