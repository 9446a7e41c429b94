"""The words of the demo's screen, in both languages: as the daughter of an 80-year-old would say them.

One record a language, so that no word can be missing in one of them. What the hub itself says, by text, by voice and in
its log, are the real words of `hub/locales`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.facts import Kind
from hub.domain.policy import SensorKind
from hub.domain.view import Condition
from hub.ports import Pattern

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Hint:
    """A key, and what it does."""

    key: str
    does: str
    action: str  # as `DemoApp` binds it


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the screen says. ``{}`` takes a name, a time or a span."""

    weekdays: tuple[str, ...]
    # The bar at the top
    demo: str
    nothing_real: str
    story: str
    paused: str
    # The home
    home: str
    button: str
    pressed: str
    seen: str
    sensors: Mapping[SensorKind, tuple[str, str]]  # at rest, active
    light: str
    patterns: Mapping[Pattern | None, str]
    voice: str
    silent: str
    hub: str
    runs: str
    off: str
    power: str
    there: str
    cut: str
    modem: str
    plugged: str
    unplugged: str
    network: str
    # How things stand
    now: str
    conditions: Mapping[Condition, str]
    hub_off: str
    hub_off_why: str
    asked: str
    last_movement: str
    never_moved: str
    if_no_movement: str
    no_next: str
    since: str
    ago: str
    within: str
    incident: str
    kinds: Mapping[Kind, str]
    told: str
    nobody_told: str
    going: str
    minutes: str
    there_now: str
    cannot: str
    unreached: str
    next_warning: str
    next_asked: str
    next_alerting: str
    next_answered: str
    next_attended: str
    faults: str
    log: str
    tip: str
    tale: str
    tale_over: str
    expected: str
    # The phones
    phones: str
    no_texts: str
    family: str
    resident: str
    write_as: str
    standing: Mapping[str, str]  # told, going, there, cannot, unreached
    # The keys
    home_keys: tuple[Hint, ...]
    phone_keys: tuple[Hint, ...]
    world_keys: tuple[Hint, ...]
    mqtt: str
    no_mqtt: str
    not_here: Mapping[str, str]
    # Units
    seconds: str
    mins: str
    hours: str
    days: str

    def span(self, span: timedelta) -> str:
        """Write a span as people say it: "38 s", "2 min 05", "3 h 56", "2 j 4 h"."""
        seconds = max(0, round(span.total_seconds()))
        if seconds < MINUTE_S:
            return self.seconds.format(seconds)
        if seconds < HOUR_S:
            minutes, rest = divmod(seconds, MINUTE_S)
            return self.mins.format(minutes) + (f" {rest:02}" if rest and minutes < 10 else "")
        if seconds < DAY_S:
            hours, rest = divmod(seconds, HOUR_S)
            return f"{self.hours.format(hours)} {rest // MINUTE_S:02}"
        days, rest = divmod(seconds, DAY_S)
        return f"{self.days.format(days)} {self.hours.format(rest // HOUR_S)}"

    def clock(self, local: datetime) -> str:
        """Write the day and the time, to the second."""
        return f"{self.weekdays[local.weekday()]} {local:%d/%m %H:%M:%S}"


FR = Words(
    weekdays=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    demo="DÉMO",
    nothing_real="maison simulée, aucun vrai SMS",
    story="histoire : {}",
    paused="PAUSE",
    home="Chez {}",
    button="bouton",
    pressed="APPUYÉ",
    seen="vue {}",
    sensors={
        SensorKind.MOTION: ("", "ça bouge"),
        SensorKind.DOOR: ("fermée", "OUVERTE"),
        SensorKind.BED: ("lit vide", "au lit"),
        SensorKind.SMOKE: ("", "FUMÉE !"),
        SensorKind.CO: ("", "MONOXYDE"),
        SensorKind.FLOOD: ("", "EAU !"),
        SensorKind.GAS: ("", "GAZ !"),
        SensorKind.TEMPERATURE: ("", "FROID"),
        SensorKind.FALL: ("", "CHUTE !"),
    },
    light="Voyant",
    patterns={
        None: "éteint",
        Pattern.READY: "je veille",
        Pattern.HEARD: "appel entendu",
        Pattern.ASKED: "tout va bien ?",
        Pattern.ASKED_SOFTLY: "tout va bien ?",
        Pattern.CALLING: "on appelle",
        Pattern.COMING: "aide en route",
        Pattern.FAULT: "en défaut",
    },
    voice="Voix",
    silent="rien pour le moment",
    hub="Appareil",
    runs="en marche",
    off="arrêté",
    power="Courant",
    there="présent",
    cut="COUPÉ",
    modem="Modem",
    plugged="branché",
    unplugged="DÉBRANCHÉ",
    network="Réseau",
    now="Où en est-on ?",
    conditions={
        Condition.OK: "✓ Tout va bien",
        Condition.WARNING: "! Appel entendu",
        Condition.ALERTING: "✖ ALERTE",
        Condition.ANSWERED: "→ {} y va",
        Condition.ATTENDED: "→ {} est sur place",
        Condition.UNKNOWN: "? On ne sait pas",
        Condition.FAULT: "! Appareil à réparer",
        Condition.AWAY: "Absente",
        Condition.PAUSED: "En pause",
    },
    hub_off="✖ Personne ne veille",
    hub_off_why="l'appareil est arrêté",
    asked="! Tout va bien ?",
    last_movement="Dernier mouvement :",
    never_moved="aucun encore",
    if_no_movement="Sans mouvement, alerte à",
    no_next="Aucune alerte prévue",
    since="depuis {}",
    ago="il y a {}",
    within="dans {}",
    incident="Alerte n° {}",
    kinds={
        Kind.PANIC: "appel à l'aide",
        Kind.INACTIVITY: "aucun mouvement",
        Kind.HAZARD: "danger",
        Kind.FALL: "chute",
        Kind.TECHNICAL: "défaut",
        Kind.DRILL: "exercice",
    },
    told="Prévenus : {}",
    nobody_told="Personne n'est encore prévenu",
    going="{} y va",
    minutes="({} min)",
    there_now="{} est sur place",
    cannot="Ne peuvent pas : {}",
    unreached="Injoignables : {}",
    next_warning="Elle peut annuler. Sinon {} reçoit l'alerte dans",
    next_asked="Sans réponse, {} reçoit l'alerte dans",
    next_alerting="Sans réponse, on appelle la suite dans",
    next_answered="Sans nouvelle, on lui redemande dans",
    next_attended="On demande si tout va bien dans",
    faults="À réparer",
    log="Ce que fait l'appareil",
    tip="Pour essayer : b appuie sur le bouton, n passe à la suite, 1 répond « j'y vais » pour Paul.",
    tale="Dans l'histoire",
    tale_over="Fin de l'histoire",
    expected="attendu : ✓ {}, ✖ {}",
    phones="Les téléphones",
    no_texts="Aucun SMS pour le moment.",
    family="famille",
    resident="chez elle",
    write_as="t : écrire pour {}",
    standing={
        "told": "prévenu(e)",
        "going": "y va",
        "there": "sur place",
        "cannot": "ne peut pas",
        "unreached": "injoignable",
    },
    home_keys=(
        Hint("b", "bouton", "deed('press')"),
        Hint("h", "3 s = annuler", "deed('hold')"),
        Hint("p", "pendentif", "deed('pendant')"),
        Hint("k", "cuisine", "deed('kitchen')"),
        Hint("c", "chambre", "deed('bedroom')"),
        Hint("e", "porte", "deed('door')"),
        Hint("f", "fumée", "deed('smoke')"),
    ),
    phone_keys=(
        Hint("⇥", "téléphone", "phone(1)"),
        Hint("1", "j'y vais", "text('1')"),
        Hint("2", "je ne peux pas", "text('2')"),
        Hint("3", "sur place", "text('3')"),
        Hint("9", "réglé", "text('9')"),
        Hint("q", "quitter", "quit"),
    ),
    world_keys=(
        Hint("m", "modem", "deed('plug')"),
        Hint("r", "réseau", "deed('network')"),
        Hint("w", "courant", "deed('power')"),
        Hint("x", "plantage", "deed('kill')"),
        Hint("+-", "vitesse", "speed(1)"),
        Hint("␣", "pause", "pause"),
        Hint("n", "suite", "deed('go_on')"),
        Hint("d", "jour/nuit", "day_night"),
    ),
    mqtt="MQTT sur {host}:{port} : mosquitto_sub -p {port} -t 'telecare/#' -v",
    no_mqtt="MQTT : pas de serveur ({})",
    not_here={
        "waiting": "Rien n'attend : avancez l'horloge avec +.",
        "button": "Il n'y a pas de bouton mural dans cette maison.",
        "pendant": "Il n'y a pas de pendentif dans cette maison.",
        "motion": "Il n'y a pas de détecteur de mouvement là.",
        "door": "Il n'y a pas de détecteur de porte dans cette maison.",
        "smoke": "Il n'y a pas de détecteur de fumée dans cette maison.",
        "power": "D'abord remettre le courant : w.",
        "hub": "L'appareil est déjà arrêté.",
        "call": "Ce téléphone ne sonne pas.",
    },
    seconds="{} s",
    mins="{} min",
    hours="{} h",
    days="{} j",
)

EN = Words(
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    demo="DEMO",
    nothing_real="a simulated house, no real texts",
    story="story: {}",
    paused="PAUSED",
    home="At {}'s",
    button="button",
    pressed="PRESSED",
    seen="at {}",
    sensors={
        SensorKind.MOTION: ("", "moving"),
        SensorKind.DOOR: ("shut", "OPEN"),
        SensorKind.BED: ("bed empty", "in bed"),
        SensorKind.SMOKE: ("", "SMOKE!"),
        SensorKind.CO: ("", "MONOXIDE"),
        SensorKind.FLOOD: ("", "WATER!"),
        SensorKind.GAS: ("", "GAS!"),
        SensorKind.TEMPERATURE: ("", "COLD"),
        SensorKind.FALL: ("", "FALL!"),
    },
    light="Light",
    patterns={
        None: "dark",
        Pattern.READY: "watching",
        Pattern.HEARD: "call heard",
        Pattern.ASKED: "all well?",
        Pattern.ASKED_SOFTLY: "all well?",
        Pattern.CALLING: "calling",
        Pattern.COMING: "help coming",
        Pattern.FAULT: "out of order",
    },
    voice="Voice",
    silent="nothing yet",
    hub="Box",
    runs="running",
    off="off",
    power="Power",
    there="on",
    cut="CUT",
    modem="Modem",
    plugged="plugged in",
    unplugged="UNPLUGGED",
    network="Network",
    now="How do things stand?",
    conditions={
        Condition.OK: "✓ All is well",
        Condition.WARNING: "! Call heard",
        Condition.ALERTING: "✖ ALERT",
        Condition.ANSWERED: "→ {} is going",
        Condition.ATTENDED: "→ {} is there",
        Condition.UNKNOWN: "? We do not know",
        Condition.FAULT: "! Box needs repair",
        Condition.AWAY: "Away",
        Condition.PAUSED: "Paused",
    },
    hub_off="✖ Nobody is watching",
    hub_off_why="the box is off",
    asked="! Is all well?",
    last_movement="Last movement:",
    never_moved="none yet",
    if_no_movement="With no movement, alert at",
    no_next="No alert is due",
    since="since {}",
    ago="{} ago",
    within="in {}",
    incident="Alert No {}",
    kinds={
        Kind.PANIC: "call for help",
        Kind.INACTIVITY: "no movement",
        Kind.HAZARD: "danger",
        Kind.FALL: "fall",
        Kind.TECHNICAL: "fault",
        Kind.DRILL: "drill",
    },
    told="Told: {}",
    nobody_told="Nobody has been told yet",
    going="{} is going",
    minutes="({} min)",
    there_now="{} is there",
    cannot="Cannot: {}",
    unreached="Not reached: {}",
    next_warning="She can cancel. Or else {} gets the alert in",
    next_asked="With no answer, {} gets the alert in",
    next_alerting="With no answer, the next are called in",
    next_answered="With no news, asked again in",
    next_attended="Asked whether all is well in",
    faults="To repair",
    log="What the box does",
    tip='To try it: b presses the button, n goes on to what comes next, 1 answers "I\'m going" for Paul.',
    tale="In the story",
    tale_over="The end of the story",
    expected="expected: ✓ {}, ✖ {}",
    phones="The phones",
    no_texts="No texts yet.",
    family="family",
    resident="at home",
    write_as="t: write as {}",
    standing={
        "told": "told",
        "going": "is going",
        "there": "is there",
        "cannot": "cannot",
        "unreached": "not reached",
    },
    home_keys=(
        Hint("b", "button", "deed('press')"),
        Hint("h", "3 s = cancel", "deed('hold')"),
        Hint("p", "pendant", "deed('pendant')"),
        Hint("k", "kitchen", "deed('kitchen')"),
        Hint("c", "bedroom", "deed('bedroom')"),
        Hint("e", "door", "deed('door')"),
        Hint("f", "smoke", "deed('smoke')"),
    ),
    phone_keys=(
        Hint("⇥", "phone", "phone(1)"),
        Hint("1", "I'm going", "text('1')"),
        Hint("2", "I can't", "text('2')"),
        Hint("3", "I'm there", "text('3')"),
        Hint("9", "all is well", "text('9')"),
        Hint("q", "quit", "quit"),
    ),
    world_keys=(
        Hint("m", "modem", "deed('plug')"),
        Hint("r", "network", "deed('network')"),
        Hint("w", "power", "deed('power')"),
        Hint("x", "crash", "deed('kill')"),
        Hint("+-", "speed", "speed(1)"),
        Hint("␣", "pause", "pause"),
        Hint("n", "next", "deed('go_on')"),
        Hint("d", "day/night", "day_night"),
    ),
    mqtt="MQTT on {host}:{port}: mosquitto_sub -p {port} -t 'telecare/#' -v",
    no_mqtt="MQTT: no broker ({})",
    not_here={
        "waiting": "Nothing waits: move the clock on with +.",
        "button": "There is no button on the wall of this house.",
        "pendant": "There is no pendant in this house.",
        "motion": "There is no motion detector there.",
        "door": "There is no door sensor in this house.",
        "smoke": "There is no smoke detector in this house.",
        "power": "Restore the power first: w.",
        "hub": "The box is off already.",
        "call": "This telephone does not ring.",
    },
    seconds="{} s",
    mins="{} min",
    hours="{} h",
    days="{} d",
)

LANGUAGES = {"fr": FR, "en": EN}
