"""What holds for every test: hypothesis judges what is found, not how fast a shared machine was."""

from hypothesis import HealthCheck, settings

settings.register_profile("adw", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("adw")
