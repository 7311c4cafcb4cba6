//! Remembered keys, in a real browser: they come back for their own origin, and stand nowhere in plain text.

use promptbeam::{browser::vault::Vault, ports::chat::key::ApiKey};
use wasm_bindgen_test::wasm_bindgen_test;

const HERE: &str = "https://api.example.org";
const ELSEWHERE: &str = "https://api.example.com";

#[wasm_bindgen_test]
async fn a_key_comes_back_for_its_origin_only_until_it_is_forgotten() {
    let vault = Vault::open().await.unwrap();
    vault.forget_all().await.unwrap();
    let key = ApiKey::from("canary-4711");
    assert_eq!(vault.recall(HERE).await.unwrap(), None);
    vault.remember(HERE, &key).await.unwrap();

    let later = Vault::open().await.unwrap();
    assert_eq!(later.recall(HERE).await.unwrap(), Some(key.clone()));
    assert_eq!(later.recall(ELSEWHERE).await.unwrap(), None);

    later.remember(HERE, &ApiKey::from("canary-4712")).await.unwrap();
    assert_eq!(vault.recall(HERE).await.unwrap(), Some(ApiKey::from("canary-4712")));
    vault.remember(ELSEWHERE, &key).await.unwrap();
    assert_eq!(vault.origins().await.unwrap(), [ELSEWHERE, HERE]);
    vault.forget(HERE).await.unwrap();
    assert_eq!(vault.recall(HERE).await.unwrap(), None);
    assert_eq!(vault.recall(ELSEWHERE).await.unwrap(), Some(key));
    vault.forget_all().await.unwrap();
    assert_eq!(vault.recall(ELSEWHERE).await.unwrap(), None);
}
