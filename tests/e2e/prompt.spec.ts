// Prompt: the draft's agent on one question, outside any run.

import { expect, sampleGold, test } from './support/story';

test('a trial says that the prompt has changed since, until it is run again', async ({ app }) => {
  await app.home.loadSample();
  await app.open('Prompt');
  await app.prompt.try.click();
  await expect(app.prompt.tried).toContainText('The result is that of the gold query.');
  await expect(app.prompt.old).toBeHidden();
  const before = await app.prompt.template.inputValue();
  await app.prompt.template.fill(`${before}\n- Answer in {tongues}.`);
  await expect(app.prompt.old).toContainText('Run it again');
  await expect(app.prompt.preview.locator('[data-state="unknown"]')).toHaveText('{tongues}');
  await app.prompt.template.fill(before);
  await expect(app.prompt.old, 'it is of this prompt again').toBeHidden();
  await app.prompt.choose('self_correcting');
  await expect(app.prompt.old).toBeVisible();
  await app.prompt.try.click();
  await expect(app.prompt.tried).toContainText('Check');
  await expect(app.prompt.old).toBeHidden();
});

test('who leaves while a trial is under way is asked first', async ({ app, startChat }) => {
  const chat = await startChat({ gold: sampleGold() });
  await app.home.loadSample();
  await app.open('Models');
  await app.models.useEndpoint(chat.url, { key: 'any-key' });
  await app.open('Prompt');
  chat.fault = () => ({ kind: 'hang' });
  await app.prompt.try.click();
  await expect.poll(() => chat.log.length).toBe(1);
  const warning = app.page.waitForEvent('dialog');
  await app.page.close({ runBeforeUnload: true });
  const dialog = await warning;
  expect(dialog.type(), 'whoever leaves pays for the answer in vain').toBe('beforeunload');
  await dialog.dismiss();
});
