"""A real browser without a screen, and a real report to open in it.

Skipped where selenium, chromium or its driver is not installed; `make e2e` installs them.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
QUIET = (
    "--headless=new",
    "--no-sandbox",  # as root, in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `twin run` leaves behind."""
    folder = tmp_path_factory.mktemp("outputs")
    command = ["run", "scenarios/port_shutdown.yaml", "--replications", "2", "--out", str(folder), "--quiet"]
    subprocess.run([sys.executable, "-m", "twin", *command], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver")
    chromium, driver = (shutil.which(name) for name in ("chromium", "chromedriver"))
    if not (chromium and driver):
        pytest.skip("there is no chromium with its chromedriver here: apt install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield browser
    browser.quit()


@pytest.fixture
def opened(browser: Any, folder: Path) -> "Opened":
    return Opened(browser, folder)


class Opened:
    """The report in the browser, freshly opened."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser, self.folder = browser, folder
        for log in ("browser", "performance"):
            browser.get_log(log)
        self.wide(1280)
        self.media("screen")
        browser.get((folder / "report.html").as_uri())

    def wide(self, width: int) -> None:
        """As on a screen of that many points; below 600 of a phone."""
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def media(self, kind: str) -> None:
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind})

    def ask(self, script: str, *arguments: Any) -> Any:
        """What a line of script answers."""
        return self.browser.execute_script(f"return {script}", *arguments)

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.browser.get_log("browser")]

    def requests(self) -> set[str]:
        """Addresses that were asked for, but for the file itself and what it carries inside."""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        asked = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
        return {url for url in asked if not url.startswith(("file:", "data:", "blob:"))}
