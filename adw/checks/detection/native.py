"""Go, Rust, Java with Maven or Gradle, .NET, and what a Makefile offers."""

import re
from collections.abc import Iterator

from adw.checks.detection.listing import Found, Listing, check

MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_TARGET = re.compile(r"^([A-Za-z][\w.-]*)\s*:(?!=)", re.MULTILINE)
_C = (".c", ".h", ".cc", ".cpp", ".cxx", ".hpp")


def found(repository: Listing) -> Iterator[Found]:
    if repository.has("go.mod"):
        weight = repository.ending(".go")
        yield Found(check("test", "go-test", "go", "test", "./..."), weight)
        yield Found(check("build", "go", "go", "vet", "./..."), weight)
    if repository.has("Cargo.toml"):
        weight = repository.ending(".rs")
        yield Found(check("test", "cargo-test", "cargo", "test"), weight)
        yield Found(check("build", "cargo", "cargo", "check", "--all-targets"), weight)
        yield Found(check("lint", "cargo", "cargo", "clippy", "--all-targets"), weight)
    if repository.has("pom.xml"):
        maven = "./mvnw" if repository.has("mvnw") else "mvn"
        weight = repository.ending(".java", ".kt", ".scala")
        yield Found(check("test", "maven", maven, "-B", "test"), weight)
        yield Found(check("build", "maven", maven, "-B", "test-compile"), weight)
    elif repository.has("build.gradle", "build.gradle.kts"):
        gradle = "./gradlew" if repository.has("gradlew") else "gradle"
        weight = repository.ending(".java", ".kt", ".groovy")
        yield Found(check("test", "exit", gradle, "test"), weight)
        yield Found(check("build", "exit", gradle, "testClasses"), weight)
    if repository.ending(".sln", ".slnx", ".csproj", ".fsproj"):
        weight = repository.ending(".cs", ".fs")
        yield Found(check("test", "dotnet", "dotnet", "test"), weight)
        yield Found(check("build", "exit", "dotnet", "build"), weight)


def by_make(repository: Listing) -> Iterator[Found]:
    """Targets of the Makefile: the last resort, because only their exit code is known to mean something."""
    targets = set(_TARGET.findall(repository.text(*MAKEFILES)))
    for name in ("test", "check", "tests"):
        if name in targets:
            yield Found(check("test", "exit", "make", name), 0)
    if repository.ending(*_C) and targets:
        yield Found(check("build", "gcc", "make"), 0)
    if "lint" in targets:
        yield Found(check("lint", "exit", "make", "lint"), 0)
