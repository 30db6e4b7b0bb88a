//! What a command works with: the configuration, the rules, the language, where its outputs go.

use super::config::Config;
use super::output::Outputs;
use super::rules;
use crate::Rules;
use crate::cli::{CommonArgs, OutArgs};
use crate::model::Lang;
use crate::report::Format;

/// The beginning of a command.
pub struct Session {
    pub config: Config,
    pub rules: Rules,
    pub lang: Lang,
    pub outputs: Outputs,
}

impl Session {
    /// Begins it with a configuration; of the formats `offered` any may be asked for.
    ///
    /// # Errors
    /// Rules with a mistake; a format the command does not offer; a file that cannot be written.
    pub fn begin(
        config: Config,
        common: &CommonArgs,
        out: &OutArgs,
        offered: &[Format],
    ) -> anyhow::Result<Session> {
        let rules = rules::load_all(common, &config)?;
        let lang = super::language(common, config.lang);
        let outputs = Outputs::begin(out, common.color, offered, lang, &rules.manner.limits)?;
        Ok(Session {
            config,
            rules,
            lang,
            outputs,
        })
    }
}
