"""Fixtures and plug-ins for every test."""

pytest_plugins = ["tests.browser_gate"]
