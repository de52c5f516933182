"""Rule files to Program: conditions reduced and type-checked, citations resolved, definitions ordered. Pure."""
