"""The ten regression vectors of the residency catalogue: what must fire, what must not."""

from __future__ import annotations

from tests_residency import CHINESE_USERS, FROM_CHINA, NO_US_BULK, US_USERS
