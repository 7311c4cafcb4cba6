// Keeps the page in the browser by way of service_worker.js, and tells the page how that stands (src/browser/offline.rs).
globalThis.offline = (() => {
  const workers = navigator.serviceWorker;

  /** Not before the page is up: a first visit is not to wait for what only the next one needs. */
  async function atLeisure() {
    if (document.readyState !== 'complete') await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
    await new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve));
  }

  return {
    /** Calls `tell` with "kept" when the page would open without a network, with "newer" when another build waits to be used. */
    async keep(tell) {
      if (!workers) return tell('impossible');
      await atLeisure();
      try {
        const registration = await workers.register('service_worker.js', { updateViaCache: 'none' });
        const look = () => {
          // The first one waits for nobody.
          if (registration.active && registration.waiting) tell('newer');
          else if (registration.active?.state === 'activated') tell('kept');
        };
        const follow = (worker) => worker?.addEventListener('statechange', look);
        registration.addEventListener('updatefound', () => follow(registration.installing));
        for (const worker of [registration.installing, registration.waiting, registration.active]) follow(worker);
        look();
      } catch {
        tell('impossible');
      }
    },

    /** Loads the page anew as the build that waits, unless other tabs have the page open: resolves to their number. */
    async takeOver() {
      const waiting = (await workers.getRegistration())?.waiting;
      if (!waiting) return location.reload();
      // Once, however often it was asked.
      waiting.onstatechange = () => waiting.state === 'activated' && location.reload();
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
      waiting.postMessage('take over', [port2]);
      return answered;
    },
  };
})();
