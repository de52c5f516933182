"""The command line: parse, call, print, exit. No logic, and the only place that reads the clock."""
