"""Compiled languages: Go, Rust, Java, C, C++, .NET."""

from adw.checks.tool import Tool

TOOLS: tuple[Tool, ...] = ()
