"""``python -m riskcheck``."""

from riskcheck.cli.entry import run

if __name__ == "__main__":
    run()
