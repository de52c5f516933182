"""The parts of a report's view: plain values, every word in the reader's language, no markup and no judgement."""
