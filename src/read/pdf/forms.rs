//! What a page draws by name: pictures, and forms with content of their own.

use pdfboss_core::{Dict, Document as Pdf, Matrix, Object};

pub enum Drawn {
    Picture,
    Form(Form),
}

pub struct Form {
    pub content: Vec<u8>,
    /// Its own; none where it uses those of the page.
    pub resources: Option<Dict>,
    pub matrix: Option<Matrix>,
}

/// What is drawn by a name, if there is such a thing.
pub fn drawn(pdf: &Pdf, name: &str, resources: &Dict) -> Option<Drawn> {
    let objects = pdf.resolve(resources.get("XObject")?).ok()?;
    let object = objects.as_dict()?.get(name).cloned()?;
    let Object::Stream(stream) = pdf.resolve(&object).ok()? else {
        return None;
    };
    let subtype = stream.dict.get_name("Subtype");
    if subtype.is_some_and(|s| s.0 != "Form") {
        return Some(Drawn::Picture);
    }
    let own = stream.dict.get("Resources");
    let own = own.and_then(|own| pdf.resolve(own).ok());
    Some(Drawn::Form(Form {
        content: pdf.stream_data(&stream).unwrap_or_default(),
        resources: own.and_then(|own| own.as_dict().cloned()),
        matrix: stream.dict.get("Matrix").and_then(matrix),
    }))
}

fn matrix(object: &Object) -> Option<Matrix> {
    #[expect(clippy::cast_possible_truncation)]
    let number = |o: &Object| o.as_f64().map(|v| v as f32);
    let values: Vec<f32> = object.as_array()?.iter().filter_map(number).collect();
    match values.as_slice() {
        &[a, b, c, d, e, f] => Some(Matrix { a, b, c, d, e, f }),
        _ => None,
    }
}
