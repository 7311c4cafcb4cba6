// Prompt: the draft's agent on one question, outside any run.

import { expect, test } from './support/story';

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
