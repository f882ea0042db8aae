import { createCipheriv, createDecipheriv } from 'node:crypto';
import { badInput } from '../../shared/errors.ts';

/** What marks a place that was made with this key; half of a block. */
const mark = Buffer.from('aval.log');

/**
 * Places in the log as subscribers hold them, to go on from there. An index would tell how much others do; a place is one block of AES, which
 * tells nothing to who has not the key. The same place always reads the same, and each block stands for itself, so ECB is no weakness here.
 */
export function createPlaces(key: Buffer) {
  return {
    of(index: number): string {
      const block = Buffer.alloc(16);
      mark.copy(block);
      block.writeBigUInt64BE(BigInt(index), mark.length);
      return createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block).toString('base64url');
    },
    /** Throws BAD_INPUT, for that argument, when it is no place of this log. */
    indexOf(place: string, argument: string): number {
      const bytes = Buffer.from(place, 'base64url');
      const block =
        bytes.length === 16 && createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(bytes);
      if (!block || !block.subarray(0, mark.length).equals(mark)) {
        throw badInput(
          argument,
          'This is no place in the log.',
          'Give the `cursor` of an earlier change, or leave it out.',
        );
      }
      return Number(block.readBigUInt64BE(mark.length));
    },
  };
}

export type Places = ReturnType<typeof createPlaces>;
