// Writes the page's content security policy into the built index.html.
// Scripts come from the page's own folder and from the one inline starter that Trunk writes, which is named by its hash.
// Connections may go to any host, since people bring their own endpoints; everything else that a page could load may not.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes it into the page in `folder`. */
export function writePolicy(folder) {
  const file = join(folder, 'index.html');
  const html = readFileSync(file, 'utf8');

  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([^]*?)<\/script>/g)].map(([, text]) => {
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  });
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'", ...inline],
    // The page's workers and its service worker; llama.cpp's worker, and those of its threads, are made of wllama's own text.
    'worker-src': ["'self'", 'blob:'],
    'style-src': ["'self'"],
    // Attributes hold only sizes that the page computes.
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'manifest-src': ["'self'"],
    'connect-src': ["'self'", 'https:', 'http:'],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  };
  const content = Object.entries(policy).map(([directive, sources]) => `${directive} ${sources.join(' ')}`);

  const charset = '<meta charset="utf-8">';
  if (!html.includes(charset)) throw new Error(`${file} has no ${charset}, before which the policy would come too late.`);
  const meta = `<meta http-equiv="Content-Security-Policy" content="${content.join('; ')}">`;
  writeFileSync(file, html.replace(charset, `${charset}\n    ${meta}`));
}
