//! `greenlane demo`: an example shipment, written and checked.

use super::builtin::EXAMPLE;
use super::check::check_paths;
use super::config::Config;
use super::output::{may_write, write_whole};
use super::rules;
use crate::cli::DemoArgs;
use crate::judge::{FailOn, Settings};
use crate::model::Lang;
use crate::report;
use anyhow::Context;

pub fn run(args: &DemoArgs) -> anyhow::Result<u8> {
    let lang = super::language(&args.common, None);
    std::fs::create_dir_all(&args.dir).with_context(|| args.dir.display().to_string())?;
    for (name, bytes) in EXAMPLE {
        may_write(&args.dir.join(name), [], |there| there == *bytes, lang)?;
    }
    for (name, bytes) in EXAMPLE {
        write_whole(&args.dir.join(name), bytes)?;
    }
    let config = Config::default();
    let rules = rules::load_all(&args.common, &config)?;
    let settings = Settings {
        as_of: jiff::civil::date(2026, 6, 15),
        lanes: Vec::new(),
        strict: false,
        all: false,
        carry: false,
        draw: Default::default(),
        waivers: Default::default(),
    };
    let paths = [args.dir.clone()];
    let checked = check_paths(&paths, &config, &rules, &settings, FailOn::Blocker)?;
    let dir = args.dir.display();
    let head = match lang {
        Lang::En => format!(
            "An example shipment with two mistakes was written to {dir}; this is what\n  greenlane check {dir} --as-of 2026-06-15\nsays of it (exit code {}):\n\n",
            checked.exit_code
        ),
        Lang::Zh => format!(
            "示例单证（含两处错误）已写入 {dir}；下面是\n  greenlane check {dir} --as-of 2026-06-15\n的结果（退出码 {}）：\n\n",
            checked.exit_code
        ),
    };
    let text = report::table::render(&checked, lang, super::look(false));
    super::print(&format!("{head}{text}"), args.common.color)?;
    Ok(0)
}
