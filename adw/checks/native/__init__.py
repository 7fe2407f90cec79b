"""Compilers and test runners of Go, Rust, Java, .NET, C and C++."""

from adw.checks.native.cargo_build import CargoBuild
from adw.checks.native.cargo_test import CargoTest
from adw.checks.native.go_build import GoBuild
from adw.checks.native.go_test import GoTest
from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = (GoTest(), GoBuild(), CargoTest(), CargoBuild())
