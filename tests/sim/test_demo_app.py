import pytest
from demo_stage import LARGE, SMALL, Stage, on_stage, usual

from hub.sim.demo_house import DemoHouse
from hub.sim.demo_words import EN, FR

# What one sees at once


def test_a_demo_cannot_be_mistaken_for_a_real_home(tmp_path):
    async def play(stage: Stage):
        assert stage.rows()[0].startswith(" DÉMO · maison simulée, aucun vrai SMS")
        await stage.press("b")
        await stage.wait(15)
        assert stage.rows()[0].startswith(" DÉMO · maison simulée, aucun vrai SMS")

    on_stage(play, usual(tmp_path))


def test_the_first_question_is_answered_first_is_she_all_right_and_when_would_somebody_be_told(tmp_path):
    async def play(stage: Stage):
        assert stage.seen("banner").startswith("✓ Tout va bien")
        assert "Dernier mouvement : il y a 2 min (13:58)" in stage.seen("standing")
        assert "Sans mouvement, alerte à 18:08 (dans 4 h 08)" in stage.seen("standing")
        assert "Cuisine ●" in stage.seen("home")

    on_stage(play, usual(tmp_path))


def test_whoever_sees_it_for_the_first_time_is_told_what_to_press(tmp_path):
    async def play(stage: Stage):
        assert "Pour essayer : b appuie sur le bouton" in stage.seen("tale")
        await stage.press("b")
        assert "Pour essayer" not in stage.seen()

    on_stage(play, usual(tmp_path))


# A whole alarm by keys


def test_a_whole_alarm_by_keys_alone(tmp_path):
    async def play(stage: Stage):
        await stage.press("b")
        assert stage.seen("banner").startswith("! Appel entendu")
        assert "Elle peut annuler. Sinon Paul reçoit l'alerte dans 10 s" in stage.seen("standing")
        assert "APPUYÉ" in stage.seen("home")
        await stage.wait(4)
        assert "reçoit l'alerte dans 6 s" in stage.seen("standing")
        assert "J'ai entendu votre appel" in stage.seen("home")

        await stage.press("n")
        assert stage.seen("banner").startswith("✖ ALERTE")
        assert "ALERTE Mme Martin: bouton d'appel à 14h00 (salon)" in stage.seen("thread")
        assert "Paul prévenu(e)" in stage.seen("people")
        assert "Voyant ● on appelle" in stage.seen("home")

        await stage.press("1")
        await stage.wait(2)
        assert stage.seen("banner").startswith("→ Paul y va")
        assert "12 rue des Lilas, Rennes. Clé: 4321" in stage.seen("thread")
        assert "Paul va venir" in stage.seen("home")
        assert "Paul y va" in stage.seen("people")

        await stage.press("3")
        assert stage.seen("banner").startswith("→ Paul est sur place")
        await stage.wait(2)
        await stage.press("9")
        assert stage.seen("banner").startswith("✓ Tout va bien")
        assert "Fin de l'alerte, dite par Paul" in stage.seen("log")

    on_stage(play, usual(tmp_path))


def test_the_same_in_english_for_english_people(tmp_path):
    async def play(stage: Stage):
        assert "DEMO · a simulated house, no real texts" in stage.seen("bar")
        await stage.press("b", "n", "1")
        await stage.wait(2)
        assert stage.seen("banner").startswith("→ Paul is going")
        assert "ALERT Mrs Martin: help button at 14:00 (lounge)" in stage.seen("thread")
        assert "Home of Mrs Martin: 12 Lilac Road, Bristol" in stage.seen("thread")
        assert "Paul is coming" in stage.seen("home")
        assert "Paul is going" in stage.seen("log")

    on_stage(play, usual(tmp_path, "en"), language="en")


def test_holding_the_button_for_three_seconds_cancels(tmp_path):
    async def play(stage: Stage):
        await stage.press("b")
        await stage.wait(2)
        await stage.press("h")
        await stage.wait(4)
        assert stage.seen("banner").startswith("✓ Tout va bien")
        assert "Alerte annulée" in stage.seen("log")
        await stage.wait(60)
        assert "Aucun SMS pour le moment" in stage.seen("thread")

    on_stage(play, usual(tmp_path))


def test_the_pendant_and_the_smoke_detector_call_for_help(tmp_path):
    async def play(stage: Stage):
        await stage.press("p", "n")
        assert "appel à l'aide" in stage.seen("standing")
        await stage.press("f")
        await stage.wait(1)
        assert "FUMÉE" in stage.seen("home")
        assert "FUMÉE à 14h00 (cuisine). Appelez le 18" in stage.seen("thread")

    on_stage(play, usual(tmp_path))


def test_whoever_walks_is_seen_where_she_walks(tmp_path):
    async def play(stage: Stage):
        await stage.press("c")
        assert "Chambre ●" in stage.seen("home")
        assert "ça bouge" in stage.seen("home")
        await stage.wait(60)
        assert "ça bouge" not in stage.seen("home")
        await stage.press("e")
        assert "OUVERTE" in stage.seen("home")
        await stage.press("e", "k")
        assert "fermée" in stage.seen("home")
        assert "Cuisine ●" in stage.seen("home")

    on_stage(play, usual(tmp_path))


# The phones


def test_each_phone_has_its_own_thread_and_shows_what_was_not_read(tmp_path):
    async def play(stage: Stage):
        await stage.press("b", "n", "n")
        assert "Anne 1 prévenu(e) Tom 1 prévenu(e)" in stage.seen("people")
        await stage.press("tab")
        assert "ALERTE Mme Martin" in stage.seen("thread")
        assert "Anne prévenu(e) Tom 1 prévenu(e)" in stage.seen("people")
        await stage.press("tab")
        assert "ALERT Mme Martin: help button" in stage.seen("thread")
        await stage.press("shift+tab", "2")
        assert "Anne ne peut pas" in stage.seen("people")
        assert "Ne peuvent pas : Anne" in stage.seen("standing")

    on_stage(play, usual(tmp_path))


def test_any_words_can_be_typed_and_keys_do_nothing_to_the_house_meanwhile(tmp_path):
    async def play(stage: Stage):
        await stage.press("b", "n", "t", *"j arrive 9 min", "enter")
        assert stage.seen("banner").startswith("→ Paul y va")
        assert "j arrive 9 min" in stage.seen("thread")
        assert "Paul y va (9 min)" in stage.seen("standing")
        assert not stage.app.is_paused
        await stage.press("space")
        assert stage.app.is_paused

    on_stage(play, usual(tmp_path))


def test_escape_gives_the_keys_back(tmp_path):
    async def play(stage: Stage):
        await stage.press("t", "b", "escape", "b")
        assert stage.demo.house.view.condition == "warning"
        assert not stage.demo.threads

    on_stage(play, usual(tmp_path))


def test_a_click_does_what_its_key_does(tmp_path):
    async def play(stage: Stage):
        await stage.click("people", (2, 2))
        assert stage.app.chosen == "Tom"
        await stage.click("keys", (2, 0))
        assert stage.seen("banner").startswith("! Appel entendu")

    on_stage(play, usual(tmp_path))


# Trouble


def test_a_pulled_modem_is_shown_and_put_back(tmp_path):
    async def play(stage: Stage):
        await stage.press("m")
        await stage.wait(30)
        assert "Modem ✖ DÉBRANCHÉ" in stage.seen("home")
        assert stage.seen("banner").startswith("! Appareil à réparer")
        assert "le modem est débranché" in stage.seen("standing")
        await stage.press("m")
        await stage.wait(60)
        assert "Modem ✓ branché" in stage.seen("home")
        assert stage.seen("banner").startswith("✓ Tout va bien")

    on_stage(play, usual(tmp_path))


def test_a_lost_network_is_shown_and_returns(tmp_path):
    async def play(stage: Stage):
        await stage.press("r")
        await stage.wait(600)
        assert "Réseau ✖ COUPÉ" in stage.seen("home")
        assert "pas de réseau mobile" in stage.seen("standing")
        await stage.press("r")
        await stage.wait(600)
        assert stage.seen("banner").startswith("✓ Tout va bien")

    on_stage(play, usual(tmp_path))


def test_without_power_nobody_watches_and_the_screen_says_so(tmp_path):
    async def play(stage: Stage):
        await stage.press("w")
        assert stage.seen("banner").startswith("✖ Personne ne veille")
        assert "Courant ✖ COUPÉ" in stage.seen("home")
        await stage.press("m")  # no power: there is no use in that
        assert stage.demo.house.is_modem_plugged
        await stage.press("w")
        await stage.wait(45)
        assert stage.seen("banner").startswith("? On ne sait pas")
        await stage.wait(120)
        assert stage.seen("banner").startswith("✓ Tout va bien")

    on_stage(play, usual(tmp_path))


def test_a_killed_hub_takes_up_the_alarm_where_it_was(tmp_path):
    async def play(stage: Stage):
        await stage.press("b", "n", "x")
        assert stage.seen("banner").startswith("✖ Personne ne veille")
        await stage.wait(5)
        assert stage.seen("banner").startswith("✖ ALERTE")
        assert len(stage.demo.house.texts_to("Paul")) == 1

    on_stage(play, usual(tmp_path))


# Time


def test_time_passes_as_fast_as_somebody_wants(tmp_path):
    async def play(stage: Stage):
        assert [stage.app.pace] == [1]
        for pace in (10, 60, 600, 600):
            await stage.press("plus")
            assert stage.app.pace == pace
        await stage.press("minus", "minus")
        assert stage.app.pace == 10
        assert "×10" in stage.seen("bar")

    on_stage(play, usual(tmp_path))


def test_a_pause_is_shown(tmp_path):
    async def play(stage: Stage):
        await stage.press("space")
        assert "PAUSE" in stage.seen("bar")
        await stage.press("space")
        assert "PAUSE" not in stage.seen("bar")

    on_stage(play, usual(tmp_path))


def test_a_silence_of_four_hours_leads_to_a_question_and_then_to_an_alert(tmp_path):
    async def play(stage: Stage):
        await stage.wait(4 * 3600)
        assert stage.seen("banner").startswith("! Tout va bien ?")
        assert "Sans réponse, Paul reçoit l'alerte dans" in stage.seen("standing")
        await stage.press("n")
        assert stage.seen("banner").startswith("✖ ALERTE")
        assert "aucun mouvement depuis 13h58 (cuisine)" in stage.seen("thread")

    on_stage(play, usual(tmp_path))


@pytest.mark.parametrize("ticks", [1, 7, 100])
def test_where_the_ticks_fall_makes_no_difference(tmp_path, ticks):
    def told(folder, steps):
        folder.mkdir()
        demo = usual(folder)
        demo.press()
        for _ in range(steps):
            demo.pass_time(700 / steps)
        return [(letter.at, letter.text) for thread in demo.threads.values() for letter in thread], list(demo.lines)

    assert told(tmp_path / "a", ticks) == told(tmp_path / "b", 3)


# A story on the screen


def test_a_story_plays_on_the_screen_with_what_has_to_follow(tmp_path):
    async def play(stage: Stage):
        assert "histoire : A neighbour goes" in stage.seen("bar")
        await stage.press("n")
        assert 'the button "salon" is pressed' in stage.seen("tale")
        assert "· the state is warning" in stage.seen("tale")
        await stage.wait(9)
        first = stage.demo.script.story.steps[0].expected
        assert f"(attendu : ✓ {len(first)}, ✖ 0)" in stage.seen("tale")
        while not stage.demo.script.is_over:
            await stage.press("n")
        assert "Fin de l'histoire" in stage.seen("tale")
        assert "✖ 0" in stage.seen("tale")
        assert stage.seen("banner").startswith("✓ Tout va bien")

    on_stage(play, DemoHouse.of_story("wall_button", tmp_path))


def test_what_does_not_hold_is_shown(tmp_path):
    story = tmp_path / "wrong.story"
    story.write_text('Wrong\n=====\n\n14:00  the button "salon" is pressed\n       -> Paul gets "Bonjour"\n')

    async def play(stage: Stage):
        await stage.wait(60)
        assert "✖ 1" in stage.seen("tale")
        assert '✖ Paul gets "Bonjour"' in stage.seen("tale")

    on_stage(play, DemoHouse.of_story(str(story), tmp_path))


def test_a_story_that_says_what_cannot_be_done_is_told_and_the_demo_goes_on(tmp_path):
    story = tmp_path / "odd.story"
    story.write_text("Odd\n===\n\n14:00  the moon falls down\n")

    async def play(stage: Stage):
        await stage.wait(5)
        assert "the moon falls down" in stage.seen()
        await stage.press("b")
        assert stage.seen("banner").startswith("! Appel entendu")

    on_stage(play, DemoHouse.of_story(str(story), tmp_path))


# Small and large, light and dark


@pytest.mark.parametrize("language", ["fr", "en"])
def test_everything_that_matters_fits_a_small_terminal(tmp_path, language):
    words = {"fr": FR, "en": EN}[language]

    async def play(stage: Stage):
        await stage.press("b")
        await stage.wait(15)
        await stage.press("1")
        await stage.wait(5)
        rows = stage.rows()
        assert len(rows) == SMALL[1]
        assert all(hint.does in "\n".join(rows[-3:]) for hint in (*words.home_keys, *words.phone_keys))
        assert all(hint.does in rows[-1] for hint in words.world_keys if hint.key != "d")
        assert words.home.format(stage.demo.house.household.resident.name) in rows[1]
        assert words.now in rows[1]
        assert words.phones in rows[1]
        assert words.log in stage.seen("now")
        for thing in (words.power, words.hub, words.modem, words.network):
            assert f"✓ {thing}" in stage.seen("home")
        assert "4321" in stage.seen("thread-scroll")
        lowest = stage.app.query_one("#home-text").region
        assert lowest.bottom <= stage.app.query_one("#home").content_region.bottom

    on_stage(play, usual(tmp_path, language), language=language, size=SMALL)


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60), (40, 10)])
def test_no_size_of_terminal_breaks_it(tmp_path, size):
    async def play(stage: Stage):
        await stage.press("b", "n", "1", "d")
        assert len(stage.rows()) == size[1]

    on_stage(play, usual(tmp_path), size=size)


def test_it_is_there_by_day_and_by_night(tmp_path):
    async def play(stage: Stage):
        dark = stage.app.screen.styles.background.brightness
        await stage.press("d")
        assert stage.app.screen.styles.background.brightness > 0.5 > dark
        await stage.press("d")
        assert stage.app.screen.styles.background.brightness == dark

    on_stage(play, usual(tmp_path))


def test_what_cannot_be_done_in_this_house_is_said_in_plain_words(tmp_path):
    story = tmp_path / "bare.story"
    story.write_text(
        "Bare\n====\n\n"
        '    [[button]]\n    id = "salon"\n    room = "salon"\n    source = "gpio:17"\n\n'
        '    [[sensor]]\n    id = "cuisine"\n    kind = "motion"\n    room = "cuisine"\n    source = "gpio:27"\n\n'
        "14:00  nothing\n"
    )

    async def play(stage: Stage):
        await stage.wait(60)
        for key, thing in (("p", "pendant"), ("c", "motion"), ("e", "door"), ("f", "smoke"), ("n", "waiting")):
            await stage.press(key)
            assert FR.not_here[thing] in stage.seen()
            stage.app.clear_notifications()

    on_stage(play, DemoHouse.of_story(str(story), tmp_path))
