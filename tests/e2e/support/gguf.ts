// Model files for the stories: a real one, if it is to be had, and made-up ones that are whole but say nothing.

import { spawnSync } from 'node:child_process';

/** The path of a small real model; undefined if it cannot be had, which is said loudly. */
export function smallModel(): string | undefined {
  const { status, stdout, stderr } = spawnSync('script/model', { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  console.error(`  NOT SHOWN: script/model could not get the model, so no real model answers in the page.\n${stderr}`);
  return undefined;
}

/** A GGUF file of `bytes`, with whole numbers as its metadata; nothing in it is a model. */
export function madeUp(bytes: number, numbers: Record<string, number> = {}): Buffer {
  const text = (words: string) => Buffer.concat([number64(words.length), Buffer.from(words)]);
  const pairs = Object.entries(numbers).map(([key, value]) => Buffer.concat([text(key), number32(4), number32(value)]));
  const architecture = Buffer.concat([text('general.architecture'), number32(8), text('toy')]);
  const head = (numbersInTensor: number) =>
    Buffer.concat([
      Buffer.from('GGUF'),
      number32(3),
      number64(1),
      number64(pairs.length + 1),
      architecture,
      ...pairs,
      text('tensor'),
      number32(1),
      number64(numbersInTensor),
      // Bytes, one after the other.
      number32(24),
      number64(0),
    ]);
  const start = Math.ceil(head(0).length / 32) * 32;
  const file = Buffer.alloc(bytes, 7);
  head(bytes - start).copy(file);
  return file;
}

function number32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function number64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}
