import type { Blobs } from './blobs.ts';
import { openFolder } from './folder.ts';
import type { Bucket } from './s3.ts';

/** Where blobs are kept. */
export type BlobsPlace = { kind: 'folder'; folder: string } | ({ kind: 's3' } & Bucket);

/** S3's client is loaded only by who has a bucket. */
export async function openBlobs(place: BlobsPlace): Promise<Blobs> {
  return place.kind === 'folder' ? openFolder(place.folder) : (await import('./s3.ts')).openBucket(place);
}
