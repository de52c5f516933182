"""Two states of a company compared, and a policy's decision on the difference. Pure, but for reading git and files."""
