"""Many companies at once: tables in and out, runs by row group, overviews. Needs the extra ``riskcheck[portfolio]``."""
