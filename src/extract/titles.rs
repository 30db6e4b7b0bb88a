//! What a paper calls itself: the titles of all kinds, found at once, and how sure one makes it.

use crate::model::Kind;
use crate::normalize::text::squeeze;
use aho_corasick::AhoCorasick;

/// A longer text is no title.
const LONGEST: usize = 60;
/// What a title is worth, and more for a longer phrase.
const TITLE: f32 = 8.0;
/// A phrase in a sentence, or before a colon, only mentions the paper.
const MENTIONED: f32 = 2.0;
/// A phrase that is less than this part of its text is mentioned more than stated.
const SHARE: f32 = 0.3;

/// The titles of all kinds, folded.
#[derive(Debug)]
pub struct Titles {
    finder: Option<AhoCorasick>,
    /// By pattern: the kind, and whether the phrase speaks for it or against.
    owners: Vec<(u16, bool)>,
}

/// A title found in a text.
#[derive(Clone, Copy, Debug)]
pub struct Titled {
    pub kind: u16,
    pub points: f32,
}

impl Titles {
    pub fn new(kinds: &[Kind]) -> Titles {
        let mut patterns: Vec<String> = Vec::new();
        let mut owners = Vec::new();
        for (kind, number) in kinds.iter().zip(0..) {
            // The key of a tree may be the kind's own name.
            let name = squeeze(&kind.name);
            for (title, for_it) in std::iter::once((&name, true))
                .chain(kind.titles.iter().map(|t| (t, true)))
                .chain(kind.not_titles.iter().map(|t| (t, false)))
                .filter(|(t, _)| !t.is_empty())
            {
                patterns.push(title.clone());
                owners.push((number, for_it));
            }
        }
        Titles {
            finder: AhoCorasick::new(&patterns).ok(),
            owners,
        }
    }

    /// The kinds whose title a text holds and that it does not rule out.
    pub fn find(&self, squeezed: &str, raw: &str) -> Vec<Titled> {
        let length = squeezed.chars().count();
        let Some(finder) = self
            .finder
            .as_ref()
            .filter(|_| (1..=LONGEST).contains(&length))
        else {
            return Vec::new();
        };
        let mut longest: Vec<(u16, usize)> = Vec::new();
        let mut against: Vec<u16> = Vec::new();
        for found in finder.find_overlapping_iter(squeezed) {
            let Some((kind, for_it)) = self.owners.get(found.pattern().as_usize()) else {
                continue;
            };
            if !for_it {
                against.push(*kind);
                continue;
            }
            let phrase = squeezed.get(found.range()).unwrap_or("");
            let length = phrase.chars().count();
            match longest.iter_mut().find(|(k, _)| k == kind) {
                Some((_, known)) => *known = length.max(*known),
                None => longest.push((*kind, length)),
            }
        }
        longest.retain(|(kind, _)| !against.contains(kind));
        let titled = longest.into_iter().map(|(kind, own)| {
            let share = own as f32 / length as f32;
            let points = if is_mention(raw) {
                MENTIONED
            } else if share < SHARE {
                (TITLE + own as f32 / 4.0) * SHARE.max(share * 2.0)
            } else {
                // A longer phrase is surer.
                TITLE + own.min(8) as f32 / 4.0
            };
            Titled { kind, points }
        });
        titled.collect()
    }
}

/// A reference to a paper: before a colon, or in a sentence.
fn is_mention(raw: &str) -> bool {
    let raw = raw.trim();
    let inner = raw.trim_end_matches([':', '：', '.', '。', '!', '！']);
    let sentence = inner.contains(['。', '；', ';', '?', '？'])
        || inner.contains('，') && inner.chars().count() > 12
        || inner.contains(", ") && inner.split_whitespace().count() > 8
        || raw.ends_with(['。', '.']) && inner.split_whitespace().count() > 5
        || raw.ends_with('。');
    sentence || raw.contains([':', '：'])
}
