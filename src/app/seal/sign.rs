//! Signatures of records: Ed25519, with keys in PEM files as openssl writes them.

use crate::app::paths;
use crate::model::{Lang, Say, Seal, Signature};
use crate::read::hex_digest;
use anyhow::Context;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePublicKey, Error, spki};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use std::io::Read;
use std::path::Path;

/// The one algorithm there is.
const ALGORITHM: &str = "ed25519";

/// A key somebody trusts, and the file it stands in.
pub struct Trusted {
    pub file: String,
    key: VerifyingKey,
}

/// Signs a record as it is; returns the fingerprint of the signer's key.
///
/// # Errors
/// None in practice: a key can be written down.
pub fn sign(seal: &mut Seal, key: &SigningKey) -> anyhow::Result<String> {
    let signer = key.verifying_key();
    let signed = key.sign(seal.canonical().as_bytes());
    seal.signature = Some(Signature {
        algorithm: ALGORITHM.to_string(),
        public_key: signer.to_public_key_pem(LineEnding::LF)?,
        value: signed
            .to_bytes()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect(),
    });
    fingerprint(&signer)
}

/// Whether a record is signed as it stands, and by the key that is trusted if one is; returns the
/// fingerprint of the signer's key, none for a record without a signature that needs none.
///
/// # Errors
/// In what the record falls short.
pub fn check(seal: &Seal, trusted: Option<&Trusted>) -> Result<Option<String>, Say> {
    let Some(signature) = &seal.signature else {
        return match trusted {
            None => Ok(None),
            Some(_) => Err(Say::new("the record is not signed", "记录没有签名")),
        };
    };
    if signature.algorithm != ALGORITHM {
        let named = &signature.algorithm;
        return Err(Say::new(
            format!("its signature is of a kind that is not known: {named}, not {ALGORITHM}"),
            format!("签名算法未知：{named}，应为 {ALGORITHM}"),
        ));
    }
    let unreadable = || {
        Say::new(
            "its signature cannot be read: the record was changed after it was signed",
            "签名无法读取：记录在签名后被改动",
        )
    };
    let signer =
        VerifyingKey::from_public_key_pem(&signature.public_key).map_err(|_| unreadable())?;
    let value = signature.value.parse().map_err(|_| unreadable())?;
    if signer
        .verify_strict(seal.canonical().as_bytes(), &value)
        .is_err()
    {
        return Err(Say::new(
            "its signature is not of this record: the record or its signature was changed after it was signed",
            "签名与记录不符：记录或签名在签名后被改动",
        ));
    }
    let print = |key: &VerifyingKey| fingerprint(key).map_err(|_| unreadable());
    let own = print(&signer)?;
    match trusted {
        Some(trusted) if trusted.key != signer => {
            let (file, asked) = (&trusted.file, print(&trusted.key)?);
            Err(Say::new(
                format!("it is signed with another key: {own}, not the {asked} of {file}"),
                format!("签名所用密钥不同：{own}，而 {file} 为 {asked}"),
            ))
        }
        _ => Ok(Some(own)),
    }
}

/// What a key is called: the SHA-256 of its SPKI form.
fn fingerprint(key: &VerifyingKey) -> anyhow::Result<String> {
    let whole = key.to_public_key_der()?;
    Ok(format!("sha256:{}", hex_digest(whole.as_bytes())))
}

/// The key to sign with.
///
/// # Errors
/// The file cannot be read, or is no such key; its content is never said.
pub fn private_key(path: &Path, lang: Lang) -> anyhow::Result<SigningKey> {
    let text = read(path)?;
    SigningKey::from_pkcs8_pem(&text).map_err(|e| {
        let other = matches!(
            e,
            Error::PublicKey(spki::Error::OidUnknown { .. }) | Error::ParametersMalformed
        );
        refused(path, &text, other, true, lang)
    })
}

/// The key a record must be signed with.
///
/// # Errors
/// As `private_key`.
pub fn public_key(path: &Path, lang: Lang) -> anyhow::Result<Trusted> {
    let text = read(path)?;
    match VerifyingKey::from_public_key_pem(&text) {
        Ok(key) => Ok(Trusted {
            file: paths::shown(path),
            key,
        }),
        Err(e) => {
            let other = matches!(e, spki::Error::OidUnknown { .. });
            Err(refused(path, &text, other, false, lang))
        }
    }
}

/// The text of a key file; it may be a pipe, and is small.
fn read(path: &Path) -> anyhow::Result<String> {
    const MOST: u64 = 64 << 10;
    let name = || paths::shown(path);
    let file = std::fs::File::open(path).with_context(name)?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).with_context(name)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Why a file is not the key that is needed, and how to come by one.
fn refused(path: &Path, text: &str, other: bool, private: bool, lang: Lang) -> anyhow::Error {
    let labels = text
        .lines()
        .filter_map(|l| l.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"));
    let label = labels.into_iter().find(|label| label.ends_with("KEY"));
    let another = Say::new(
        "a key of another kind (RSA, EC …)",
        "其他类型的密钥（RSA、EC 等）",
    );
    let what = match label {
        None => Say::new("not a key in PEM form", "不是 PEM 格式的密钥"),
        Some("ENCRYPTED PRIVATE KEY") => Say::new("an encrypted key", "加密的密钥"),
        Some("OPENSSH PRIVATE KEY") => Say::new("a key of OpenSSH", "OpenSSH 格式的密钥"),
        Some("PUBLIC KEY" | "PRIVATE KEY") if other => another,
        Some("PUBLIC KEY") if private => Say::new("a public key", "公钥"),
        Some("PRIVATE KEY") if !private => Say::new("a private key", "私钥"),
        Some("PUBLIC KEY" | "PRIVATE KEY") => Say::new("a damaged key", "已损坏的密钥"),
        Some(_) => another,
    };
    let needed = match (private, label) {
        (true, Some("ENCRYPTED PRIVATE KEY")) => Say::new(
            "--sign takes an Ed25519 key without a passphrase: openssl pkey -in KEY -out PLAIN.pem",
            "--sign 需要无口令的 Ed25519 私钥：openssl pkey -in KEY -out PLAIN.pem",
        ),
        (true, _) => Say::new(
            "--sign takes an Ed25519 private key: openssl genpkey -algorithm ed25519 -out KEY.pem",
            "--sign 需要 Ed25519 私钥：openssl genpkey -algorithm ed25519 -out KEY.pem",
        ),
        (false, _) => Say::new(
            "--signer takes an Ed25519 public key: openssl pkey -in KEY.pem -pubout -out PUBLIC.pem",
            "--signer 需要 Ed25519 公钥：openssl pkey -in KEY.pem -pubout -out PUBLIC.pem",
        ),
    };
    let name = paths::shown(path);
    let (what, needed) = (what.get(lang), needed.get(lang));
    match lang {
        Lang::En => anyhow::anyhow!("{name}: {what}; {needed}"),
        Lang::Zh => anyhow::anyhow!("{name}：{what}；{needed}"),
    }
}
