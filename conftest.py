"""Hypothesis draws the same examples in each run, so that a red run is red again, and no test is judged by its time.

`pytest --hypothesis-profile search` draws others each time: now and then, for what nobody thought of.
"""

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("same")
