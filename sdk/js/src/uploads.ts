/** Sends a video in pieces, so that progress is seen and a broken connection goes on where it stopped. */
import type { UploadInfo } from "./openapi.ts";
import { ApiError } from "./errors.ts";
import type { Call, Transport } from "./transport.ts";

/** A file of the browser or of `fs.openAsBlob`, or its bytes. */
export type Video = Blob | Uint8Array<ArrayBuffer>;
/** Called with the bytes done and the bytes in all. */
export type Progress = (done: number, total: number) => void;

export interface UploadOptions {
  onProgress?: Progress | undefined;
  signal?: AbortSignal | undefined;
}

const PATH = "/api/v1/uploads";
const TUS = { "tus-resumable": "1.0.0" };
const SMALLEST_PIECE = 256 * 1024;
const LARGEST_PIECE = 16 * 1024 * 1024;
const PIECES = 20;

/** Return the video as a file. */
export function asBlob(video: Video): Blob {
  return video instanceof Blob ? video : new Blob([video]);
}

/** Send a video and return its upload; its id is `input.upload_id` of a request for an analysis. */
export async function upload(transport: Transport, video: Video, options: UploadOptions = {}): Promise<UploadInfo> {
  const { onProgress, signal } = options;
  const blob = asBlob(video);
  const made = await transport.fetch<UploadInfo>({
    method: "POST",
    path: PATH,
    headers: { ...TUS, "upload-length": `${blob.size}` },
    isIdempotent: false,
    signal,
  });
  const path = `${PATH}/${made.upload_id}`;
  const piece = Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, Math.ceil(blob.size / PIECES)));
  for (let offset = 0; offset < blob.size; ) {
    const body = blob.slice(offset, offset + piece);
    offset = await append(transport, { path, body, headers: { "upload-offset": `${offset}` }, signal });
    onProgress?.(offset, blob.size);
  }
  return transport.fetch<UploadInfo>({ path, signal });
}

/** Send a piece and return where the next one begins; where a piece arrived without an answer, the service says so. */
async function append(transport: Transport, call: Call): Promise<number> {
  const headers = { ...TUS, "content-type": "application/offset+octet-stream", ...call.headers };
  try {
    return readOffset(await transport.send({ ...call, method: "PATCH", headers }));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
    return readOffset(await transport.send({ method: "HEAD", path: call.path, headers: TUS, signal: call.signal }));
  }
}

function readOffset(response: Response): number {
  return Number(response.headers.get("upload-offset"));
}
