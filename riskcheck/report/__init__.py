"""Assessment to text. Pure: no clock, no network, no judgement of its own."""
