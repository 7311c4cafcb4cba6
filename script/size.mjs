// The transfer sizes of the built page, file by file: as it lies there, with gzip
// and with brotli, each at its highest level, in units of 1000 bytes. What the
// README states is this script's output.
//
//   node script/size.mjs FOLDER [--short]    --short leaves out all but the sums and the largest file of each

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { isForModels } from './offline.mjs';

const folder = process.argv[2];
const page = readFileSync(join(folder, 'index.html'), 'utf8');

/**
 * When a file is fetched: what the page names is its first load, the SQL worker starts when a database is opened, and
 * llama.cpp comes when a model inside the page is asked.
 */
function occasion(path) {
  if (path === 'index.html' || path.startsWith('snippets/') || page.includes(path)) return 'first load';
  if (path.startsWith('sample/')) return 'sample';
  if (isForModels(path)) return 'model in the page';
  if (/^(guides|icons)\/|^service_worker\.js$/.test(path)) return 'for reading and without a network';
  return 'first database';
}

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
  .map((path) => {
    const bytes = readFileSync(join(folder, path));
    const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
    return {
      path,
      occasion: occasion(path),
      sizes: [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes, brotli).length],
    };
  });

const width = Math.max(...files.map((file) => file.path.length)) + 2;
const row = (name, sizes) => console.log(name.padEnd(width) + sizes.map((size) => size.padStart(11)).join(''));
const kilobytes = (size) => `${(size / 1000).toFixed(1)} kB`;

row('', ['raw', 'gzip', 'brotli']);
const isShort = process.argv.includes('--short');
for (const when of ['first load', 'first database', 'sample', 'model in the page', 'for reading and without a network']) {
  const group = files.filter((file) => file.occasion === when).sort((a, b) => b.sizes[0] - a.sizes[0]);
  const total = [0, 1, 2].map((i) => group.reduce((sum, file) => sum + file.sizes[i], 0));
  row(`${when}, ${group.length} files`, total.map(kilobytes));
  for (const file of isShort ? group.slice(0, 1) : group) row(`  ${file.path}`, file.sizes.map(kilobytes));
}
