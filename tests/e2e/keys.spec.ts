// A key is in the field it was typed into and in the requests' header for keys, and nowhere else, whoever the provider is.

import { EXPORTS } from './pages/export';
import { enter, type App } from './pages/app';
import type { ChatServer } from './support/chat-server';
import { expect, test } from './support/story';

const CANARY = 'sk-canary-7f3a91c2e5d84b60';

/** How each wire format carries a key. */
const PROVIDERS = [
  { provider: 'open_ai_compatible', url: (chat: ChatServer) => chat.url, header: 'authorization', before: 'Bearer ' },
  { provider: 'anthropic', url: (chat: ChatServer) => chat.url, header: 'x-api-key', before: '' },
  { provider: 'gemini', url: (chat: ChatServer) => chat.geminiUrl, header: 'x-goog-api-key', before: '' },
] as const;

/** Everything that the page's databases and storages hold, as one text. */
async function stored(app: App): Promise<string> {
  return app.page.evaluate(async () => {
    const settle = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const readable = async (value: unknown): Promise<unknown> => {
      if (value instanceof Blob) return value.text();
      if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
      if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value as Uint8Array<ArrayBuffer>);
      if (Array.isArray(value)) return Promise.all(value.map(readable));
      if (value instanceof Map) return readable([...value]);
      if (value && typeof value === 'object') return readable(Object.entries(value));
      return value;
    };
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state];
    for (const { name } of await indexedDB.databases()) {
      const database = await settle(indexedDB.open(name!));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = [settle(objects.getAllKeys()), settle(objects.getAll())];
        found.push(name, store, await keys, await readable(await values));
      }
      database.close();
    }
    return JSON.stringify(found);
  });
}

/** The document as text; the values of fields are not part of it, their attributes are. */
function markup(app: App): Promise<string> {
  return app.page.evaluate(() => document.documentElement.outerHTML);
}

for (const { provider, url, header, before } of PROVIDERS) {
  test(`a key planted for ${provider} is found nowhere`, async ({ app, watch, startChat }) => {
    const chat = await startChat();
    watch.expectFailuresOf(chat.url);
    // Now and then the provider fails, and twice it repeats the key in its refusal.
    chat.fault = ({ number, role }) => {
      if (role === 'editor' && number < 5) return { kind: 'bad-request' };
      return number === 5 ? { kind: 'unauthorized' } : number === 9 ? { kind: 'garbage' } : undefined;
    };
    const urls: string[] = [];
    app.page.on('request', (request) => urls.push(request.url()));
    const seen: string[] = [];
    const look = async () => seen.push(await markup(app), app.page.url(), await app.page.title());

    await app.home.loadSample();
    await app.open('Data');
    await app.data.split({ method: 'first_n', train: 12, validation: 12, heldOut: 0 });
    await app.open('Prompt');
    await app.prompt.choose('single_shot');
    await app.open('Models');
    await app.models.useEndpoint(url(chat), { provider });
    for (const role of ['agent', 'critic', 'editor'] as const) await app.models.field(role, 'key').fill(CANARY);
    await look();
    await app.models.field('agent', 'test').click();
    await expect(app.models.field('agent', 'result')).toContainText('Answered in');
    await app.models.field('editor', 'test').click();
    await expect(app.models.field('editor', 'result')).toContainText('this cannot be processed');
    await app.models.field('critic', 'list').click();
    await expect(app.page.locator('#listed-critic option').first()).toBeAttached();
    await look();
    await app.open('Run');
    await app.run.set({ val_batch_size: 6, gradient_batch_size: 3, beam_width: 2, branch_factor: 1, beam_rounds: 1 });
    await app.run.start.click();
    await app.run.is('paused', 30_000);
    await look();
    await app.run.resume.click();
    await app.run.is('finished');
    for (const screen of ['Home', 'Data', 'Prompt', 'Models', 'Run', 'Results', 'Settings', 'Export'] as const) {
      await app.open(screen);
      await look();
    }
    const files = [];
    for (const name of EXPORTS) files.push((await app.export.save(name)).text);

    expect(chat.log.every((call) => call.authorization === `${before}${CANARY}`)).toBe(true);
    expect(new Set(chat.log.flatMap((call) => call.keyHeaders))).toEqual(new Set([header]));
    expect(chat.saw(CANARY), 'in a request, besides its headers for keys').toBe(false);
    const dump = await stored(app);
    expect(dump, 'the dump reads the journal').toContain('run_started');
    const end = CANARY.slice(-12);
    for (const [place, texts] of Object.entries({ page: seen, urls, files, console: watch.console, faults: watch.faults, storage: [dump] })) {
      for (const text of texts) expect(text.includes(end), place).toBe(false);
    }

    // A reload keeps no key unless the user asked for it.
    await app.page.reload();
    await app.open('Models');
    await expect(app.models.field('agent', 'key')).toHaveValue('');
  });
}

test('a key is remembered only if one asks for it, encrypted, and only for its endpoint', async ({ app, startChat }) => {
  const [chat, other] = [await startChat(), await startChat()];
  const remember = app.page.getByTestId('model-agent-remember');
  const key = app.models.field('agent', 'key');
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { key: CANARY });
  await remember.check();
  await expect(remember).toBeChecked();
  // Making the browser's key and writing take a moment.
  const origin = `origin ${new URL(chat.url).origin}`;
  await expect.poll(async () => (await stored(app)).includes(origin), { timeout: 10_000 }).toBe(true);

  await app.page.reload();
  await expect(key).toHaveValue(CANARY);
  await expect(remember).toBeChecked();
  const dump = await stored(app);
  expect(dump, 'the dump reads the vault').toContain(origin);
  expect(dump.includes(CANARY.slice(-12))).toBe(false);
  expect((await markup(app)).includes(CANARY.slice(-12))).toBe(false);

  // Another endpoint does not get it, and the first gets it back.
  await enter(app.models.field('agent', 'url'), other.url);
  await expect(key).toHaveValue('');
  await enter(app.models.field('agent', 'url'), chat.url);
  await expect(key).toHaveValue(CANARY);

  await app.open('Settings');
  await app.page.getByTestId('forget-key').click();
  await expect(app.page.getByTestId('forget-key')).toHaveCount(0);
  await app.page.reload();
  await app.open('Models');
  await expect(key).toHaveValue('');
});

test('a key follows no redirect, and a call carries neither cookies nor where the page is', async ({ app, watch, startChat }) => {
  const [chat, thief] = [await startChat(), await startChat()];
  watch.expectFailuresOf(chat.url);
  // The console names the address that was not followed to.
  watch.expectFailuresOf(thief.url);
  // Cookies do not tell ports apart: this one would go to the endpoint too.
  await app.page.evaluate(() => void (document.cookie = 'session=from-another-page'));
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { key: CANARY });
  const connect = async (result: string) => {
    await app.models.field('agent', 'test').click();
    await expect(app.models.field('agent', 'result')).toContainText(result);
  };
  await connect('Answered in');
  chat.fault = () => ({ kind: 'redirect', to: `${thief.url}/chat/completions` });
  await connect('cannot be reached');
  expect(thief.log).toHaveLength(0);
  expect(thief.preflights).toBe(0);
  expect(chat.log.map((call) => call.authorization)).toEqual([`Bearer ${CANARY}`, `Bearer ${CANARY}`]);
  for (const header of ['from-another-page', '"cookie"', '"referer"']) expect(chat.saw(header), header).toBe(false);
});
