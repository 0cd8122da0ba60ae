/** Fetching holistic.task, with progress: at 16.5 MB it is the one long wait of a first visit. */

const MODEL_URL = '/models/holistic.task';

export interface DownloadProgress {
  received: number;
  /** Null when the server does not say how large the file is. */
  total: number | null;
}

export async function downloadModel(onProgress: (progress: DownloadProgress) => void): Promise<Uint8Array> {
  const response = await fetch(MODEL_URL);
  if (!response.ok || !response.body) throw new Error(`${MODEL_URL}: ${response.status}`);
  // A compressed answer states its compressed length, which is of no use for progress.
  const length = response.headers.has('content-encoding')
    ? 0
    : Number(response.headers.get('content-length'));
  const total = length > 0 ? length : null;
  const chunks: Uint8Array[] = [];
  let received = 0;
  onProgress({ received, total });
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    received += part.value.length;
    onProgress({ received, total });
  }
  const model = new Uint8Array(received);
  let at = 0;
  for (const chunk of chunks) {
    model.set(chunk, at);
    at += chunk.length;
  }
  return model;
}
