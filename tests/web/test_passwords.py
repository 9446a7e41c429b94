"""Passwords: what is stored of one, and that no two are tried at once (each try takes 16 MB of a small Pi)."""

import threading

from hub.web import passwords

WORDS = "lilas garage vélo"
# So long a try waits for another to come beside it; none does.
PATIENCE_S = 0.5


def test_a_password_is_known_again_and_no_other():
    stored = passwords.kept(WORDS, p=1)

    assert passwords.matches(WORDS, stored)
    assert not passwords.matches(f"{WORDS}s", stored)
    assert not passwords.matches(WORDS, passwords.nobodys(p=1))
    assert not passwords.matches(WORDS, "rubbish")


def test_password_checks_are_one_at_a_time(monkeypatch):
    stored = passwords.kept(WORDS, p=1)
    work, inside, most = passwords.hashlib.scrypt, [], []
    beside, found = threading.Event(), []

    def watched(*args, **options):
        inside.append(threading.current_thread())
        most.append(len(inside))
        if len(inside) > 1:
            beside.set()
        beside.wait(PATIENCE_S)
        key = work(*args, **options)
        inside.remove(threading.current_thread())
        return key

    monkeypatch.setattr(passwords.hashlib, "scrypt", watched)
    tries = [threading.Thread(target=lambda: found.append(passwords.matches(WORDS, stored))) for _ in range(2)]
    for each in tries:
        each.start()
    for each in tries:
        each.join(30)

    assert found == [True, True]
    assert most == [1, 1]
