// The installed Firefox, driven over WebDriver BiDi, and a proxy that lets nothing out: Playwright brings a Firefox of its own,
// which is not the one that people have.

import { createServer } from 'node:http';

/** Debian's, or another that is named. */
export const executablePath = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

/** Without this a released Firefox fetches settings of its own from its maker, whatever its preferences say. */
export const environment = { ...process.env, MOZ_REMOTE_SETTINGS_DEVTOOLS: '1' };

/** What Firefox asks of the world by itself is switched off, and everything but this machine is reached through the proxy at `port`. */
export function preferences(port) {
  return {
    'network.proxy.type': 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': port,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': port,
    'network.trr.mode': 5,
    'app.normandy.enabled': false,
    'app.update.enabled': false,
    'browser.region.network.url': '',
    'browser.safebrowsing.provider.mozilla.updateURL': '',
    'datareporting.policy.dataSubmissionEnabled': false,
    'dom.push.connection.enabled': false,
    'extensions.systemAddon.update.enabled': false,
    'media.gmp-manager.url': '',
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'services.settings.server': 'data:,#',
    'toolkit.telemetry.enabled': false,
    'toolkit.telemetry.server': '',
    'toolkit.telemetry.unified': false,
  };
}

/** A proxy that refuses everything and remembers what it was asked for. */
export async function refusingProxy() {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return { port: server.address().port, asked, close };
}
