// A small web server for the built page: static files, the right media types,
// this machine only. What script/server and the browser tests serve with, so it
// does no more than any host of static files would.
//
//   node script/serve.mjs FOLDER [--port N] [--isolated]
//
// With --isolated it sends the two headers that make the page cross-origin isolated (docs/hosting.md).

import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOST = '127.0.0.1';

const MEDIA_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.jsonl': 'application/x-ndjson',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.sql': 'text/plain; charset=utf-8',
  '.sqlite': 'application/vnd.sqlite3',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** With these the page is cross-origin isolated, and llama.cpp may use more than one thread. */
const ISOLATING = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Serves a folder and resolves to `{ url, close }` once it listens. `base` is the
 * path the folder appears under and ends in a slash; port 0 takes any free one.
 */
export async function serve(folder, { port = 0, base = '/', isolated = false } = {}) {
  const root = await realpath(folder);
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(isolated ? ISOLATING : {})) response.setHeader(name, value);
    answer(root, base, request, response).catch(() => refuse(response, 500, 'The file could not be read.'));
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${server.address().port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections?.();
      }),
  };
}

async function answer(root, base, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET and HEAD.');
  let path;
  try {
    path = decodeURIComponent(request.url.split(/[?#]/, 1)[0]);
  } catch {
    return refuse(response, 400, 'The address is malformed.');
  }
  if (`${path}/` === base) return redirect(response, base);
  if (!path.startsWith(base)) return refuse(response, 404, 'There is no such file.');
  let file = await inside(root, path.slice(base.length));
  if (file?.stats.isDirectory()) {
    if (!path.endsWith('/')) return redirect(response, `${request.url.split(/[?#]/, 1)[0]}/`);
    file = await inside(root, `${path.slice(base.length)}index.html`);
  }
  if (!file?.stats.isFile()) return refuse(response, 404, 'There is no such file.');
  // By which a browser asks whether the file that it has is still the same.
  const tag = `"${file.stats.size.toString(36)}-${file.stats.mtimeMs.toString(36)}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', 'no-cache');
  if (request.headers['if-none-match'] === tag) return response.writeHead(304).end();
  response.writeHead(200, {
    'Content-Type': MEDIA_TYPES[extname(file.name)] ?? 'application/octet-stream',
    'Content-Length': file.stats.size,
    'X-Content-Type-Options': 'nosniff',
  });
  if (request.method === 'HEAD') return response.end();
  createReadStream(file.name)
    .on('error', () => response.destroy())
    .pipe(response);
}

/** The file at a path below the root, links followed; null where there is none or it lies outside. */
async function inside(root, path) {
  if (path.includes('\0')) return null;
  const name = await realpath(join(root, path)).catch(() => null);
  if (name === null || (name !== root && !name.startsWith(root + sep))) return null;
  return { name, stats: await stat(name) };
}

function redirect(response, location) {
  response.writeHead(301, { Location: location }).end();
}

function refuse(response, status, words) {
  if (response.headersSent) return response.destroy();
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
}

async function main([folder, ...options]) {
  const isolated = options.includes('--isolated');
  const at = options.indexOf('--port');
  const port = at >= 0 ? Number(options[at + 1]) : 8080;
  try {
    await serve(folder, { port, isolated });
  } catch (error) {
    const taken = `Port ${port} is taken. Choose another with --port N.`;
    console.error(error.code === 'EADDRINUSE' ? taken : `Cannot serve ${folder}: ${error.message}`);
    process.exit(1);
  }
  console.log(`Promptbeam is at http://localhost:${port}/`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
