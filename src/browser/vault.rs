//! Keys that the user wants remembered on this device: encrypted with AES-GCM under a key that the browser keeps and gives
//! to no script, and bound to the origin of the endpoint that they are for.
//! This keeps keys out of exports, backups and a copied profile's plain text; it does not keep them from a script that runs
//! in this page, which is why the page runs no script but its own.

use js_sys::{Array, Uint8Array};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, AesKeyGenParams, Crypto, CryptoKey, IdbDatabase, SubtleCrypto};

use super::{
    store::idb::{self, Access, answer, begin, committed},
    words,
};
use crate::ports::{chat::key::ApiKey, store::StoreError};

const DATABASE: &str = "promptbeam-keys";
const VERSION: u32 = 1;
/// Holds the browser's key under `WRAPPING`, and for each origin the bytes that it has encrypted.
const STORE: &str = "keys";
const WRAPPING: &str = "wrapping";
const ENTRY: &str = "origin ";
const ALGORITHM: &str = "AES-GCM";
const KEY_BITS: u16 = 256;
/// Bytes of the number that is new for each encryption and stands before its result.
const NONCE_BYTES: usize = 12;

/// Why a key could not be remembered or forgotten.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum VaultError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the browser offers no encryption here; open the page over https or from localhost")]
    NoEncryption,
    #[error("the browser could not encrypt the key: {message}")]
    Failed { message: String },
}

/// The remembered keys of this browser.
pub struct Vault {
    database: IdbDatabase,
    crypto: Crypto,
}

impl Vault {
    /// Opens the vault.
    pub async fn open() -> Result<Self, VaultError> {
        let crypto = web_sys::window().and_then(|window| window.crypto().ok()).ok_or(VaultError::NoEncryption)?;
        // Absent in an insecure context, whatever the binding's type says.
        if JsValue::from(crypto.subtle()).is_undefined() {
            return Err(VaultError::NoEncryption);
        }
        Ok(Self { database: idb::open(DATABASE, VERSION, &[STORE]).await?, crypto })
    }

    /// Remembers `key` for the endpoints at `origin`, instead of the one before.
    pub async fn remember(&self, origin: &str, key: &ApiKey) -> Result<(), VaultError> {
        let wrapping = match self.get(WRAPPING).await? {
            Some(known) => known.unchecked_into(),
            None => self.new_wrapping_key().await?,
        };
        let mut nonce = [0; NONCE_BYTES];
        self.crypto.get_random_values_with_u8_array(&mut nonce).map_err(|error| failed(&error))?;
        let encrypted = self
            .subtle()
            .encrypt_with_object_and_u8_array(&params(&nonce, origin), &wrapping, key.reveal().as_bytes())
            .map_err(|error| failed(&error))?;
        let encrypted = Uint8Array::new(&JsFuture::from(encrypted).await.map_err(|error| failed(&error))?).to_vec();
        let record = [&nonce[..], &encrypted].concat();
        self.put(&entry(origin), &Uint8Array::from(&record[..])).await
    }

    /// The key that is remembered for `origin`; `None` if there is none that this browser can read.
    pub async fn recall(&self, origin: &str) -> Result<Option<ApiKey>, VaultError> {
        let (Some(wrapping), Some(record)) = (self.get(WRAPPING).await?, self.get(&entry(origin)).await?) else {
            return Ok(None);
        };
        let record = Uint8Array::new(&record).to_vec();
        let Some((nonce, encrypted)) = record.split_at_checked(NONCE_BYTES) else { return Ok(None) };
        let decrypted = self
            .subtle()
            .decrypt_with_object_and_u8_array(&params(nonce, origin), &wrapping.unchecked_into(), encrypted)
            .map_err(|error| failed(&error))?;
        // A record that does not belong to this origin or this browser cannot be read.
        let Ok(plain) = JsFuture::from(decrypted).await else { return Ok(None) };
        let plain = Uint8Array::new(&plain).to_vec();
        Ok(String::from_utf8(plain).ok().map(|text| ApiKey::from(text.as_str())))
    }

    /// The origins for which there are keys.
    pub async fn origins(&self) -> Result<Vec<String>, VaultError> {
        let transaction = begin(&self.database, &[STORE], Access::Read)?;
        let request = idb::store(&transaction, STORE)?.get_all_keys().map_err(|error| failed(&error))?;
        let names = Array::from(&answer(&request).await?);
        Ok(names.iter().filter_map(|name| Some(name.as_string()?.strip_prefix(ENTRY)?.to_owned())).collect())
    }

    /// Forgets the key for `origin`.
    pub async fn forget(&self, origin: &str) -> Result<(), VaultError> {
        let transaction = begin(&self.database, &[STORE], Access::WriteStrictly)?;
        let store = idb::store(&transaction, STORE)?;
        store.delete(&JsValue::from_str(&entry(origin))).map_err(|error| failed(&error))?;
        Ok(committed(&transaction).await?)
    }

    /// Forgets all keys, and the browser's own.
    pub async fn forget_all(&self) -> Result<(), VaultError> {
        let transaction = begin(&self.database, &[STORE], Access::WriteStrictly)?;
        idb::store(&transaction, STORE)?.clear().map_err(|error| failed(&error))?;
        Ok(committed(&transaction).await?)
    }

    async fn new_wrapping_key(&self) -> Result<CryptoKey, VaultError> {
        let algorithm = AesKeyGenParams::new(ALGORITHM, KEY_BITS);
        let usages = Array::of2(&JsValue::from_str("encrypt"), &JsValue::from_str("decrypt"));
        // Not extractable: it can be used here, and read nowhere.
        let made =
            self.subtle().generate_key_with_object(&algorithm, false, &usages).map_err(|error| failed(&error))?;
        let key: CryptoKey = JsFuture::from(made).await.map_err(|error| failed(&error))?.unchecked_into();
        self.put(WRAPPING, &key).await?;
        Ok(key)
    }

    async fn get(&self, name: &str) -> Result<Option<JsValue>, VaultError> {
        let transaction = begin(&self.database, &[STORE], Access::Read)?;
        let request = idb::store(&transaction, STORE)?.get(&JsValue::from_str(name)).map_err(|error| failed(&error))?;
        Ok(Some(answer(&request).await?).filter(|value| !value.is_undefined()))
    }

    async fn put(&self, name: &str, value: &JsValue) -> Result<(), VaultError> {
        let transaction = begin(&self.database, &[STORE], Access::WriteStrictly)?;
        let store = idb::store(&transaction, STORE)?;
        store.put_with_key(value, &JsValue::from_str(name)).map_err(|error| failed(&error))?;
        Ok(committed(&transaction).await?)
    }

    fn subtle(&self) -> SubtleCrypto {
        self.crypto.subtle()
    }
}

fn entry(origin: &str) -> String {
    format!("{ENTRY}{origin}")
}

/// The origin takes part in the encryption, so a record that is moved to another origin cannot be read there.
fn params(nonce: &[u8], origin: &str) -> AesGcmParams {
    let params = AesGcmParams::new_with_u8_array(ALGORITHM, &Uint8Array::from(nonce));
    params.set_additional_data_u8_array(&Uint8Array::from(origin.as_bytes()));
    params
}

fn failed(error: &JsValue) -> VaultError {
    VaultError::Failed { message: words(error) }
}
