// Serves the built page on a free port for all stories of a run. They find it as
// their base address: page.goto('./'). Beside it stands a proxy for Firefox, which nothing may ask, and a folder for what
// Firefox saves.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../script/serve.mjs';
import { refusingProxy } from './support/firefox.mjs';

export default async function servePage(): Promise<() => Promise<void>> {
  const folder = process.env.PROMPTBEAM_DIST ?? 'dist';
  if (!existsSync(`${folder}/index.html`)) throw new Error(`There is no built page in ${folder}/. Run: trunk build --release`);
  const server = await serve(folder);
  const proxy = await refusingProxy();
  process.env.PROMPTBEAM_URL = server.url;
  process.env.PROMPTBEAM_PROXY_PORT = String(proxy.port);
  const downloads = mkdtempSync(join(tmpdir(), 'promptbeam-downloads-'));
  process.env.PROMPTBEAM_DOWNLOADS = downloads;
  return async () => {
    await server.close();
    await proxy.close();
    rmSync(downloads, { recursive: true, force: true });
    if (proxy.asked.length > 0) throw new Error(`Firefox has asked for something beyond this machine: ${proxy.asked.join(' ')}`);
  };
}
