"""The family's pages: they read the state and the journal, post to the same inbox as everyone, and never hold an alarm.

`server` has the thread; `application` puts the rest together, and is imported only after the hub is armed.
"""
