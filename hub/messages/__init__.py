"""The words: what people read in a text, hear at home and find in the log, each in their own language.

`Catalogue` is all the rest of the hub needs. Behind it: `tongue`, how one language writes times, lists and
numbers to call; `wording`, how a template is filled and made to fit a text; `sentences`, which values a fact
gives to the sentence that tells it. The words themselves are in `hub/locales`, one file a language.
"""

from hub.messages.catalogue import DEFAULT_COUNTRY, DEFAULT_LANGUAGE, Catalogue

__all__ = ["DEFAULT_COUNTRY", "DEFAULT_LANGUAGE", "Catalogue"]
