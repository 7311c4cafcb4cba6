// The small server of the built page: what a host of static files must do for it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from '../script/serve.mjs';

let parent;
let folder;

before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'promptbeam-server-'));
  folder = join(parent, 'dist');
  await mkdir(join(folder, 'sample'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'app.wasm'), '\0asm');
  await writeFile(join(folder, 'sample', 'shop 1.sqlite'), 'SQLite');
  await writeFile(join(parent, 'secret.txt'), 'secret');
  await symlink(join(parent, 'secret.txt'), join(folder, 'link.txt'));
});

after(() => rm(parent, { recursive: true }));

/** Serves the folder for one test. */
function serving(options, story) {
  return async () => {
    const server = await serve(folder, options);
    try {
      await story(server);
    } finally {
      await server.close();
    }
  };
}

/** The status of a path sent as it is, which fetch would tidy up first. */
function statusOf(url, path) {
  return new Promise((resolve, reject) => {
    request(url, { path }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
  });
}

test('a wasm file has the type that streaming compilation needs', serving({}, async ({ url }) => {
  const response = await fetch(`${url}app.wasm`);
  assert.equal(response.headers.get('content-type'), 'application/wasm');
  assert.equal((await response.arrayBuffer()).byteLength, 4);
}));

test('a folder answers with its page', serving({}, async ({ url }) => {
  const response = await fetch(url);
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
}));

test('a file that the browser has already is not sent again until it has changed', serving({}, async ({ url }) => {
  const file = join(folder, 'note.txt');
  await writeFile(file, 'first');
  const first = await fetch(`${url}note.txt`);
  const headers = { 'If-None-Match': first.headers.get('etag') };
  assert.equal((await fetch(`${url}note.txt`, { headers })).status, 304);
  await writeFile(file, 'the second');
  const second = await fetch(`${url}note.txt`, { headers });
  assert.equal(second.status, 200);
  assert.equal(await second.text(), 'the second');
}));

test('a name with a space is found', serving({}, async ({ url }) => {
  assert.equal((await fetch(`${url}sample/shop%201.sqlite`)).status, 200);
}));

test('a file that is not there is a 404, not the page', serving({}, async ({ url }) => {
  assert.equal((await fetch(`${url}nowhere`)).status, 404);
}));

test('under a sub-path, the address without its slash leads to the page', serving({ base: '/tools/beam/' }, async ({ url }) => {
  const response = await fetch(url.slice(0, -1));
  assert.equal(response.url, url);
  assert.equal(response.status, 200);
  assert.equal((await fetch(new URL('/index.html', url))).status, 404);
}));

test('nothing outside the folder is served', serving({}, async ({ url }) => {
  assert.equal(await statusOf(url, '/../secret.txt'), 404);
  assert.equal(await statusOf(url, '/%2e%2e/secret.txt'), 404);
  assert.equal(await statusOf(url, '/link.txt'), 404);
}));

test('a malformed address is refused', serving({}, async ({ url }) => {
  assert.equal(await statusOf(url, '/%E0%A4'), 400);
}));

test('the headers of isolation are sent only when they are asked for', serving({}, async ({ url }) => {
  assert.equal((await fetch(url)).headers.get('cross-origin-opener-policy'), null);
  const isolated = await serve(folder, { isolated: true });
  try {
    const { headers } = await fetch(`${isolated.url}app.wasm`);
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.equal(headers.get('cross-origin-embedder-policy'), 'require-corp');
  } finally {
    await isolated.close();
  }
}));

test('a taken port is said, with the way out', serving({}, async ({ url }) => {
  const { port } = new URL(url);
  const second = spawnSync(process.execPath, ['script/serve.mjs', folder, '--port', port], { encoding: 'utf8' });
  assert.equal(second.status, 1);
  assert.match(second.stderr, new RegExp(`Port ${port} is taken`));
}));
