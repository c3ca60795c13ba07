"""One error type. A Problem is raised anywhere and leaves as RFC 9457 problem details, Chinese first."""

from typing import Any, ClassVar, NamedTuple


class Text(NamedTuple):
    """One sentence in both languages of the service."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Problem(Exception):
    """Raise a subclass with the sentence in both languages; `extension` members go beside it in the body."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "internal"
    title: ClassVar[Text] = Text("服务内部出错", "Something went wrong on our side")
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, zh: str = "", en: str = "", **extension: Any) -> None:
        super().__init__(en or self.title.en)
        if taken := extension.keys() & {"type", "title", "status", "detail", "instance"}:
            raise TypeError(f"RFC 9457 already gives these a meaning: {sorted(taken)}")
        self.detail, self.extension = Text(zh, en), extension

    def body(self, *, instance: str, language: str) -> dict[str, Any]:
        """The RFC 9457 object, with `detail` left out when there is nothing to add to the title."""
        body: dict[str, Any] = {
            "type": f"urn:rectify:problem:{self.kind}",
            "title": self.title.in_(language),
            "status": self.status,
        }
        if self.detail.zh:
            body["detail"] = self.detail.in_(language)
        return body | {"instance": instance} | self.extension


class Invalid(Problem):
    status, kind = 422, "invalid"
    title = Text("请求内容不合要求", "The request is not valid")


class Unauthenticated(Problem):
    status, kind = 401, "unauthenticated"
    title = Text("需要有效的密钥", "A valid key is needed")
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="rectify"'}


class Forbidden(Problem):
    status, kind = 403, "forbidden"
    title = Text("没有权限", "You may not do this")


class NotFound(Problem):
    status, kind = 404, "not-found"
    title = Text("没有这项内容，或不在您的可见范围", "No such thing, or not yours to see")


class MethodNotAllowed(Problem):
    status, kind = 405, "method-not-allowed"
    title = Text("此地址不支持该方法", "This address does not take that method")


class Conflict(Problem):
    status, kind = 409, "conflict"
    title = Text("与现有内容冲突", "The request conflicts with what is there")


class RuleBroken(Conflict):
    kind = "rule-broken"
    title = Text("程序规定不允许", "A rule of the procedure forbids this")


class KeyInUse(Conflict):
    kind = "idempotency-key-in-use"
    title = Text("同一请求正在处理", "The first request with this key is still running")


class Changed(Problem):
    status, kind = 412, "changed-meanwhile"
    title = Text("内容已被他人修改，请重新读取", "Changed by someone else meanwhile; read it again")


class TooLarge(Problem):
    status, kind = 413, "too-large"
    title = Text("内容过大", "The body is too large")


class UnsupportedMediaType(Problem):
    status, kind = 415, "unsupported-media-type"
    title = Text("不支持此内容类型", "This media type is not taken here")


class RangeNotSatisfiable(Problem):
    status, kind = 416, "range-not-satisfiable"
    title = Text("请求的字节范围超出文件", "The asked range lies outside the file")


class ConditionMissing(Problem):
    status, kind = 428, "condition-missing"
    title = Text("修改前须带 If-Match", "Say with If-Match which version you read")


class Unavailable(Problem):
    status, kind = 503, "unavailable"
    title = Text("暂时不可用，请稍后重试", "Not available now; try again soon")
    headers: ClassVar[dict[str, str]] = {"Retry-After": "2"}
