// Runs a model's file with llama.cpp, through wllama, in a worker that wllama makes of its own text. Fetched only when such a
// model is asked; src/browser/chat/in_page.rs binds `inPageModel`, and src/ports/chat/in_page.rs reads what it rejects with.
import { Wllama } from './wllama/index.js';

/** Milliseconds in which a request must have ended after it was given up; reading a prompt cannot be interrupted otherwise. */
const GRACE = 400;

let engine = null;
/** Which file with which context `engine` has. */
let loaded = '';
/** Done when no request is under way. */
let idle = Promise.resolve();
/** Ends the request that is under way without an answer: a worker that is terminated tells nobody. */
let drop = () => {};
/** What llama.cpp said of its last refusal: wllama hands on its message alone. */
let refusal = null;

const quiet = {
  debug() {},
  log() {},
  warn() {},
  error: (_, said) => (refusal = said ?? refusal),
};

const rejection = (kind, facts) => JSON.stringify({ kind, ...facts });
const message = (error) => String(error?.message ?? error);

async function start(blob, context, layers) {
  const made = new Wllama({ default: './wllama/wllama.wasm' }, { suppressNativeLog: true, logger: quiet });
  // Without the build for other browsers, which would come from another host.
  made.setCompat(null);
  try {
    await made.loadModel([blob], { n_ctx: context, n_parallel: 1, n_gpu_layers: layers, jinja: true });
    if (!made.getLoadedContextInfo().success) throw new Error('it refused the file');
    return made;
  } catch (error) {
    await made.exit().catch(() => {});
    throw error;
  }
}

function lacking() {
  try {
    new WebAssembly.Memory({ address: 'i64', initial: 1n });
  } catch {
    return 'WebAssembly with 64-bit memory';
  }
  return WebAssembly.Suspending ? '' : 'JavaScript Promise Integration';
}

globalThis.inPageModel = {
  /** Whether `key` is loaded, once nothing is under way any more. */
  async has(key) {
    await idle;
    return engine !== null && loaded === key;
  },

  /** Loads a file instead of the one before; all of it on the graphics card, where there is one. */
  async load(key, blob, context) {
    await inPageModel.unload();
    const lacks = lacking();
    if (lacks) throw rejection('unsupported', { lacks });
    const card = Boolean(await navigator.gpu?.requestAdapter().catch(() => null));
    let failed = null;
    if (card) engine = await start(blob, context).catch((error) => ((failed = message(error)), null));
    try {
      engine ??= await start(blob, context, 0);
    } catch (error) {
      throw rejection('not_loaded', { message: message(error) });
    }
    loaded = key;
    return JSON.stringify({ threads: engine.getNumThreads(), gpu: card && failed === null, gpu_failed: failed });
  },

  /** Frees the memory, whatever is under way. */
  async unload() {
    const before = engine;
    [engine, loaded] = [null, ''];
    await before?.exit();
    drop();
  },

  /** The answer to a request, both as JSON. Ends soon after `signal`, with the worker if need be. */
  async ask(request, signal) {
    const asked = engine;
    if (!asked) throw rejection('crashed', { message: 'it was unloaded' });
    refusal = null;
    const dropped = new Promise((_, reject) => (drop = () => reject(new Error('it was unloaded'))));
    const answered = asked.createChatCompletion({ ...JSON.parse(request), abortSignal: signal });
    const either = Promise.race([answered, dropped]);
    idle = either.catch(() => {});
    const giveUp = () => {
      const late = setTimeout(() => inPageModel.unload(), GRACE);
      idle.then(() => clearTimeout(late));
    };
    signal.addEventListener('abort', giveUp);
    try {
      return JSON.stringify(await either);
    } catch (error) {
      if (refusal?.type) throw rejection('refused', { code: refusal.type, message: message(refusal) });
      // Whatever else it is, the worker may not be whole any more.
      if (!signal.aborted && engine === asked) await inPageModel.unload();
      throw rejection('crashed', { message: message(error) });
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  },
};
