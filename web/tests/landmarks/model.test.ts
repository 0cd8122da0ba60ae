import { expect, it, vi } from 'vitest';
import { type DownloadProgress, downloadModel } from '../../src/landmarks/model';

function answerWith(chunks: number[][], headers: Record<string, string>, status = 200): void {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(Uint8Array.from(chunk));
      controller.close();
    },
  });
  vi.stubGlobal('fetch', async () => new Response(body, { status, headers }));
}

it('joins the pieces and reports each', async () => {
  answerWith([[1, 2], [3]], { 'content-length': '3' });
  const seen: DownloadProgress[] = [];
  expect([...(await downloadModel((progress) => seen.push(progress)))]).toEqual([1, 2, 3]);
  expect(seen.map(({ received }) => received)).toEqual([0, 2, 3]);
  expect(seen[0]?.total).toBe(3);
});

it('does not take the length of a compressed answer for that of the file', async () => {
  answerWith([[1]], { 'content-length': '1', 'content-encoding': 'gzip' });
  const seen: DownloadProgress[] = [];
  await downloadModel((progress) => seen.push(progress));
  expect(seen[0]?.total).toBeNull();
});

it('fails when the server has no model', async () => {
  answerWith([], {}, 404);
  await expect(downloadModel(() => undefined)).rejects.toThrow('404');
});
