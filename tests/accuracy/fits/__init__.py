"""Fits of the numbers in ``kinemotion.calibration``, from rendered clips whose truth is known."""
