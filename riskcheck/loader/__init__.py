"""Files to model: every fault of every file is collected before anything fails."""
