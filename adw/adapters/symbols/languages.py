"""Languages: which files are theirs, which grammar reads them, and what in their trees is a definition.

Every grammar is a package of its own, because those that carry all of them download at run time. A grammar is loaded
when the first file of its language is met.
"""

from dataclasses import dataclass

_JAVASCRIPT = """
(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(class_declaration name: (_) @name) @type
(method_definition name: (_) @name) @function
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
(field_definition property: (_) @name value: [(arrow_function) (function_expression)]) @function
(assignment_expression left: (member_expression property: (_) @name)
  right: [(arrow_function) (function_expression)]) @function
(program (lexical_declaration (variable_declarator name: (identifier) @name) @value))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @value)))
"""
_JAVASCRIPT_USES = """
(import_statement source: (string) @path)
(export_statement source: (string) @path)
(call_expression function: (identifier) @_f arguments: (arguments . (string) @path) (#eq? @_f "require"))
[(identifier) (property_identifier) (shorthand_property_identifier)] @used
"""
_TYPESCRIPT = (
    _JAVASCRIPT.replace("(field_definition property:", "(public_field_definition name:")
    + """
(abstract_class_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @type
(type_alias_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @type
(internal_module name: (_) @name) @type
(function_signature name: (_) @name) @function
(method_signature name: (_) @name) @function
(abstract_method_signature name: (_) @name) @function
"""
)
_TYPESCRIPT_USES = _JAVASCRIPT_USES + "(type_identifier) @used"
_C = """
(function_definition declarator: (_) @declarator) @function
(declaration declarator: (function_declarator) @declarator) @function
(declaration declarator: (pointer_declarator (function_declarator) @declarator)) @function
(struct_specifier name: (_) @name body: (_)) @type
(union_specifier name: (_) @name body: (_)) @type
(enum_specifier name: (_) @name body: (_)) @type
(type_definition declarator: (type_identifier) @name) @type
(preproc_function_def name: (_) @name) @value
"""
_C_USES = """
(preproc_include path: (_) @path)
[(identifier) (type_identifier) (field_identifier)] @used
"""
_CPP = (
    _C
    + """
(field_declaration declarator: (function_declarator) @declarator) @function
(field_declaration declarator: (pointer_declarator (function_declarator) @declarator)) @function
(field_declaration declarator: (reference_declarator (function_declarator) @declarator)) @function
(declaration declarator: (reference_declarator (function_declarator) @declarator)) @function
(class_specifier name: (_) @name body: (_)) @type
(namespace_definition name: (_) @name) @type
(concept_definition name: (_) @name) @type
(alias_declaration name: (_) @name) @type
"""
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language's files, its grammar, and what to look for in a tree."""

    name: str
    suffixes: tuple[str, ...]
    package: str
    definitions: str
    """Queries that capture `@name` or `@declarator` within `@type`, `@function`, `@value` or `@impl`."""
    uses: str
    """Queries that capture identifiers as `@used` and what is imported by path as `@path`."""
    grammar: str = "language"
    """The function of the package that returns the grammar."""


LANGUAGES = (
    Language(
        "python",
        (".py", ".pyi"),
        "tree_sitter_python",
        """
(function_definition name: (_) @name) @function
(class_definition name: (_) @name) @type
(type_alias_statement left: (type [(identifier) @name (generic_type (identifier) @name)])) @type
(module (expression_statement (assignment left: (identifier) @name) @value))
""",
        """
(identifier) @used
""",
    ),
    Language("javascript", (".js", ".jsx", ".mjs", ".cjs"), "tree_sitter_javascript", _JAVASCRIPT, _JAVASCRIPT_USES),
    Language(
        "typescript",
        (".ts", ".mts", ".cts"),
        "tree_sitter_typescript",
        _TYPESCRIPT,
        _TYPESCRIPT_USES,
        "language_typescript",
    ),
    Language("tsx", (".tsx",), "tree_sitter_typescript", _TYPESCRIPT, _TYPESCRIPT_USES, "language_tsx"),
    Language(
        "go",
        (".go",),
        "tree_sitter_go",
        """
(function_declaration name: (_) @name) @function
(method_declaration name: (_) @name) @function
(type_spec name: (_) @name) @type
(type_alias name: (_) @name) @type
(method_elem name: (_) @name) @function
(source_file (const_declaration (const_spec name: (_) @name) @value))
(source_file (var_declaration (var_spec name: (_) @name) @value))
""",
        """
(import_spec path: (_) @path)
[(identifier) (type_identifier) (field_identifier) (package_identifier)] @used
""",
    ),
    Language(
        "rust",
        (".rs",),
        "tree_sitter_rust",
        """
(function_item name: (_) @name) @function
(function_signature_item name: (_) @name) @function
(struct_item name: (_) @name) @type
(enum_item name: (_) @name) @type
(union_item name: (_) @name) @type
(trait_item name: (_) @name) @type
(type_item name: (_) @name) @type
(impl_item type: (_) @name) @impl
(macro_definition name: (_) @name) @function
(const_item name: (_) @name) @value
(static_item name: (_) @name) @value
""",
        """
[(identifier) (type_identifier) (field_identifier)] @used
""",
    ),
    Language(
        "java",
        (".java",),
        "tree_sitter_java",
        """
(class_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @type
(record_declaration name: (_) @name) @type
(annotation_type_declaration name: (_) @name) @type
(method_declaration name: (_) @name) @function
(constructor_declaration name: (_) @name) @function
""",
        """
[(identifier) (type_identifier)] @used
""",
    ),
    Language("c", (".c",), "tree_sitter_c", _C, _C_USES),
    Language(
        "cpp",
        (".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx", ".h", ".ipp", ".cu", ".cuh"),
        "tree_sitter_cpp",
        _CPP,
        _C_USES,
    ),
    Language(
        "ruby",
        (".rb", ".rake"),
        "tree_sitter_ruby",
        """
(method name: (_) @name) @function
(singleton_method name: (_) @name) @function
(class name: (_) @name) @type
(module name: (_) @name) @type
(program (assignment left: (constant) @name) @value)
""",
        """
(call method: (identifier) @_f arguments: (argument_list . (string) @path)
  (#any-of? @_f "require" "require_relative"))
[(identifier) (constant)] @used
""",
    ),
    Language(
        "php",
        (".php",),
        "tree_sitter_php",
        """
(function_definition name: (_) @name) @function
(method_declaration name: (_) @name) @function
(class_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @type
(trait_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @type
""",
        """
(name) @used
""",
        "language_php",
    ),
    Language(
        "c_sharp",
        (".cs",),
        "tree_sitter_c_sharp",
        """
(class_declaration name: (_) @name) @type
(struct_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @type
(record_declaration name: (_) @name) @type
(delegate_declaration name: (_) @name) @type
(method_declaration name: (_) @name) @function
(constructor_declaration name: (_) @name) @function
(property_declaration name: (_) @name) @value
""",
        """
(identifier) @used
""",
    ),
)
