use super::*;
use crate::record::dkim::PublicKeyForm;

#[test]
fn an_rsa_record_holds_a_subject_public_key_info() -> Result<(), Box<dyn std::error::Error>> {
    let pair = DkimKeyPair::generate(KeyAlgorithm::Rsa2048)?;
    let key = pair.key_record().rsa_public_key()?;
    assert_eq!((key.form, key.bits), (PublicKeyForm::SubjectPublicKeyInfo, 2048));
    assert_eq!(pair.key_record().public_key().len(), 294);
    let again = DkimKeyPair::from_pkcs8_pem(&pair.to_pkcs8_pem())?;
    assert_eq!(again.to_pkcs8_der(), pair.to_pkcs8_der());
    assert_eq!(again.sign(b"data")?, pair.sign(b"data")?);
    Ok(())
}

#[test]
fn an_ed25519_record_holds_32_octets() -> Result<(), Box<dyn std::error::Error>> {
    let pair = DkimKeyPair::generate(KeyAlgorithm::Ed25519)?;
    assert_eq!(pair.key_record().public_key().len(), 32);
    let again = DkimKeyPair::from_pkcs8_der(&pair.to_pkcs8_der())?;
    assert_eq!((again.key_type(), again.key_record()), (KeyType::Ed25519, pair.key_record()));
    Ok(())
}

#[test]
fn what_is_no_key_is_refused() {
    let pem = |text: &str| DkimKeyPair::from_pkcs8_pem(text).err();
    assert_eq!(pem(""), Some(KeyError::Pem));
    assert_eq!(
        pem("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----"),
        Some(KeyError::Pem)
    );
    assert_eq!(
        pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
        Some(KeyError::Rejected)
    );
}

#[test]
fn debug_shows_no_key() -> Result<(), KeyError> {
    let pair = DkimKeyPair::generate(KeyAlgorithm::Ed25519)?;
    assert_eq!(format!("{pair:?}"), "DkimKeyPair { key_type: Ed25519, .. }");
    Ok(())
}
