//! Signed records: whose key, over what, and everything that must not pass for it.

use crate::run::{greenlane, root, shipments, stderr, stdout};
use crate::seal::{Sealed, text};
use serde_json::Value;

fn key(name: &str) -> String {
    let path = root().join("fixtures/keys").join(name);
    path.to_str().unwrap().to_string()
}

fn signed() -> Sealed {
    Sealed::with(&["--sign", &key("signer.pem")])
}

/// A record with one value replaced, written like any other JSON.
fn forged(record: &str, change: impl Fn(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(record).unwrap();
    change(&mut value);
    value.to_string()
}

/// The canonical text, made from the record as a stranger would: without digest and signature, keys
/// sorted, no spaces.
pub fn canonical(record: &Value) -> String {
    match record {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let pairs = keys
                .iter()
                .map(|k| format!("{:?}:{}", k, canonical(&map[*k])));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        value => value.to_string(),
    }
}

/// Another library reads the keys and the signature.
#[test]
fn a_signature_is_over_all_that_is_said() {
    let sealed = signed();
    let mut record: Value = serde_json::from_str(&sealed.record()).unwrap();
    let signature = record["signature"].take();
    let digest = record["digest"].take();
    for part in ["signature", "digest"] {
        record.as_object_mut().unwrap().remove(part);
    }
    assert_eq!(signature["algorithm"], "ed25519");
    let public = std::fs::read_to_string(key("signer-public.pem")).unwrap();
    assert_eq!(signature["public_key"], public);
    let said = canonical(&record);
    let hex = signature["value"].as_str().unwrap();
    let bytes: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
        .collect();
    let public = ed25519_compact::PublicKey::from_pem(&public).unwrap();
    let value = ed25519_compact::Signature::from_slice(&bytes).unwrap();
    public
        .verify(&said, &value)
        .expect("the signature of the text");
    assert!(
        public
            .verify(said.replace("greenlane.seal/1", "greenlane.seal/2"), &value)
            .is_err()
    );

    // The same key, the same bytes; and without a key the record is what it was.
    assert_eq!(sealed.record(), signed().record());
    let newer = Sealed::with(&["--sign", &key("signer-v2.pem")]);
    assert_eq!(sealed.record(), newer.record());
    let unsigned = Sealed::with(&[]).record();
    let mut plain: Value = serde_json::from_str(&sealed.record()).unwrap();
    plain.as_object_mut().unwrap().shift_remove("signature");
    assert_eq!(format!("{plain:#}\n"), unsigned);
    assert_eq!(plain["digest"], digest);
}

#[test]
fn verify_says_who_signed_and_whether_the_key_was_compared() {
    let sealed = signed();
    let record = sealed.record();
    // As `openssl pkey -pubin -outform DER` and `sha256sum` have it.
    let fingerprint = "sha256:a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f";
    let (said, exit) = sealed.verify(&record, &[]);
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains(fingerprint), "{said}");
    assert!(said.contains("not compared with a key you trust"), "{said}");
    let (said, exit) = sealed.verify(&record, &["--signer", &key("signer-public.pem")]);
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("signer-public.pem."), "{said}");
    assert!(!said.contains("not compared"), "{said}");
    let (said, exit) = sealed.verify(&record, &["--lang", "zh"]);
    assert_eq!(exit, 0);
    assert!(said.contains("未与您信任的公钥比对"), "{said}");
    // Spaces and the order of keys are not what is signed.
    let rewritten = forged(&record, |_| {});
    assert_eq!(sealed.verify(&rewritten, &[]).1, 0);
}

#[test]
fn nothing_else_passes_for_the_signature() {
    let sealed = signed();
    let record = sealed.record();
    let signer = ["--signer", &key("signer-public.pem")];
    let other = std::fs::read_to_string(key("other-public.pem")).unwrap();
    let unsigned = forged(&record, |r| {
        r.as_object_mut().unwrap().remove("signature");
    });
    let changed = forged(&record, |r| r["as_of"] = "2026-06-14".into());
    // Changed, and digested again by the forger.
    let digested = forged(&record, |r| {
        r["shipment"]["matched"][0]["report"] = "YT2026-99999".into();
        let mut whole = r.clone();
        let map = whole.as_object_mut().unwrap();
        map.remove("signature");
        map.remove("digest");
        let digest = <sha2::Sha256 as sha2::Digest>::digest(canonical(&whole));
        let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        r["digest"] = format!("sha256:{hex}").into();
    });
    let altered = forged(&record, |r| {
        let value = r["signature"]["value"].as_str().unwrap();
        let first = if value.starts_with('0') { "1" } else { "0" };
        r["signature"]["value"] = format!("{first}{}", &value[1..]).into();
    });
    let cut = forged(&record, |r| r["signature"]["value"] = "00".into());
    let no_key = forged(&record, |r| r["signature"]["public_key"] = "me".into());
    let another = forged(&record, |r| {
        r["signature"]["public_key"] = other.clone().into()
    });
    let algorithm = forged(&record, |r| r["signature"]["algorithm"] = "none".into());
    for (record, en, zh) in [
        (&unsigned, "the record is not signed", "记录没有签名"),
        (
            &changed,
            "its signature is not of this record",
            "签名与记录不符",
        ),
        (
            &digested,
            "its signature is not of this record",
            "签名与记录不符",
        ),
        (
            &altered,
            "its signature is not of this record",
            "签名与记录不符",
        ),
        (&cut, "its signature cannot be read", "签名无法读取"),
        (&no_key, "its signature cannot be read", "签名无法读取"),
        (
            &another,
            "its signature is not of this record",
            "签名与记录不符",
        ),
        (
            &algorithm,
            "of a kind that is not known: none",
            "签名算法未知：none",
        ),
    ] {
        let (said, exit) = sealed.verify(record, &signer);
        assert_eq!(exit, 1, "{said}");
        assert!(said.contains(en), "no {en}: {said}");
        assert!(!said.contains("Signed with"), "{said}");
        let chinese = [&signer[..], &["--lang", "zh"]].concat();
        let (said, _) = sealed.verify(record, &chinese);
        assert!(said.contains(zh), "no {zh}: {said}");
        // Without a trusted key only a missing signature is none.
        let exit = sealed.verify(record, &[]).1;
        assert_eq!(exit, i32::from(record != &unsigned));
    }
    assert!(!sealed.verify(&digested, &[]).0.contains("its digest is"));
    let trusted = ["--signer", &key("other-public.pem")];
    let (said, exit) = sealed.verify(&record, &trusted);
    assert_eq!(exit, 1);
    assert!(said.contains("signed with another key"), "{said}");
    let (said, exit) = sealed.verify(record.split_at(record.len() - 60).0, &signer);
    assert_eq!(exit, 1);
    assert!(said.contains("cut off"), "{said}");
    let strange = forged(&record, |r| r["signature"]["by"] = "me".into());
    assert_eq!(sealed.verify(&strange, &signer).1, 2);
}

#[test]
fn a_key_that_cannot_be_used_is_named_and_never_shown() {
    let sealed = signed();
    let shipment = shipments().join("infant-clean-xlsx-pdf");
    let record = sealed.path("record.json");
    for (file, sign, signer) in [
        ("rsa.pem", Some("another kind"), Some("another kind")),
        ("ec.pem", Some("another kind"), Some("a private key")),
        ("ec-public.pem", Some("a public key"), Some("another kind")),
        (
            "encrypted.pem",
            Some("without a passphrase"),
            Some("an encrypted key"),
        ),
        ("damaged.pem", Some("a damaged key"), Some("a private key")),
        ("signer-public.pem", Some("a public key"), None),
        ("signer.pem", None, Some("a private key")),
        (
            "README.md",
            Some("not a key in PEM form"),
            Some("not a key in PEM form"),
        ),
        ("nothing.pem", Some("No such file"), Some("No such file")),
    ] {
        let path = key(file);
        let content = std::fs::read_to_string(&path).unwrap_or_default();
        let secret = content.lines().nth(1).filter(|line| line.len() > 20);
        let sign_with = [
            "seal",
            text(&shipment),
            "--as-of",
            "2026-06-15",
            "--sign",
            &path,
        ];
        let signed_by = ["verify", text(&record), "--signer", &path];
        for (args, wanted) in [(&sign_with[..], sign), (&signed_by[..], signer)] {
            let Some(wanted) = wanted else { continue };
            for (lang, wanted) in [("en", wanted), ("zh", "")] {
                let output = greenlane(&[args, &["--lang", lang]].concat());
                let said = stdout(&output) + &stderr(&output);
                assert_eq!(output.status.code(), Some(2), "{file}: {said}");
                assert_eq!(said.lines().count(), 1, "{file}: {said}");
                assert!(
                    said.contains(file) && said.contains(wanted),
                    "{file}: {said}"
                );
                assert!(secret.is_none_or(|secret| !said.contains(secret)), "{said}");
            }
        }
    }
}

#[test]
fn a_key_among_the_documents_is_refused() {
    let sealed = Sealed::with(&[]);
    let inside = sealed.path("shipment/key.pem");
    std::fs::copy(key("signer.pem"), &inside).unwrap();
    let shipment = sealed.path("shipment");
    let output = greenlane(&[
        "seal",
        text(&shipment),
        "--as-of",
        "2026-06-15",
        "--sign",
        text(&inside),
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).is_empty());
    assert!(
        stderr(&output).contains("keep it elsewhere"),
        "{}",
        stderr(&output)
    );
}
