//! Files and configuration → packs: overlays are laid over what they extend, then each pack is
//! compiled. Every error of every file is found at once.

use super::Pack;
use super::compile::compile;
use super::file::OverlayFile;
use super::overlay::lay;
use crate::check;
use crate::extract::Vocabulary;
use crate::facts::Wording;
use crate::model::PackChange;
use crate::read::{LoadError, Written, did_you_mean, hex_digest, parse_written, shape};
use std::sync::Arc;

/// A file with a pack or an overlay.
#[derive(Clone, Debug)]
pub struct PackSource {
    pub name: String,
    pub text: String,
    /// Travels inside the program: a user's pack of the same id takes its place.
    pub built_in: bool,
    /// Its example and cases were looked through when the program was built.
    pub proven: bool,
}

/// Parameters the configuration replaces, as written there.
#[derive(Clone, Debug)]
pub struct Override {
    pub pack: String,
    /// `parameters: {<name>: …}`, laid over the pack.
    pub written: Written,
}

/// A pack on its way: what is written, by which files.
struct Draft {
    id: String,
    written: Written,
    built_in: bool,
    proven: bool,
    texts: String,
    changes: Vec<PackChange>,
}

/// Loads all packs.
///
/// # Errors
/// Everything that is wrong, in every file, each with its place.
pub fn load(
    files: &[PackSource],
    overrides: &[Override],
    vocabulary: &Vocabulary,
    wording: &Arc<Wording>,
) -> Result<Vec<Pack>, Vec<LoadError>> {
    let mut errors: Vec<LoadError> = wording.lacking(check::TABLE);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut overlays: Vec<(&PackSource, Written)> = Vec::new();
    // Packs with errors of their own: they are not missing as well.
    let mut broken: Vec<String> = Vec::new();
    for file in files {
        let written = match parse_written(&file.name, &file.text) {
            Ok(written) => written,
            Err(found) => {
                errors.extend(found);
                continue;
            }
        };
        if written.get("extends").is_some() {
            match shape::<OverlayFile>(&written) {
                Ok(_) => overlays.push((file, written)),
                Err(found) => {
                    broken.extend(own_id(&written));
                    errors.extend(found);
                }
            }
            continue;
        }
        let id = own_id(&written).unwrap_or_default();
        let twice = drafts.iter().find(|d| d.id == id && !d.built_in);
        if let Some(other) = twice.filter(|_| !file.built_in && !id.is_empty()) {
            let other = other.written.at.file();
            let at = written.near(&["id"]);
            errors.push(at.at.error(format!("the pack {id} stands in {other} too")));
            continue;
        }
        drafts.retain(|d| d.id != id || id.is_empty());
        drafts.push(Draft {
            id,
            written,
            built_in: file.built_in,
            proven: file.proven,
            texts: file.text.clone(),
            changes: Vec::new(),
        });
    }
    // Overlays may extend each other: each waits for what it extends.
    let mut waiting = overlays;
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for (file, over) in waiting {
            if !apply(file, &over, &mut drafts, &mut errors) {
                still.push((file, over));
            }
        }
        waiting = still;
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    let circular: Vec<String> = waiting.iter().filter_map(|(_, w)| own_id(w)).collect();
    for (_, over) in &waiting {
        let extends = over.near(&["extends"]);
        let base = extends.text().unwrap_or("");
        if circular.iter().any(|id| id == base) {
            let what = format!("the packs {} extend each other", circular.join(" and "));
            errors.push(extends.at.error(what));
        } else if !broken.iter().any(|id| id == base) {
            let known: Vec<&str> = drafts.iter().map(|d| d.id.as_str()).collect();
            let near = did_you_mean(base, &known);
            errors.push(extends.at.error(format!("there is no pack `{base}`{near}")));
        }
    }
    for change in overrides {
        let draft = drafts.iter_mut().find(|d| d.id == change.pack);
        match draft {
            Some(draft) => override_parameters(draft, &change.written, &mut errors),
            None if broken.contains(&change.pack) => {}
            None => {
                let known: Vec<&str> = drafts.iter().map(|d| d.id.as_str()).collect();
                let near = did_you_mean(&change.pack, &known);
                let what = format!("there is no pack `{}`{near}", change.pack);
                errors.push(change.written.at.error(what));
            }
        }
    }
    let mut packs = Vec::new();
    for draft in drafts {
        let proven = draft.proven && draft.changes.is_empty();
        match compile(&draft.written, vocabulary, wording, proven) {
            Ok(mut pack) => {
                let mut texts = draft.texts;
                pack.changes = draft.changes;
                let lists = pack.lists.iter();
                for list in lists.flat_map(|kind| vocabulary.lists.files(*kind)) {
                    texts.push_str(&list.text);
                    if !list.built_in {
                        pack.changes.push(PackChange {
                            what: format!("{} list", list.kind.as_str()),
                            by: list.name.clone(),
                            line: 1,
                        });
                    }
                }
                pack.digest = hex_digest(texts.as_bytes());
                packs.push(pack);
            }
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() {
        return Ok(packs);
    }
    errors.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    errors.dedup();
    Err(errors)
}

/// A pack with some of its parameters replaced, as a case asks for.
///
/// # Errors
/// What is wrong with the parameters.
pub fn override_pack(
    pack: &Pack,
    parameters: &Written,
    vocabulary: &Vocabulary,
) -> Result<Pack, Vec<LoadError>> {
    let mut written = pack.written.clone();
    let (mut changes, mut errors) = (Vec::new(), Vec::new());
    let over = parameters.under("parameters");
    lay(&mut written, &over, &mut changes, &mut errors);
    if errors.is_empty() {
        compile(&written, vocabulary, &pack.wording, true)
    } else {
        Err(errors)
    }
}

fn own_id(written: &Written) -> Option<String> {
    written.get("id")?.text().map(str::to_string)
}

/// Lays an overlay over what it extends; false when that is not there (yet).
fn apply(
    file: &PackSource,
    over: &Written,
    drafts: &mut Vec<Draft>,
    errors: &mut Vec<LoadError>,
) -> bool {
    let base = over.get("extends").and_then(Written::text).unwrap_or("");
    let Some(at) = drafts.iter().position(|d| d.id == base) else {
        return false;
    };
    let own = own_id(over).filter(|id| id != base);
    if let Some(own) = own {
        if drafts.iter().any(|d| d.id == own) {
            let what = format!("there is a pack {own} already");
            errors.push(over.near(&["id"]).at.error(what));
            return true;
        }
        let Some(base) = drafts.get(at) else {
            return false;
        };
        let mut draft = Draft {
            id: own,
            written: base.written.clone(),
            built_in: false,
            proven: false,
            texts: base.texts.clone() + &file.text,
            changes: base.changes.clone(),
        };
        lay(&mut draft.written, over, &mut draft.changes, errors);
        drafts.push(draft);
    } else if let Some(draft) = drafts.get_mut(at) {
        lay(&mut draft.written, over, &mut draft.changes, errors);
        draft.texts.push_str(&file.text);
    }
    true
}

/// Parameters may be replaced by the configuration, not added.
fn override_parameters(draft: &mut Draft, over: &Written, errors: &mut Vec<LoadError>) {
    let known = draft.written.entries_at(&["parameters"]);
    let known: Vec<String> = known.iter().map(|e| e.key.clone()).collect();
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    for parameter in over.entries().iter().flat_map(|e| e.value.entries()) {
        if !names.contains(&parameter.key.as_str()) {
            let near = did_you_mean(&parameter.key, &names);
            let what = format!(
                "the pack {} has no parameter `{}`{near}",
                draft.id, parameter.key
            );
            errors.push(parameter.key_at.error(what));
        }
    }
    lay(&mut draft.written, over, &mut draft.changes, errors);
}
