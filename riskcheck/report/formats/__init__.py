"""One module a format; each takes the run and returns text or bytes."""
