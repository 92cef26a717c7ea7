"""The command line: commands made from the registry. The only place that prints, exits and reads what a user typed."""
