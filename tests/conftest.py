"""What every test shares: property tests try the same examples on every machine and mind no slow one."""

from hypothesis import settings

settings.register_profile("twin", deadline=None, derandomize=True)
settings.load_profile("twin")
