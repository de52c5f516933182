"""Text to tree: YAML 1.2 scalars on PyYAML's C parser, with positions, and refusals that people understand."""
