"""Commands that tell of the installation, the contract and a file, and measure nothing."""
