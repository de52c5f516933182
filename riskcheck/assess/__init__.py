"""Findings to Assessment: scores as intervals, coverage, open questions, money, calendar. Pure."""
