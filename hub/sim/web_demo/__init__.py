"""The demo in the browser: a page on one machine's loopback, with the simulated house, its clock and its phones.

No part of the product: nothing here is imported by `hub.app` or `hub.web`, and it serves a house that does not exist.
"""
