"""The picture in the tutorial, drawn from the scenarios that stand there: `make picture`."""

import re
import shutil
import tempfile
from pathlib import Path

import twin
from twin.report.folder import write

DOCS = Path(__file__).parent
TUTORIAL = DOCS / "guide" / "tutorial.md"
SCENARIO = re.compile(r"^```yaml\n# (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        for name, text in SCENARIO.findall(TUTORIAL.read_text(encoding="utf-8")):
            (desk / name).write_text(text, encoding="utf-8")
        write(twin.compare(twin.load(desk / "closure.yaml"), timelines=True), desk / "closure")
        shutil.copy(desk / "closure" / "timeline.png", DOCS / "images" / "tutorial_timeline.png")
