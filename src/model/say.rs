//! A sentence in both languages of the product.

/// The language of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    En,
    Zh,
}

impl Lang {
    /// The one of two texts that is in this language.
    pub fn say<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// One sentence, in English and Chinese.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Say {
    #[schemars(length(min = 1))]
    pub en: String,
    #[schemars(length(min = 1))]
    pub zh: String,
}

impl Say {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Say {
        Say {
            en: en.into(),
            zh: zh.into(),
        }
    }

    /// A heading in two languages, taken apart: `预录入编号 pre entry no`.
    pub fn of_heading(heading: &str) -> Say {
        let chinese = |text: &str| text.contains(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
        let parts = heading.match_indices(' ').find_map(|(at, _)| {
            let (zh, en) = heading.split_at_checked(at)?;
            (chinese(zh) && !chinese(en)).then_some((en.trim(), zh))
        });
        match parts {
            Some((en, zh)) => Say::new(en, zh),
            None => Say::same(heading),
        }
    }

    /// The same text in both languages: a name, a number, a quotation.
    pub fn same(text: impl Into<String>) -> Say {
        let text = text.into();
        Say {
            en: text.clone(),
            zh: text,
        }
    }

    /// Names one after another.
    pub fn listed<'s>(names: impl Iterator<Item = &'s Say>) -> Say {
        Say::between(names, ", ", "、")
    }

    /// Sentences one after another.
    pub fn joined<'s>(sentences: impl Iterator<Item = &'s Say>) -> Say {
        Say::between(sentences, " ", "")
    }

    fn between<'s>(all: impl Iterator<Item = &'s Say>, en: &str, zh: &str) -> Say {
        let (ens, zhs): (Vec<&str>, Vec<&str>) =
            all.map(|s| (s.en.as_str(), s.zh.as_str())).unzip();
        Say::new(ens.join(en), zhs.join(zh))
    }

    /// Both texts, for what stands in papers of either language.
    pub fn both(&self) -> String {
        format!("{} / {}", self.en, self.zh)
    }

    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.zh.is_empty()
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }

    /// Both sentences with `f` applied to each.
    pub fn map(&self, f: impl Fn(&str, Lang) -> String) -> Say {
        Say {
            en: f(&self.en, Lang::En),
            zh: f(&self.zh, Lang::Zh),
        }
    }
}
