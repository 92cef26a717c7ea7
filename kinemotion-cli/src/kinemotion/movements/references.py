"""Sources that the metrics of several movements share."""

DALLEAU = "Dalleau et al. 2004, Int. J. Sports Med. 25:170-176; Morin et al. 2005, 10.1123/jab.21.2.167"
HEALY = "Healy et al. 2018, 10.1123/ijspp.2017-0511"
LINTHORNE = "Linthorne 2001, 10.1119/1.1397460"
MCMAHON = "McMahon et al. 2018, 10.1519/SSC.0000000000000375"
YOUNG = "Young 1995, New Studies in Athletics 10(1):89-96"
