"""Program and Profile to Findings. ``closures`` is the reference evaluator."""
