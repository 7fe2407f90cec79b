"""Compilers and test runners of Go, Rust, Java, .NET, C and C++."""

from adw.checks.native.cargo_build import CargoBuild
from adw.checks.native.cargo_test import CargoTest
from adw.checks.native.dotnet import Dotnet
from adw.checks.native.gcc import Gcc
from adw.checks.native.go_build import GoBuild
from adw.checks.native.go_test import GoTest
from adw.checks.native.javac import Javac
from adw.checks.native.maven import Maven
from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = (GoTest(), GoBuild(), CargoTest(), CargoBuild(), Maven(), Dotnet(), Javac(), Gcc())
