"""What a field of a request must be, said in words: for problems, from the same Structs that decode it."""

from msgspec import Struct, inspect

_KINDS: dict[type[inspect.Type], str] = {
    inspect.StrType: "text",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.BoolType: "true or false",
    inspect.UUIDType: "a UUID",
    inspect.DateType: "a date, as 2026-11-23",
    inspect.DateTimeType: "a time with its offset, as 2026-11-23T18:30:00Z",
    inspect.NoneType: "null",
}


def rule_of(request: type[Struct], field: str) -> str:
    """As "is text of 1 to 40 characters". `field` by its name in JSON; an unknown one has no rule: ""."""
    for each in inspect.type_info(request).fields:  # type: ignore[attr-defined]  # of a Struct it is a StructType
        if each.encode_name == field:
            return f"is {_says(each.type)}"
    return ""


def fields_of(request: type[Struct]) -> tuple[str, ...]:
    return request.__struct_encode_fields__


def _says(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.Metadata):
        described = (kind.extra_json_schema or {}).get("description")
        return str(described) if described else _says(kind.type)
    if isinstance(kind, inspect.UnionType):
        return " or ".join(_says(each) for each in kind.types if not isinstance(each, inspect.NoneType))
    if isinstance(kind, inspect.LiteralType):
        return "one of " + ", ".join(str(each) for each in kind.values)
    if isinstance(kind, inspect.StrType):
        return _text(kind)
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        return _number(kind)
    return _KINDS.get(type(kind), "a value of another type")


def _text(kind: inspect.StrType) -> str:
    if kind.max_length is None:
        return _KINDS[inspect.StrType]
    if kind.min_length:
        return f"text of {kind.min_length} to {kind.max_length} characters"
    return f"text of at most {kind.max_length} characters"


def _number(kind: inspect.IntType | inspect.FloatType) -> str:
    bounds = []
    if kind.gt is not None:
        bounds.append(f"more than {kind.gt:,.12g}")
    if kind.ge is not None:
        bounds.append(f"at least {kind.ge:,.12g}")
    if kind.le is not None:
        bounds.append(f"at most {kind.le:,.12g}")
    return ", ".join([_KINDS[type(kind)], " and ".join(bounds)]) if bounds else _KINDS[type(kind)]
