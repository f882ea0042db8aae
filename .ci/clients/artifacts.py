"""
A file of 200 MB goes to a running Aval and comes back by MLflow's stock client, whole and in parts, with the same digest; and the server's
memory does not grow with it. AVAL_SERVER_PID names the server's process.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

import mlflow

SIZE = 200 * 1024**2
PART = 10 * 1024**2
# MB that the server's peak may grow by: far less than the file, and more than a garbage collector leaves lying
ROOM = 100

WAYS = ("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def memory(field: str) -> int:
    status = Path("/proc", os.environ["AVAL_SERVER_PID"], "status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024


def transfer(client: mlflow.MlflowClient, run_id: str, file: Path, to: Path, in_parts: bool) -> None:
    for way in WAYS:
        os.environ[way] = str(in_parts).lower()
    where = "parts" if in_parts else "whole"
    client.log_artifact(run_id, str(file), where)
    [listed] = client.list_artifacts(run_id, where)
    assert listed.file_size == SIZE, listed
    back = Path(client.download_artifacts(run_id, listed.path, str(to)))
    assert sha256(back) == sha256(file), f"{where}: another file came back"
    back.unlink()


def main() -> None:
    os.environ["MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE"] = str(PART)
    os.environ["MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE"] = str(PART)
    os.environ["MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE"] = str(PART)
    client = mlflow.MlflowClient()
    run_id = client.create_run(client.create_experiment(f"artifacts-{mlflow.__version__}")).info.run_id
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "back").mkdir()
        file = folder / "large.bin"
        with file.open("wb") as out:
            for _ in range(SIZE // PART):
                out.write(os.urandom(PART))
        client.log_text(run_id, "warm", "warm.txt")
        for in_parts in (False, True):
            Path("/proc", os.environ["AVAL_SERVER_PID"], "clear_refs").write_text("5")  # the peak begins anew
            before = memory("VmRSS")
            transfer(client, run_id, file, folder / "back", in_parts)
            grown = (memory("VmHWM") - before) // 1024**2
            print(f"200 MB there and back {'in parts' if in_parts else 'whole'}: {grown} MB above {before // 1024**2} MB")
            assert grown < ROOM, "the server's memory grows with the file"


if __name__ == "__main__":
    main()
