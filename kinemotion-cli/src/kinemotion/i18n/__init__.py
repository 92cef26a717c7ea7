"""Languages: every text that people read, in English, Spanish and French.

- ``texts``: the one look-up, ``texts("es")("quality")``
- ``english``: the English of fixed texts
- ``catalogues``: reads the gettext catalogues in ``locales/``
- ``quantities``: measured values as text
- ``languages``: which languages there are
"""
