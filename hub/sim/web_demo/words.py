"""The words of the demo's page that the terminal's screen (`hub.sim.demo_words`) has not, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.domain.policy import SensorKind
from hub.sim import demo_words


@dataclass(frozen=True, slots=True)
class PageWords:
    """Everything the page says besides. ``{}`` takes a name, a time, a number or an address."""

    language: str
    other: str  # the other language, by its own name
    to_begin: str  # in the terminal
    # The bar
    nothing_real: str
    to_content: str
    back_to_demo: str
    to_prove: str  # the password
    to_begin_anew: str  # the code of a blank hub
    # Tools
    stories: str
    tales: Mapping[str, tuple[str, str]]  # title, and what happens
    no_tale: str
    no_tale_is: str
    begin_again: str
    real_pages: str
    page_of: Mapping[str, str]
    opens_beside: str
    # The home
    flat: str
    touch: Mapping[SensorKind, tuple[str, str]]  # what the button says at rest, while active
    press: str
    hold: str
    pendant: str
    box: str
    moves: Mapping[str, tuple[str, str]]  # what the button says while all is well, and while not
    sensor: str
    # The middle
    clock: str
    pause: str
    real_time: str
    next_deadline: str
    deadlines: str
    nothing_waits: str
    if_no_movement: str
    asked_again: str
    watched_again: str
    told_of_fault: str
    text_waits: str
    story_goes_on: str
    log: str
    nothing_yet: str
    expected: str
    failed: str
    # The phones
    phone_of: str
    heard: str
    nothing_heard: str
    speak: str
    write_as: str
    send: str
    quick: Mapping[str, str]
    quick_resident: Mapping[str, str]
    rings: str
    talks: str
    pick_up: str
    put_down: str
    refresh: str
    # What went wrong
    not_here: Mapping[str, str]
    story_stopped: str
    gone: str
    off: str
    off_why: str
    starts_again: str
    set_up: str


FR = PageWords(
    language="fr",
    other="English",
    to_begin="La démo est à l'adresse {}  Appuyez sur le gros bouton, répondez 1 comme Paul ; Ctrl-C pour finir.",
    nothing_real="Maison simulée : aucun vrai SMS ne part, personne n'est appelé.",
    to_content="Aller au contenu",
    back_to_demo="Retour à la démo",
    to_prove="Mot de passe ici, si on le demande : {}",
    to_begin_anew="Le code de cet appareil neuf : {}",
    stories="Huit histoires",
    tales={
        "ordinary_day": ("Un jour ordinaire", "Du café au coucher : tout bouge, personne n'est dérangé."),
        "fall": ("Une chute", "Le détecteur de la salle d'eau la voit tomber. Paul appelle les secours."),
        "morning_silence": ("Pas levée ce matin", "À 10 h, aucun mouvement : on lui demande, puis on prévient."),
        "second_neighbour": ("Le voisin ne répond pas", "Paul ne regarde pas son téléphone ; Anne y va."),
        "power_cut_in_alarm": ("Coupure de courant", "En pleine alerte tout s'éteint deux minutes. Rien n'est perdu."),
        "network_lost": ("Plus de réseau", "La tempête coupe le mobile ; l'alerte attend, et part une seule fois."),
        "false_alarm_held": ("Fausse alerte", "Un appui par erreur, repris en tenant le bouton trois secondes."),
        "away_weekend": ("Absente", "Un week-end chez sa fille : le silence ne veut rien dire, le bouton marche."),
    },
    no_tale="Sans histoire",
    no_tale_is="La maison de tous les jours, où rien n'est écrit d'avance.",
    begin_again="Recommencer",
    real_pages="Les vraies pages, vues par",
    page_of={"admin": "famille", "neighbour": "voisin", "resident": "chez elle"},
    opens_beside="(autre onglet)",
    flat="Plan de l'appartement",
    touch={
        SensorKind.MOTION: ("Passer", "Passer"),
        SensorKind.DOOR: ("Ouvrir", "Fermer"),
        SensorKind.BED: ("Se coucher", "Se lever"),
        SensorKind.SMOKE: ("Fumée", "Aérer"),
        SensorKind.CO: ("Monoxyde", "Aérer"),
        SensorKind.FLOOD: ("Fuite d'eau", "Éponger"),
        SensorKind.GAS: ("Gaz", "Aérer"),
        SensorKind.TEMPERATURE: ("Froid", "Chauffer"),
        SensorKind.FALL: ("Chute", "Se relever"),
    },
    press="À\N{NO-BREAK SPACE}l'aide",
    hold="Tenir 3 s : annuler",
    pendant="Pendentif",
    box="L'appareil",
    moves={
        "power": ("Couper", "Remettre"),
        "kill": ("Planter", "Planter"),
        "plug": ("Débrancher", "Brancher"),
        "network": ("Couper", "Rétablir"),
        "battery": ("Ôter la pile", "Mettre la pile"),
    },
    sensor="Détecteur",
    clock="L'heure là-bas",
    pause="Pause",
    real_time="temps réel",
    next_deadline="Jusqu'à la prochaine échéance",
    deadlines="Ce qui attend",
    nothing_waits="Rien n'attend.",
    if_no_movement="Sans mouvement, alerte dans",
    asked_again="On lui redemande dans",
    watched_again="On veille de nouveau dans",
    told_of_fault="La famille saura ({}) dans",
    text_waits="SMS pour {} : nouvel essai dans",
    story_goes_on="L'histoire continue dans",
    log="Pourquoi ? Le journal",
    nothing_yet="Rien encore.",
    expected="{} attentes tenues",
    failed="{} non tenues",
    phone_of="Téléphone de {}",
    heard="Ce qu'elle entend",
    nothing_heard="Rien pour le moment.",
    speak="Écouter",
    write_as="Écrire comme {}",
    send="Envoyer",
    quick={"1": "j'y vais", "2": "je ne peux pas", "3": "sur place", "9": "c'est réglé"},
    quick_resident={"OK": "tout va bien", "SOS": "à l'aide"},
    rings="Le boîtier appelle : le téléphone sonne.",
    talks="Au téléphone avec le boîtier : tapez une touche.",
    pick_up="Décrocher",
    put_down="Raccrocher",
    refresh="Actualiser",
    not_here={
        **demo_words.FR.not_here,
        "waiting": "Rien n'attend : faites passer le temps avec ×60 ou ×600.",
        "power": "D'abord, remettez le courant.",
        "wireless": "Il n'y a pas de détecteur sans fil dans cette maison.",
    },
    story_stopped="L'histoire s'est arrêtée : {}",
    gone="La démo est terminée, ou ne répond plus.",
    off="L'appareil est arrêté",
    off_why="Personne ne sert ces pages tant qu'il est arrêté. Dans la démo : remettez le courant.",
    starts_again="Il redémarre tout seul : cette page revient dans quelques secondes.",
    set_up="Mettre l'appareil en service",
)

EN = PageWords(
    language="en",
    other="Français",
    to_begin="The demo is at {}  Press the big button, answer 1 as Paul; Ctrl-C ends it.",
    nothing_real="A simulated house: no real text is sent, nobody is called.",
    to_content="To the content",
    back_to_demo="Back to the demo",
    to_prove="The password here, where one is asked for: {}",
    to_begin_anew="The code of this blank box: {}",
    stories="Eight stories",
    tales={
        "ordinary_day": ("An ordinary day", "From coffee to bed: there is life, and nobody is troubled."),
        "fall": ("A fall", "The detector in the bathroom sees her fall. Paul calls an ambulance."),
        "morning_silence": ("Not up this morning", "At 10 nothing has moved: she is asked, then others are told."),
        "second_neighbour": ("The neighbour is silent", "Paul does not look at his phone; Anne goes."),
        "power_cut_in_alarm": ("Power cut", "All goes dark for two minutes in an alert. Nothing is lost."),
        "network_lost": ("No network", "A storm takes the network; the alert waits, and goes out once."),
        "false_alarm_held": ("False alarm", "A press by mistake, taken back by holding the button for 3 s."),
        "away_weekend": ("Away", "A weekend at her daughter's: silence means nothing, the button works."),
    },
    no_tale="No story",
    no_tale_is="The house as it is every day: nothing is written beforehand.",
    begin_again="Begin again",
    real_pages="The real pages, seen by",
    page_of={"admin": "family", "neighbour": "neighbour", "resident": "at home"},
    opens_beside="(another tab)",
    flat="Plan of the flat",
    touch={
        SensorKind.MOTION: ("Walk by", "Walk by"),
        SensorKind.DOOR: ("Open", "Close"),
        SensorKind.BED: ("Go to bed", "Get up"),
        SensorKind.SMOKE: ("Smoke", "Clear it"),
        SensorKind.CO: ("Monoxide", "Clear it"),
        SensorKind.FLOOD: ("Leak", "Mop up"),
        SensorKind.GAS: ("Gas", "Clear it"),
        SensorKind.TEMPERATURE: ("Cold", "Heat"),
        SensorKind.FALL: ("Fall", "Get up"),
    },
    press="Help",
    hold="Hold 3 s: cancel",
    pendant="Pendant",
    box="The box",
    moves={
        "power": ("Cut", "Restore"),
        "kill": ("Crash", "Crash"),
        "plug": ("Unplug", "Plug in"),
        "network": ("Drop", "Restore"),
        "battery": ("Take battery out", "Put battery in"),
    },
    sensor="Sensor",
    clock="The time there",
    pause="Pause",
    real_time="real time",
    next_deadline="To the next deadline",
    deadlines="What waits",
    nothing_waits="Nothing waits.",
    if_no_movement="With no movement, alert in",
    asked_again="She is asked again in",
    watched_again="Watched again in",
    told_of_fault="The family will hear ({}) in",
    text_waits="Text to {}: tried again in",
    story_goes_on="The story goes on in",
    log="Why? The log",
    nothing_yet="Nothing yet.",
    expected="{} expectations held",
    failed="{} did not hold",
    phone_of="{}'s phone",
    heard="What she hears",
    nothing_heard="Nothing yet.",
    speak="Listen",
    write_as="Write as {}",
    send="Send",
    quick={"1": "I'm going", "2": "I can't", "3": "I'm there", "9": "all is well"},
    quick_resident={"OK": "I am well", "SOS": "help"},
    rings="The box calls: the telephone rings.",
    talks="On the telephone with the box: press a key.",
    pick_up="Pick up",
    put_down="Hang up",
    refresh="Refresh",
    not_here={
        **demo_words.EN.not_here,
        "waiting": "Nothing waits: let time pass with ×60 or ×600.",
        "power": "Restore the power first.",
        "wireless": "There is no wireless sensor in this house.",
    },
    story_stopped="The story has stopped: {}",
    gone="The demo has ended, or does not answer.",
    off="The box is off",
    off_why="Nobody serves these pages while it is off. In the demo: restore the power.",
    starts_again="It starts again by itself: this page will be back in a few seconds.",
    set_up="Set the box up",
)

LANGUAGES = {"fr": FR, "en": EN}
