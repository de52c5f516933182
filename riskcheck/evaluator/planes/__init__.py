"""The second executor: a Program as bit planes over chunks of companies, for portfolios.

Every condition becomes two packed bit arrays over rows (definitely true, definitely false; unknown has neither bit). The
meaning is that of ``evaluator.closures`` in the plain reading; tests hold the two to each other. Needs numpy and pyarrow.
"""
