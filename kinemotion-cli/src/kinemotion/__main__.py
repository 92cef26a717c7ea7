"""``python -m kinemotion`` is the command ``kinemotion``."""

from kinemotion.cli.main import main

main()
