//! Entries of dated lists that a pack names by their ids, put in the place of the ids.

use super::compile::Look;
use crate::check::{Goods, Named, Parameter, PortName};
use crate::extract::{ALL, ListKind, Listed};
use crate::read::did_you_mean;
use indexmap::IndexMap;

impl Look<'_> {
    /// Fills in what parameters name of the lists; the kinds of lists they use.
    pub fn listed(&mut self, parameters: &mut IndexMap<String, Parameter>) -> Vec<ListKind> {
        let mut used = Vec::new();
        for (name, parameter) in parameters {
            let path = ["parameters", name.as_str()];
            let later = parameter.later.iter_mut();
            let later = later.map(|l| (&mut l.ports, &mut l.goods, &l.countries));
            let own = (
                &mut parameter.ports,
                &mut parameter.goods,
                &parameter.countries,
            );
            for (ports, goods, countries) in std::iter::once(own).chain(later) {
                if let Some(ports) = ports {
                    let is = ListKind::Ports;
                    *ports = self.filled(&path, std::mem::take(ports), is, &mut used);
                }
                if let Some(goods) = goods {
                    let is = ListKind::Headings;
                    *goods = self.filled(&path, std::mem::take(goods), is, &mut used);
                    for goods in goods {
                        self.words_of_headings(&path, goods, &mut used);
                    }
                }
                for code in countries.iter().flatten() {
                    used.push(ListKind::Countries);
                    self.country(&path, code);
                }
            }
            let notes = parameter.notes.iter().flatten();
            if notes.into_iter().any(|n| !n.countries.is_empty()) {
                used.push(ListKind::Countries);
            }
        }
        used.sort_unstable();
        used.dedup();
        used
    }

    fn filled<T>(
        &mut self,
        path: &[&str],
        entries: Vec<Named<T>>,
        kind: ListKind,
        used: &mut Vec<ListKind>,
    ) -> Vec<Named<T>>
    where
        T: OfList,
    {
        let lists = &self.vocabulary.lists;
        let mut filled = Vec::new();
        for entry in entries {
            let id = match entry {
                Named::Own(own) => {
                    filled.push(Named::Own(own));
                    continue;
                }
                Named::Listed(id) => id,
            };
            used.push(kind);
            let rows = lists.rows(kind);
            if id != ALL && lists.row(kind, &id).is_none() {
                self.no_row(path, kind, &id);
            }
            let meant = rows.iter().filter(|r| id == ALL || r.id == id);
            filled.extend(meant.map(|row| Named::Own(T::of(row, lists))));
        }
        filled
    }

    /// The words of the headings goods name are words of the goods.
    fn words_of_headings(
        &mut self,
        path: &[&str],
        goods: &mut Named<Goods>,
        used: &mut Vec<ListKind>,
    ) {
        let Named::Own(goods) = goods else { return };
        let kind = ListKind::Headings;
        for id in goods.headings.clone() {
            used.push(kind);
            match self.vocabulary.lists.row(kind, &id) {
                Some(row) => goods.words.extend(row.words.iter().cloned()),
                None => self.no_row(path, kind, &id),
            }
        }
        if goods.words.is_empty() {
            let what = format!("the goods `{}` have no words and no headings", goods.key);
            self.fault_at_text(path, &goods.key, what);
        }
    }

    fn no_row(&mut self, path: &[&str], kind: ListKind, id: &str) {
        let rows = self.vocabulary.lists.rows(kind).iter();
        let ids: Vec<&str> = rows.map(|r| r.id.as_str()).collect();
        let near = did_you_mean(id, &ids);
        let what = format!("the list has no {} `{id}`{near}", kind.as_str());
        self.fault_at_text(path, id, what);
    }

    fn country(&mut self, path: &[&str], code: &str) {
        let rows = &self.vocabulary.lists.countries;
        let known = |r: &Listed| r.id == code || r.part_of.as_deref() == Some(code);
        if !rows.iter().any(known) {
            self.no_row(path, ListKind::Countries, code);
        }
    }
}

/// What a row of a list is as a value of a parameter.
trait OfList {
    fn of(row: &Listed, lists: &crate::extract::Lists) -> Self;
}

impl OfList for PortName {
    fn of(row: &Listed, lists: &crate::extract::Lists) -> PortName {
        let larger = row.part_of.as_deref();
        let larger = larger.and_then(|id| lists.row(ListKind::Ports, id));
        PortName {
            name: row.name.clone(),
            words: row.words.clone(),
            codes: row.codes.clone(),
            part_of: larger.map(|l| l.name.clone()),
        }
    }
}

impl OfList for Goods {
    fn of(row: &Listed, _: &crate::extract::Lists) -> Goods {
        Goods {
            key: row.id.clone(),
            name: row.name.clone(),
            covered: true,
            hs: row.codes.clone(),
            hs_whole: Vec::new(),
            hs_also: Vec::new(),
            words: row.words.clone(),
            headings: Vec::new(),
            not: Vec::new(),
            words_also: row.also.clone(),
            documents: Vec::new(),
        }
    }
}
