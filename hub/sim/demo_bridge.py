"""A real MQTT broker in the demo's process, and the bridge between it and the broker of the simulated house.

So that people's own tools can look on and take part: `mosquitto_sub -t 'telecare/#' -v` shows what the hub says,
`mosquitto_pub -t zigbee2mqtt/pendant -m '{"action":"single"}'` presses the pendant. Whatever fails here is told, and
the demo goes on without it.

Two threads: the broker's (amqtt, on asyncio) and paho's, which only leaves what came in. What the house hears, it hears
in `exchange`, on its own thread and in its own time.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hub.drivers.mqtt_topics import Publish, Topics
from hub.place_forms import MqttTopic
from hub.sim.house import House

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
START_DEADLINE_S = 10.0
STOP_DEADLINE_S = 3.0
GOODBYE_S = 1.0
# A demo has a handful of devices; whoever floods it loses the oldest.
WAITING_AT_MOST = 1000

Heard = tuple[str, bytes, bool]


class DemoBroker:
    """The broker and its bridge. ``port`` is 0 until it serves; ``trouble`` says why it does not."""

    def __init__(self, house: House) -> None:
        self.port = 0
        self.trouble = ""
        self._heard: deque[Heard] = deque(maxlen=WAITING_AT_MOST)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._thread: threading.Thread | None = None
        self._client: paho.Client | None = None
        self._house = house
        self._topics = Topics(house.config.hub.id)
        self._is_up = self._was_alive = False

    # --- its life -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to serve, on a thread of its own; returns at once."""
        self._listen_in()
        self._thread = threading.Thread(target=self._run, name="demo broker", daemon=True)
        self._thread.start()

    def move_to(self, house: House) -> None:
        """Serve another house from now on, on the same port. On the house's thread, as `exchange`."""
        self._house, self._topics = house, Topics(house.config.hub.id)
        self._listen_in()
        self._heard.clear()
        if self._is_up and self._client is not None:
            self._subscribe(self._client)
        self._is_up = self._was_alive = False

    def _listen_in(self) -> None:
        broker = self._house.broker
        broker.on_taken = _both(broker.on_taken, self._carry)

    def stop(self) -> None:
        """Say goodbye, and end within a few seconds."""
        if self._client is not None:
            self._say(self._topics.status(online=False))
            self._client.disconnect()
            self._client.loop_stop()
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join(STOP_DEADLINE_S)

    def _run(self) -> None:
        _keep_quiet("amqtt", "transitions")
        try:
            asyncio.run(self._serve())
        except Exception as bug:  # the top of a driver's thread
            log.exception("the demo goes on without its broker")
            self.trouble = f"{type(bug).__name__}: {bug}"
            self.port = 0

    async def _serve(self) -> None:
        from amqtt.broker import Broker  # noqa: PLC0415 -- takes a third of a second: not before there is a screen

        self._loop = asyncio.get_running_loop()
        plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
        broker = Broker({"listeners": {"default": {"type": "external"}}, "plugins": plugins})
        clients = _Clients(broker)
        server = await asyncio.start_server(clients.welcome, HOST, 0)
        await asyncio.wait_for(broker.start(), START_DEADLINE_S)
        port = int(server.sockets[0].getsockname()[1])
        self._dial(port)
        self.port = port
        await self._stopping.wait()
        server.close()
        await broker.shutdown()
        await clients.see_out()

    @property
    def is_bridged(self) -> bool:
        """Whether the house and the broker hear each other."""
        return self._is_up

    # --- the bridge -----------------------------------------------------------------------------------------

    def exchange(self) -> None:
        """Let the house hear what came in, and tell outside whether the hub lives. On the house's thread."""
        house = self._house
        is_up = self._client is not None and self._client.is_connected()
        if is_up and not self._is_up:
            for topic, payload in house.broker.retained.items():
                self._client_publish(topic, payload, qos=1, retain=True)
        is_alive = house.hub is not None
        if is_up and (not self._is_up or is_alive is not self._was_alive):
            self._say(self._topics.status(online=is_alive))
            self._was_alive = is_alive
        self._is_up = is_up
        while self._heard:
            topic, payload, is_retained = self._heard.popleft()
            house.publish(topic, payload, is_retained)
            house.settle()

    def _dial(self, port: int) -> None:
        """Connect to our own broker; version 3.1.1, since amqtt knows no later one."""
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="demo-house", protocol=paho.MQTTv311)
        will = self._topics.status(online=False)
        client.will_set(will.topic, will.payload, will.qos, retain=True)
        client.max_queued_messages_set(WAITING_AT_MOST)
        client.on_connect = lambda client, *_rest: self._subscribe(client)
        client.on_message = lambda _client, _data, m: self._heard.append((m.topic, bytes(m.payload), bool(m.retain)))
        self._client = client
        client.connect_async(HOST, port)
        client.loop_start()

    def _subscribe(self, client: paho.Client) -> None:
        client.subscribe([(topic, 0) for topic in self._inward()])

    def _inward(self) -> list[str]:
        """What the house wants to hear: its wireless devices, and orders."""
        config = self._house.config
        sources = [*(button.source for button in config.buttons), *(sensor.source for sensor in config.sensors)]
        return [*sorted({s.topic for s in sources if isinstance(s, MqttTopic)}), self._topics.command]

    def _carry(self, publish: Publish) -> None:
        """What the hub says in the house is said outside as well."""
        if self._is_up:
            self._say(publish)

    def _say(self, publish: Publish) -> None:
        self._client_publish(publish.topic, publish.payload, qos=publish.qos, retain=publish.retain)

    def _client_publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        if self._client is not None:
            self._client.publish(topic, payload, qos, retain)


def _both(first: Callable[[Publish], None], second: Callable[[Publish], None]) -> Callable[[Publish], None]:
    def do(publish: Publish) -> None:
        first(publish)
        second(publish)

    return do


class _Clients:
    """Whoever is connected. Ours and not amqtt's own listener, which leaves sockets open when a client has hung up."""

    def __init__(self, broker: Any) -> None:  # amqtt has no types
        self._broker = broker
        self._tasks: set[asyncio.Task[None] | None] = set()

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client for as long as it stays."""
        from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter  # noqa: PLC0415 -- see `_serve`
        from amqtt.errors import AMQTTError  # noqa: PLC0415

        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            await self._broker.external_connected(StreamReaderAdapter(reader), StreamWriterAdapter(writer), "default")
        except (OSError, AMQTTError) as gone:
            log.debug("a client went without a word: %s", gone)
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def see_out(self) -> None:
        """Let those who are still there end, and close after them."""
        rest = {task for task in self._tasks if task is not None}
        if not rest:
            return
        _done, late = await asyncio.wait(rest, timeout=GOODBYE_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _keep_quiet(*loggers: str) -> None:
    """For amqtt every client that goes without a word is an error; here they come and go."""
    for name in loggers:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
