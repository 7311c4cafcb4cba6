// Starts the SQL worker, and tells the page at once if that cannot be done: in
// the form of src/browser/sql/messages.rs, since a failed promise reaches nobody.
importScripts('./sql_worker.js');
wasm_bindgen({ module_or_path: './sql_worker_bg.wasm' }).catch((error) =>
  postMessage(JSON.stringify({ Failed: { message: String(error) } })),
);
