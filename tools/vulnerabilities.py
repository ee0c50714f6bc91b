"""Known vulnerabilities of all packages that are installed here, by pip-audit, which asks the network."""

from __future__ import annotations

import json
import subprocess
import sys

COMMAND = [sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off", "--format", "json"]


def main(command: list[str]) -> int:
    """Prints a line for each vulnerability and one for what could not be looked up; 0 where there is neither."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1].partition(":")[0]
        print(f"audit: pip-audit could not ask; is there a network? ({reason})", file=sys.stderr)
        return 2
    found = [(package, vulnerability) for package in packages for vulnerability in package.get("vulns", [])]
    for package, vulnerability in found:
        fixed = " or ".join(vulnerability["fix_versions"]) or "no release yet"
        print(
            f"audit: {package['name']} {package['version']}: {vulnerability['id']}; mended in {fixed}", file=sys.stderr
        )
    unknown = [package["name"] for package in packages if "skip_reason" in package and package["name"] != "inkdigits"]
    if unknown:
        print(f"audit: could not be looked up: {', '.join(unknown)}", file=sys.stderr)
    print(f"Vulnerabilities: {len(found)} in {len(packages)} packages")
    return 1 if found or unknown else 0


if __name__ == "__main__":
    sys.exit(main(COMMAND))
