"""Languages: every text that people read, in English, Spanish and French.

- ``load_texts``: the one look-up, ``load_texts("es")("quality")``
- ``english``: the English of fixed texts
- ``catalogues``: reads the gettext catalogues in ``locales/``
- ``quantities``: measured values as text
- ``languages``: which languages there are
"""
