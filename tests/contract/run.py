"""Schemathesis, all checks, against a running service that holds a ledger: `python tests/contract/run.py [examples]`.

Every operation gets ids of rows that exist, so that it is really carried out. Three callers are needed to reach all of
it, since no caller may hold two of the three offices.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from conftest import free_port, start_service  # noqa: E402  # the tests' own way to a real service

BUSINESS = ("ledger_clerk", "inspection_office", "discipline_commission", "organization_department", "system_admin")


def rectify(data_dir: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "rectify_api", *arguments]
    environment = {"PATH": "/usr/bin:/bin", "RECTIFY_DATA_DIR": str(data_dir)}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def key_for(data_dir: Path, name: str, *roles: str) -> str:
    options = [part for role in roles for part in ("--role", role)]
    return rectify(data_dir, "key", "create", name, *options).split()[-1]


def some_rows(api: httpx.Client) -> None:
    """What the bulletin does not make: a measure, evidence, a plan, supervision, an evaluation, a caller with a key."""
    issue = api.get("/v1/issues?limit=1").raise_for_status().json()["items"][0]
    api.post("/v1/measures", json={"issue_id": issue["id"], "ordinal": 1, "text": "加强巡查"}).raise_for_status()
    data = {"inspection_id": issue["inspection_id"], "issue_id": issue["id"], "title": "巡查记录"}
    api.post("/v1/evidence-files", data=data, files={"file": ("巡查.txt", b"done")}).raise_for_status()
    api.post("/v1/accountability-actions", json={"inspection_id": issue["inspection_id"], "code": "EDU_INTERVIEW"})
    inside = {"inspection_id": issue["inspection_id"]}
    scheme = {
        "name": "示例评估办法",
        "indicators": [{"code": "all", "title": "整改成效", "weight": "100"}],
        "bands": [{"grade": "A", "label": "好", "from_score": "0"}],
    }
    made = api.post("/v1/evaluation-schemes", json=scheme).raise_for_status().json()
    evaluation = {"scheme_id": made["id"], "evaluated_on": "2026-01-31", "evaluated_by": ["inspection_office"]}
    check = {"method": "site_visit", "checked_on": "2026-01-31", "checked_by": "巡察办", "findings": "已整改"}
    notice = {"type": "remind", "addressed_to": "示例局", "text": "请按期整改"}
    plan = {"kind": "overall_plan", "title": "总体整改方案", "text": "方案正文"}
    bodies = {
        "evaluations": evaluation,
        "supervision-checks": check,
        "supervision-notices": notice,
        "plans": plan,
    }
    for name, body in bodies.items():
        api.post(f"/v1/{name}", json=inside | body).raise_for_status()
    caller = api.post("/v1/callers", json={"name": "示例系统"}).raise_for_status().json()
    api.post(f"/v1/callers/{caller['id']}/keys", json={}).raise_for_status()


def ids(api: httpx.Client, contract: dict[str, Any]) -> str:
    """The part of the configuration that gives each path an id that is there."""
    blocks = []
    for path in contract["paths"]:
        if "{id}" not in path:
            continue
        collection = path.split("/{id}")[0]
        rows = api.get(collection, params={"limit": 5})
        if rows.status_code != 200 or not rows.json()["items"]:
            continue
        given = {"id": rows.json()["items"][-1]["id"]}
        if "{key_id}" in path:
            given["key_id"] = api.get(f"{collection}/{given['id']}/keys").json()["items"][0]["id"]
        values = ", ".join(f'{name} = "{value}"' for name, value in given.items())
        blocks.append(f'\n[[operations]]\ninclude-path = "{path}"\nparameters = {{ {values} }}\n')
    return "".join(blocks)


def run(examples: int, *options: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        data_dir, port = Path(folder), free_port()
        service = start_service(data_dir, port)
        try:
            url = f"http://127.0.0.1:{port}"
            keys = [
                key_for(data_dir, "business", *BUSINESS),
                key_for(data_dir, "security", "security_admin", "ledger_clerk"),
                key_for(data_dir, "auditor", "auditor", "ledger_clerk"),
            ]
            rectify(data_dir, "import", str(HERE.parent / "documents" / "examples" / "tour.txt"))
            api = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {keys[0]}"}, timeout=30)
            some_rows(api)
            contract = api.get("/openapi.json").json()
            config = data_dir / "schemathesis.toml"
            config.write_text((HERE / "schemathesis.toml").read_text() + ids(api, contract))
            own = {1: ["--include-path", "/v1/callers/{id}/roles"], 2: ["--include-path-regex", "audit-entries"]}
            codes = []
            for number, key in enumerate(keys):
                command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run"]
                command += [
                    f"{url}/openapi.json",
                    "-H",
                    f"Authorization: Bearer {key}",
                    "--max-examples",
                    str(examples),
                ]
                command += ["--continue-on-failure", "--phases", "examples,coverage,fuzzing", "--workers", "2"]
                command += [*own.get(number, []), *options]
                environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(HERE.parent), "PYTHONWARNINGS": "ignore"}
                codes.append(subprocess.run(command, cwd=data_dir, env=environment, check=False).returncode)
            log = (data_dir / "served.log").read_text()
            tracebacks = log.count("Traceback")
            print(json.dumps({"exit_codes": codes, "tracebacks_in_log": tracebacks}))
            return max(*codes, min(tracebacks, 1))
        finally:
            service.terminate()
            service.wait(20)


if __name__ == "__main__":
    raise SystemExit(run(int(sys.argv[1]) if len(sys.argv) > 1 else 200, *sys.argv[2:]))
