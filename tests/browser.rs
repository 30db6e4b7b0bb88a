//! The page in a browser that is not ours: it loads, filters, changes its language, says nothing on the
//! console and asks for nothing. Without Chromium these are skipped.

use crate::run::{greenlane, shipments, stderr};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Drives the page in a frame and writes what came of it into its own body.
const HARNESS: &str = r#"<!DOCTYPE html><meta charset="utf-8"><pre id="out"></pre><script>
const frame = document.createElement("iframe");
frame.width = WIDTH; frame.height = 900; frame.src = "report.html";
frame.onload = () => {
  const page = frame.contentDocument, view = frame.contentWindow, said = { refused: [] };
  page.addEventListener("securitypolicyviolation", (e) => said.refused.push(e.violatedDirective));
  const all = (what) => [...page.querySelectorAll(what)];
  const seen = (what) => all(what).filter((e) => e.offsetParent !== null).length;
  const set = (name, value) => {
    const input = page.querySelector(`.filters [name=${name}]`);
    input.value = value;
    const begun = view.performance.now();
    input.dispatchEvent(new view.Event("input"));
    const counts = { rows: seen(".overview tbody tr"), shipments: seen(".shipment"), findings: seen(".finding"), ms: view.performance.now() - begun };
    input.value = "";
    input.dispatchEvent(new view.Event("input"));
    return counts;
  };
  said.whole = set("text", "");
  said.eligible = set("verdict", "eligible");
  said.failed = set("verdict", "not-eligible");
  said.rule = set("rule", "RULE");
  said.text = set("text", "TEXT");
  said.nothing = set("text", "no such words");
  const words = () => page.querySelector(".bar strong").innerText;
  said.en = [page.documentElement.lang, words()];
  page.getElementById("lang").click();
  said.zh = [page.documentElement.lang, words()];
  page.getElementById("lang").click();
  said.wide = page.documentElement.scrollWidth;
  said.focus = all("button, select, input, a[href], summary").every((e) => e.tabIndex >= 0);
  const link = page.querySelector(".finding .end a");
  link.click();
  said.target = page.querySelector(view.location.hash).className;
  said.asked = view.performance.getEntriesByType("resource").map((e) => e.name);
  said.loaded = view.performance.timing.loadEventStart - view.performance.timing.navigationStart;
  document.getElementById("out").textContent = "@" + "@" + JSON.stringify(said) + "@" + "@";
};
document.body.append(frame);
</script>"#;

/// The browser, where there is one.
#[expect(clippy::print_stdout)]
fn chromium() -> Option<PathBuf> {
    let named = ["chromium", "chromium-browser", "google-chrome"];
    let folders = std::env::var_os("PATH")?;
    let all = std::env::split_paths(&folders).flat_map(|f| named.map(|n| f.join(n)));
    let found = all.into_iter().find(|p| p.is_file());
    if found.is_none() {
        println!("skipped: there is no Chromium here");
    }
    found
}

/// What the page in a folder does at a width.
fn driven(browser: &Path, folder: &Path, width: u32, rule: &str, text: &str) -> Value {
    let harness = HARNESS
        .replace("WIDTH", &width.to_string())
        .replace("RULE", rule)
        .replace("TEXT", text);
    let page = folder.join("harness.html");
    std::fs::write(&page, harness).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--allow-file-access-from-files",
            "--enable-logging=stderr",
            "--log-level=0",
            "--virtual-time-budget=60000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let (dom, log) = (String::from_utf8_lossy(&output.stdout), stderr(&output));
    let console: Vec<&str> = log.lines().filter(|l| l.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "{console:?}");
    let said = dom
        .split_once("@@")
        .and_then(|(_, rest)| rest.split_once("@@"));
    let Some((said, _)) = said else {
        panic!("the page did nothing: {dom}\n{log}");
    };
    serde_json::from_str(
        &said
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">"),
    )
    .unwrap()
}

#[test]
fn a_page_filters_and_changes_its_language_and_asks_for_nothing() {
    let Some(browser) = chromium() else { return };
    let into = tempfile::tempdir().unwrap();
    let names = [
        "two-shipments",
        "mixed-batch",
        "infant-scan",
        "infant-clean-xlsx-pdf",
    ];
    let folders: Vec<String> = names
        .iter()
        .map(|n| shipments().join(n).display().to_string())
        .collect();
    let html = format!("html={}", into.path().join("report.html").display());
    let mut args = vec![
        "check",
        "--as-of",
        "2026-06-15",
        "--lang",
        "en",
        "--out",
        &html,
    ];
    args.extend(folders.iter().map(String::as_str));
    greenlane(&args);
    for width in [1200, 390] {
        let said = driven(&browser, into.path(), width, "infant/port", "beta-2606");
        let count = |what: &str, of: &str| said[what][of].as_u64().unwrap();
        assert_eq!(
            (count("whole", "rows"), count("whole", "shipments")),
            (5, 5),
            "{said}"
        );
        assert_eq!(
            (count("eligible", "rows"), count("eligible", "shipments")),
            (2, 2),
            "{said}"
        );
        assert_eq!(count("failed", "rows"), 2, "{said}");
        assert_eq!(
            (count("rule", "shipments"), count("rule", "findings")),
            (1, 1),
            "{said}"
        );
        assert_eq!(count("text", "shipments"), 1, "{said}");
        assert_eq!(
            (count("nothing", "rows"), count("nothing", "findings")),
            (0, 0),
            "{said}"
        );
        assert_eq!(said["en"][0], "en");
        assert_eq!(said["zh"][0], "zh-CN");
        assert!(
            said["en"][1].as_str().unwrap().starts_with("NOT ELIGIBLE"),
            "{said}"
        );
        assert!(
            said["zh"][1].as_str().unwrap().starts_with("不能通过"),
            "{said}"
        );
        assert!(said["wide"].as_u64().unwrap() <= u64::from(width), "{said}");
        assert_eq!(said["focus"], true);
        assert_eq!(said["refused"], serde_json::json!([]));
        assert_eq!(said["asked"], serde_json::json!([]), "it asks for nothing");
        // The link of a place leads to the cell as it is drawn.
        assert!(!said["target"].as_str().unwrap().is_empty(), "{said}");
    }
}
