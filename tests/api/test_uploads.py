"""Uploads larger than a JSON body may be."""

from typing import Any


async def test_a_file_may_be_larger_than_a_json_body(clerk: Any, make: Any) -> None:
    file = await make.evidence_file(b"x" * 3_000_000, "长卷.bin")
    assert file["size"] == 3_000_000
    answer = await clerk.get(f"/evidence-files/{file['id']}/content")
    assert len(answer.content) == 3_000_000
