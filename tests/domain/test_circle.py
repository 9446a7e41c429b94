"""The circle's news: `TOUS ...` to all who take it, once, by day, whole or not at all, and on the board."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from house import ANNE, HOME, MARIE, MARTIN, PARIS, PAUL, PHONES, RESIDENT, STRANGER, House, accepting, refusing

from hub.domain.circle import EACH, IN_ALL, LONGEST, NotSent, clean, holds_key
from hub.domain.commands import WHY_NOT_SENT
from hub.domain.conversation_state import next_news
from hub.domain.facts import Kind, MessageDropped, NewsPosted, NewsPostponed, NewsTold, Purpose
from hub.domain.inputs import Action, SendState
from hub.domain.outbox_state import LIMITS
from hub.domain.policy import Person, Role
from hub.domain.records import NEWS_REMEMBERED

CAKE = "galette dimanche à 15h"
NIGHT = datetime(2026, 3, 2, 21, 0, tzinfo=PARIS).astimezone(UTC)
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=PARIS).astimezone(UTC)


def news_to(house: House, who: str) -> list[object]:
    return [sent.values["news"] for sent in house.sent_to(who, Purpose.NEWS)]


def write(house: House, who: str, text: str, via: str = "web") -> str:
    return house.command(Action.NEWS, via, by=who, text=text).text


def with_channels(who: str, *channels: str, **more: object) -> House:
    people = tuple(replace(p, channels=channels, **more) if p.id == who else p for p in HOME.people)  # type: ignore[arg-type]
    return House(replace(HOME, people=people))


class TestByMail:
    def test_whoever_has_an_address_gets_it_by_text_and_by_mail(self) -> None:
        house = with_channels(ANNE, "sms", "mail:anne@example.org")

        house.text(PAUL, f"TOUS {CAKE}")
        house.pass_time(minutes=5)

        sent = [each.message for each in house.sent_to(ANNE, Purpose.NEWS)]
        assert sorted((each.channel, each.address) for each in sent) == [
            ("mail:anne@example.org", "anne@example.org"),
            ("sms", PHONES[ANNE]),
        ]
        assert house.last_to(PAUL).values["people"] == 2

    def test_whoever_has_an_address_alone_gets_it_there(self) -> None:
        house = with_channels(ANNE, "mail:anne@example.org", "mail:anne@work.example.org", phone="")

        house.text(PAUL, f"TOUS {CAKE}")
        house.pass_time(minutes=5)

        assert [each.message.channel for each in house.sent_to(ANNE, Purpose.NEWS)] == [
            "mail:anne@example.org",
            "mail:anne@work.example.org",
        ]
        assert house.of(NewsTold)[0].people == (ANNE, MARIE)

    def test_whoever_wants_none_gets_none(self) -> None:
        house = with_channels(ANNE, "sms", "mail:anne@example.org", news=False)

        house.text(PAUL, f"TOUS {CAKE}")
        house.pass_time(minutes=5)

        assert house.sent_to(ANNE, Purpose.NEWS) == []

    def test_no_mail_goes_to_who_has_not_agreed_or_said_stop(self) -> None:
        house = with_channels(ANNE, "sms", "mail:anne@example.org", consent=False)
        house.text(PAUL, f"TOUS {CAKE}")
        assert house.sent_to(ANNE) == []

        house = with_channels(ANNE, "sms", "mail:anne@example.org")
        house.text(ANNE, "STOP")
        house.text(PAUL, f"TOUS {CAKE}")
        assert house.sent_to(ANNE, Purpose.NEWS) == []

    def test_one_that_does_not_arrive_by_mail_may_be_sent_again_though_it_went_by_text(self) -> None:
        house = with_channels(ANNE, "sms", "mail:anne@example.org")
        house.network = lambda message: None if message.road == "mail" else SendState.ACCEPTED

        house.text(PAUL, f"TOUS {CAKE}")
        house.pass_time(minutes=1)
        (by_mail,) = [each.message for each in house.sent_to(ANNE, Purpose.NEWS) if each.message.road == "mail"]
        house.report(by_mail.number, SendState.FAILED, permanent=True)

        assert [m.channel for m in house.state.unsent.values()] == ["mail:anne@example.org"]


class TestByText:
    def test_it_goes_to_all_the_others_once_and_signed(self) -> None:
        house = House()

        house.text(PAUL, f"TOUS {CAKE}")
        house.pass_time(hours=3)

        assert (news_to(house, ANNE), news_to(house, MARIE), news_to(house, PAUL)) == ([CAKE], [CAKE], [])
        assert house.last_to(ANNE).values["person"] == "Paul"
        assert house.texts_to(PAUL) == ["news.sent"]
        assert house.last_to(PAUL).values["people"] == 2
        assert house.of(NewsTold)[0].people == (ANNE, MARIE)

    @pytest.mark.parametrize("who", [RESIDENT, MARIE, ANNE])
    def test_the_one_at_home_and_the_family_may_too(self, who: str) -> None:
        house = House()

        house.text(who, f"all: {CAKE}")

        assert house.of(NewsPosted)[0].by == who
        assert news_to(house, PAUL) == [CAKE]

    @pytest.mark.parametrize("text", ["TOUS au secours", "TOUS: je suis tombée", "ALL please help me", "tous aide"])
    def test_a_call_for_help_of_the_one_at_home_is_no_news(self, text: str) -> None:
        house = House(at=NIGHT)

        house.text(RESIDENT, text)

        assert [incident.kind for incident in house.state.open_incidents()] == [Kind.PANIC]
        assert not house.of(NewsPosted)

    def test_a_stranger_is_not_even_answered(self) -> None:
        house = House()

        house.text(STRANGER, f"TOUS {CAKE}")

        assert not house.sent
        assert not house.of(NewsPosted)

    @pytest.mark.parametrize("change", [{"role": Role.VIEWER}, {"consent": False}])
    def test_whoever_is_not_told_of_alerts_may_not_write_and_is_not_written_to(self, change: dict[str, object]) -> None:
        others = tuple(replace(p, **change) if p.id == ANNE else p for p in HOME.people)
        house = House(replace(HOME, people=others))

        house.text(ANNE, f"TOUS {CAKE}")
        house.text(PAUL, f"TOUS {CAKE}")

        assert house.texts_to(ANNE) == ["news.member"]
        assert news_to(house, MARIE) == [CAKE]

    def test_whoever_texted_stop_neither_writes_nor_is_written_to(self) -> None:
        house = House()
        house.text(ANNE, "STOP")
        house.forget_texts()

        house.text(PAUL, f"TOUS {CAKE}")
        house.text(ANNE, "TOUS coucou")

        assert house.texts_to(ANNE) == ["news.member"]
        assert not news_to(house, PAUL)

    def test_whoever_does_not_want_it_by_text_has_the_board(self) -> None:
        house = House(replace(HOME, people=tuple(replace(p, news=False) for p in HOME.people)))

        house.text(PAUL, f"TOUS {CAKE}")

        assert (house.texts_to(PAUL), house.texts_to(ANNE)) == (["news.board"], [])
        assert house.state.news[0].text == CAKE

    def test_what_is_too_long_is_refused_whole_and_said_how_long_it_may_be(self) -> None:
        house = House()

        house.text(PAUL, "TOUS " + "a" * LONGEST + "b")
        assert house.texts_to(PAUL) == ["news.long"]
        assert house.last_to(PAUL).values["longest"] == LONGEST
        # One € costs two.
        house.text(PAUL, "TOUS " + "€" * (LONGEST // 2) + "b")
        assert not house.of(NewsPosted)

        house.text(PAUL, "TOUS " + "a" * LONGEST)
        assert len(str(house.state.news[0].text)) == LONGEST

    def test_what_has_nothing_to_read_is_refused(self) -> None:
        house = House()
        house.text(PAUL, "TOUS ❓")
        assert house.texts_to(PAUL) == ["news.empty"]

    @pytest.mark.parametrize("text", ["TOUS le code est 4821", "TOUS CODE:4821!", "TOUS la clé 48 21 non, 4821"])
    def test_the_key_is_written_to_nobody(self, text: str) -> None:
        house = House()
        house.text(PAUL, text)
        assert house.texts_to(PAUL) == ["news.secret"]
        assert not house.of(NewsPosted)

    @pytest.mark.parametrize("text", ["14821 pas", "48213 pas", "1 48 2 x 1", "le 4 8"])
    def test_another_number_is_not_the_key(self, text: str) -> None:
        assert write(House(), PAUL, text) == "done"

    @pytest.mark.parametrize("key", ["4821#", "boite 2 dans la cour, 4821", "48 21", "48#21"])
    @pytest.mark.parametrize("text", ["c'est 4821", "48 21", "4-8-2-1", "code A4821", "48/21", "le 3: 48 21, 2 fois"])
    def test_nor_is_its_number_however_it_is_written(self, key: str, text: str) -> None:
        house = House(replace(HOME, resident=replace(MARTIN, key_code=key)))
        assert write(house, PAUL, text) == WHY_NOT_SENT[NotSent.SECRET]
        assert write(house, PAUL, "rendez-vous 2 rue des Lilas le 21 à 14:02") == "done"

    def test_nobody_finds_it_out_by_trying(self) -> None:
        house = House()
        for guess in range(EACH):
            assert write(house, PAUL, f"{1000 + guess}") == "done"
        assert write(house, PAUL, "4821") == write(house, PAUL, "4822") == WHY_NOT_SENT[NotSent.OFTEN]

    def test_a_home_without_a_key_has_nothing_to_hide(self) -> None:
        house = House(replace(HOME, resident=replace(MARTIN, key_code="")))
        house.text(PAUL, "TOUS le code est 4821")
        assert house.of(NewsPosted)

    def test_the_same_again_is_sent_once(self) -> None:
        house = House()
        house.text(PAUL, f"TOUS {CAKE}")
        house.pass_time(minutes=5)
        house.text(PAUL, f"TOUS  {CAKE}")

        assert news_to(house, ANNE) == [CAKE]
        assert house.texts_to(PAUL) == ["news.sent", "news.twice"]


class TestNotInTheWay:
    def test_each_may_write_so_often_a_day(self) -> None:
        house = House()
        for number in range(EACH + 1):
            house.text(PAUL, f"TOUS nouvelle {number}")
        assert len(news_to(house, ANNE)) == EACH
        assert house.texts_to(PAUL)[-1] == "news.often"
        assert house.last_to(PAUL).values["until"] == house.now + timedelta(hours=24)

        house.pass_time(hours=24)
        house.text(PAUL, "TOUS encore")
        assert news_to(house, ANNE)[-1] == "encore"

    def test_and_all_together_so_often(self) -> None:
        crowd = tuple(Person(f"n{i}", f"N {i}", f"+3361111111{i}", consent=True) for i in range(5))
        house = House(replace(HOME, people=(*HOME.people, *crowd)))
        for number in range(EACH):
            for each in crowd:
                write(house, each.id, f"nouvelle {number}")
        assert len(house.of(NewsPosted)) == IN_ALL
        assert write(house, crowd[0].id, "encore") == WHY_NOT_SENT[NotSent.OFTEN]

    def test_what_is_remembered_is_bounded_and_enough_to_count_by(self) -> None:
        house = House()
        for number in range(NEWS_REMEMBERED + 5):
            assert write(house, MARIE, f"nouvelle {number}") == "done"
            house.pass_time(hours=9)
        assert len(house.state.news) == NEWS_REMEMBERED > 2 * IN_ALL

    def test_at_night_it_waits_for_the_morning(self) -> None:
        house = House(at=NIGHT)

        house.text(PAUL, f"TOUS {CAKE}")

        assert house.texts_to(PAUL) == ["news.waits"]
        assert house.last_to(PAUL).values["until"] == MORNING
        house.pass_time(MORNING - NIGHT - timedelta(seconds=1))
        assert not news_to(house, ANNE)
        house.pass_time(seconds=1)
        assert news_to(house, ANNE) == [CAKE]

    def test_a_morning_in_the_middle_of_an_alert_comes_when_that_is_over(self) -> None:
        house = House(at=NIGHT)
        house.text(PAUL, f"TOUS {CAKE}")
        house.pass_time(MORNING - NIGHT - timedelta(minutes=1))
        house.press()
        house.pass_time(minutes=2)
        house.text(PAUL, "1")
        assert not news_to(house, ANNE)
        assert next_news(house.state) is None

        house.text(MARIE, "9")
        assert news_to(house, ANNE) == [CAKE]

    def test_an_alert_that_ends_at_night_lets_it_wait_for_the_next_morning(self) -> None:
        house = House(at=NIGHT)
        house.text(PAUL, f"TOUS {CAKE}")
        house.pass_time(MORNING - NIGHT - timedelta(minutes=1))
        house.press()
        # Nobody answers until late.
        house.oversleep(hours=13)
        house.text(MARIE, "9")

        assert house.of(NewsPostponed)[0].tell_at == MORNING + timedelta(days=1)
        assert not news_to(house, ANNE)
        house.pass_time(hours=12)
        assert news_to(house, ANNE) == [CAKE]

    def test_while_somebody_needs_help_there_is_no_news(self) -> None:
        house = House()
        house.press()
        house.pass_time(seconds=10)

        house.text(MARIE, f"TOUS {CAKE}")
        house.text(PAUL, f"TOUS {CAKE}")

        assert house.last_to(MARIE).key == "news.call"
        assert house.last_to(MARIE).message.incident == house.incident.number
        # Whoever was asked may have meant the alert.
        assert house.last_to(PAUL).key == "choices"
        assert write(house, MARIE, CAKE) == WHY_NOT_SENT[NotSent.CALL]

    def test_what_waits_for_the_network_lets_every_alert_go_first_and_goes_when_it_is_over(self) -> None:
        house = House(network=refusing)
        house.link("sms", up=False)
        write(house, MARIE, CAKE)
        house.press()
        house.pass_time(seconds=11)
        house.network = accepting
        house.forget_texts()

        house.link("sms", up=True)
        house.pass_time(minutes=70)

        assert Purpose.NEWS not in {sent.message.purpose for sent in house.sent}
        house.text(PAUL, "1")
        assert not news_to(house, ANNE)
        house.text(MARIE, "9")
        assert news_to(house, ANNE) == [CAKE]

    def test_it_takes_nothing_from_the_limit_of_what_matters_more(self) -> None:
        house = House()
        for number in range(EACH):
            write(house, MARIE, f"nouvelle {number}")
            write(house, PAUL, f"nouvelle {number}")
        assert len(news_to(house, ANNE)) > LIMITS[0][0]
        house.text(ANNE, "STATUS")
        assert house.last_to(ANNE).key == "status.ok"

    def test_two_hubs_do_not_relay_each_others(self) -> None:
        house = House()
        house.text(PAUL, f"TOUS {CAKE}")
        house.text(ANNE, f"Paul, à tous (Mme Martin): {CAKE}")
        assert len(house.of(NewsPosted)) == 1


class TestBoard:
    def test_it_is_written_and_taken_back_on_the_pages(self) -> None:
        house = House(at=NIGHT)
        assert write(house, PAUL, f" {CAKE}\n") == "done"
        assert write(house, PAUL, "") == WHY_NOT_SENT[NotSent.EMPTY]
        number = house.state.news[0].number

        assert "whoever wrote it" in house.command(Action.TAKE_BACK, "web", by=ANNE, text=str(number)).text
        assert house.command(Action.TAKE_BACK, "web", by=PAUL, text=str(number)).ok
        assert "not on the board" in house.command(Action.TAKE_BACK, "web", by=PAUL, text=str(number)).text
        assert (house.state.news[0].text, house.state.news[0].is_gone) == ("", True)

        house.pass_time(hours=12)
        assert not news_to(house, ANNE)

    def test_the_family_may_take_back_what_others_wrote_and_it_counts_all_the_same(self) -> None:
        house = House()
        for number in range(EACH):
            write(house, PAUL, f"nouvelle {number}")
            assert house.command(Action.TAKE_BACK, "web", by=MARIE, text=str(number + 1)).ok
        assert write(house, PAUL, "encore") == WHY_NOT_SENT[NotSent.OFTEN]

    def test_a_text_that_waits_is_not_sent_once_it_is_taken_back(self) -> None:
        house = House()
        house.link("sms", up=False)
        house.network = refusing
        write(house, PAUL, CAKE)
        house.command(Action.TAKE_BACK, "web", by=PAUL, text="1")
        assert {fact.reason for fact in house.of(MessageDropped)} == {"it was taken back"}
        assert not house.state.outbox

    @pytest.mark.parametrize("number", ["", "0", "7", "²", "x", "1" * 50])
    def test_what_is_no_number_takes_nothing_back(self, number: str) -> None:
        house = House()
        write(house, PAUL, CAKE)
        assert not house.command(Action.TAKE_BACK, "web", by=MARIE, text=number).ok

    @pytest.mark.parametrize(("via", "by"), [("mqtt", MARIE), ("web", None), ("web", "nobody"), ("cli", None)])
    def test_nobody_writes_who_is_not_known_for_certain(self, via: str, by: str | None) -> None:
        house = House()
        assert not house.command(Action.NEWS, via, by=by, text=CAKE).ok
        assert not house.command(Action.TAKE_BACK, via, by=by, text="1").ok
        assert not house.of(NewsPosted)

    def test_the_one_at_home_writes_on_the_pages_as_well(self) -> None:
        house = House()
        assert house.command(Action.NEWS, "web", by=RESIDENT, text=CAKE).ok
        assert house.last_to(PAUL).values["person"] == "Mme Martin"

    def test_it_outlives_a_restart(self) -> None:
        house = House(at=NIGHT)
        write(house, PAUL, CAKE)
        house.cut_power()
        house.pass_time(hours=12)
        assert news_to(house, ANNE) == [CAKE]
        assert write(house, PAUL, "encore") == "done"
        assert [each.number for each in house.state.news] == [1, 2]


def test_one_line_without_signs_that_do_not_print() -> None:
    assert clean(" a\x00b\r\n\u202ec ") == "a b c"


@pytest.mark.parametrize("text", ["A12B", "le code: a-1-2-b", "A 12 B!", "xA12By"])
def test_a_key_of_letters_and_digits_is_known_however_it_is_parted(text: str) -> None:
    assert holds_key("A12B", text)
    assert not holds_key("A12B", "A 13 B, 12 ab")
