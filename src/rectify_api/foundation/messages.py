"""What Pydantic's findings are called in both languages; the codes are Pydantic's and never change."""

from typing import Any

from .problems import Text

_SENTENCES: dict[str, Text] = {
    "missing": Text("缺少必填项", "This is required"),
    "extra_forbidden": Text("没有这个字段", "There is no such field"),
    "json_invalid": Text("不是有效的 JSON", "This is not valid JSON"),
    "body_unreadable": Text("请求内容无法读取，应为 UTF-8", "The body cannot be read; send UTF-8"),
    "string_type": Text("应为文本", "Text is expected"),
    "string_unicode": Text("文本编码有误", "The text is not valid Unicode"),
    "unusable_characters": Text("文本不得含空字符或残缺字符", "Text must not hold NUL or lone surrogates"),
    "string_too_short": Text("至少 {min_length} 个字符", "At least {min_length} characters"),
    "string_too_long": Text("最多 {max_length} 个字符", "At most {max_length} characters"),
    "string_pattern_mismatch": Text("格式应为 {pattern}", "It must match {pattern}"),
    "too_short": Text("至少 {min_length} 项", "At least {min_length} items"),
    "too_long": Text("最多 {max_length} 项", "At most {max_length} items"),
    "enum": Text("只能是 {expected}", "It must be one of {expected}"),
    "literal_error": Text("只能是 {expected}", "It must be one of {expected}"),
    "int_type": Text("应为整数", "A whole number is expected"),
    "int_parsing": Text("应为整数", "A whole number is expected"),
    "int_from_float": Text("应为整数", "A whole number is expected"),
    "int_parsing_size": Text("数字过大", "The number is too large"),
    "float_type": Text("应为数字", "A number is expected"),
    "finite_number": Text("应为有限的数字", "A finite number is expected"),
    "bool_type": Text("应为 true 或 false", "true or false is expected"),
    "bool_parsing": Text("应为 true 或 false", "true or false is expected"),
    "greater_than": Text("须大于 {gt}", "It must be more than {gt}"),
    "greater_than_equal": Text("不得小于 {ge}", "It must not be less than {ge}"),
    "less_than": Text("须小于 {lt}", "It must be less than {lt}"),
    "less_than_equal": Text("不得大于 {le}", "It must not be more than {le}"),
    "decimal_type": Text('金额应为十进制文本，如 "13700.00"', 'Money is a decimal string such as "13700.00"'),
    "decimal_parsing": Text('金额应为十进制文本，如 "13700.00"', 'Money is a decimal string such as "13700.00"'),
    "decimal_max_places": Text("最多 {decimal_places} 位小数", "At most {decimal_places} decimal places"),
    "decimal_max_digits": Text("最多 {max_digits} 位数字", "At most {max_digits} digits"),
    "decimal_whole_digits": Text("整数部分最多 {whole_digits} 位", "At most {whole_digits} digits before the point"),
    "date_type": Text("日期应为 YYYY-MM-DD", "A date is YYYY-MM-DD"),
    "date_parsing": Text("日期应为 YYYY-MM-DD", "A date is YYYY-MM-DD"),
    "date_from_datetime_parsing": Text("日期应为 YYYY-MM-DD", "A date is YYYY-MM-DD"),
    "date_from_datetime_inexact": Text("日期应为 YYYY-MM-DD", "A date is YYYY-MM-DD"),
    "datetime_type": Text("时刻应为 RFC 3339", "An instant is RFC 3339"),
    "datetime_parsing": Text("时刻应为 RFC 3339", "An instant is RFC 3339"),
    "datetime_from_date_parsing": Text("时刻应为 RFC 3339", "An instant is RFC 3339"),
    "timezone_aware": Text("时刻须带时区", "An instant needs its time zone"),
    "uuid_type": Text("编号应为 UUID", "An id is a UUID"),
    "uuid_parsing": Text("编号应为 UUID", "An id is a UUID"),
    "list_type": Text("应为列表", "A list is expected"),
    "dict_type": Text("应为对象", "An object is expected"),
    "model_type": Text("应为对象", "An object is expected"),
    "model_attributes_type": Text("应为对象", "An object is expected"),
    "value_error": Text("{error}", "{error}"),
}


def sentence(code: str, context: dict[str, Any]) -> Text:
    """The sentence for one finding; `context` fills its limits. An unknown code gets a general one."""
    found = _SENTENCES.get(code, Text(f"不合要求（{code}）", f"Not as required ({code})"))
    error = context.get("error")
    if isinstance(error, Exception) and len(error.args) == 2:
        return Text(*map(str, error.args))
    try:
        return Text(found.zh.format(**context), found.en.format(**context))
    except (KeyError, IndexError):
        return found
