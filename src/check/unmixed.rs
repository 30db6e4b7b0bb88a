//! `unmixed`: every line of the declaration, and every line sharing a carton, is in the lane.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::lane::{is_inside, shared, take_out};
use crate::facts::why::why;
use crate::link::Value;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unmixed {
    /// A parameter of goods: a line that names only goods not covered is outside.
    pub goods: String,
}

impl Judges for Unmixed {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "lines-outside lines-share-carton lines-share-cartons no-line-of-lane";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.goods]
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let lines = &ctx.shipment.lines;
        let outside: Vec<usize> = (0..lines.len())
            .filter(|&i| !is_inside(ctx, &self.goods, i))
            .collect();
        if outside.is_empty() || outside.len() == lines.len() {
            return if outside.is_empty() {
                Outcome::pass(ctx.declaration())
            } else {
                Outcome::nothing(why!("no-line-of-lane"))
            };
        }
        let place = |i: &usize| -> Option<Value> {
            let line = lines.get(*i)?;
            line.descriptions(ctx.group)
                .next()
                .or(line.hs)
                .or(line.model)
        };
        let places: Vec<Value> = outside.iter().filter_map(place).collect();
        let taken = take_out(ctx, &self.goods);
        let number = |i: usize| lines.get(i).map_or("", |l| l.number.as_str());
        let shown: Vec<&str> = outside.iter().map(|i| number(*i)).take(20).collect();
        let sharing: Vec<&str> = taken
            .iter()
            .map(|i| *i as usize)
            .filter(|i| outside.binary_search(i).is_err())
            .map(number)
            .take(20)
            .collect();
        let cartons = shared(ctx, &outside, &taken);
        let mut what = why!("lines-outside"; lines = shown.join(", "));
        if !sharing.is_empty() {
            let cartons: Vec<&str> = cartons.iter().map(|v| ctx.group.raw(v).trim()).collect();
            let lines = sharing.join(", ");
            what = what.also(match cartons.is_empty() {
                true => why!("lines-share-carton"; lines),
                false => why!("lines-share-cartons"; lines, cartons = cartons.join(", ")),
            });
        }
        let Some(first) = places.first() else {
            return Outcome::one(Detail::fail(what, ctx.declaration()));
        };
        let mut detail = Detail::fail(what, *first).found(ctx.group.raw(first).trim());
        detail = detail.beside(places.iter().skip(1).take(20));
        detail = detail.beside(cartons);
        Outcome::one(detail)
    }
}
