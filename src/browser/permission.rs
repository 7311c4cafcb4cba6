//! Whether the browser lets the page reach servers near by. Chrome and Edge ask the user once; after a refusal every call fails
//! as if nothing were there, and only this question tells why.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::{domain::endpoint::Reach, run::remedy::Permission};

#[wasm_bindgen]
extern "C" {
    // The names of these permissions are newer than web-sys.
    #[wasm_bindgen(js_namespace = ["navigator", "permissions"], catch)]
    fn query(descriptor: &Object) -> Result<Promise, JsValue>;
}

/// What the browser says about calls to `place`; `Unknown` also where it knows no such permission.
pub async fn permission_for(place: Reach) -> Permission {
    let name = match place {
        Reach::ThisMachine => "loopback-network",
        Reach::LocalNetwork => "local-network",
        Reach::Internet => return Permission::Unknown,
    };
    state(name).await.map_or(Permission::Unknown, |state| match state.as_str() {
        "granted" => Permission::Granted,
        "denied" => Permission::Denied,
        _ => Permission::Unknown,
    })
}

async fn state(name: &str) -> Option<String> {
    let descriptor = Object::new();
    Reflect::set(&descriptor, &"name".into(), &name.into()).ok()?;
    let status = JsFuture::from(query(&descriptor).ok()?).await.ok()?;
    Reflect::get(&status, &"state".into()).ok()?.as_string()
}
