import pytest

from hub.sim.demo_house import DemoHouse
from hub.sim.story import StoryError
from hub.sim.storyteller import play


def played(name, folder, seconds):
    demo = DemoHouse.of_story(name, folder)
    while not demo.script.is_over:
        demo.pass_time(seconds)
    return demo


@pytest.mark.parametrize("name", ["wall_button", "killed_in_alarm", "clocks_go_forward", "power_cut_in_alarm"])
@pytest.mark.parametrize("seconds", [7.3, 600.0])
def test_a_story_on_the_screen_holds_what_it_holds_as_text(tmp_path, name, seconds):
    script = played(name, tmp_path, seconds).script

    as_text = play(name)
    assert (script.held, script.failed) == (as_text.checks, [])


def test_where_the_ticks_fall_makes_no_difference(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    slow, fast = played("nobody_answers", tmp_path / "a", 1.7), played("nobody_answers", tmp_path / "b", 86_400)

    assert {who: list(thread) for who, thread in slow.threads.items()} == {
        who: [letter for letter in thread if letter.at <= slow.house.now()] for who, thread in fast.threads.items()
    }


def test_what_is_expected_is_open_until_the_next_step(tmp_path):
    demo = DemoHouse.of_story("wall_button", tmp_path)
    assert demo.script.judged == ()

    demo.go_on()
    assert {judged.instead for judged in demo.script.judged} == {None}

    demo.pass_time(9)
    assert demo.script.held == len(demo.script.story.steps[0].expected)
    assert demo.script.step.at.strftime("%H:%M:%S") == "14:02:10"


def test_going_on_leads_from_step_to_step_and_then_from_deadline_to_deadline(tmp_path):
    file = tmp_path / "silent.story"
    file.write_text('Silent\n===\n\n14:00  the button "salon" is pressed\n14:05  nothing\n14:30  nothing\n')
    demo = DemoHouse.of_story(str(file), tmp_path)
    while not demo.script.is_over:
        before = demo.script.step
        demo.go_on()
        assert demo.script.step is not before or demo.script.is_over

    waves = [happening for happening in demo.house.happenings if happening.text == "WaveStarted"]
    demo.go_on()
    assert len([h for h in demo.house.happenings if h.text == "WaveStarted"]) == len(waves) + 1


def test_an_expectation_that_nobody_knows_is_told_with_its_line(tmp_path):
    file = tmp_path / "odd.story"
    file.write_text("Odd\n===\n\n14:00  nothing\n       -> the moon is green\n")
    demo = DemoHouse.of_story(str(file), tmp_path)

    with pytest.raises(StoryError, match=r"odd, line 5: .*the moon is green"):
        demo.pass_time(60)
