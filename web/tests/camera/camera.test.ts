import { afterEach, expect, it, vi } from 'vitest';
import { listCameras, openCamera } from '../../src/camera/camera';

afterEach(() => vi.unstubAllGlobals());

it('takes another camera when the remembered one is gone', async () => {
  const getUserMedia = vi.fn();
  getUserMedia
    .mockRejectedValueOnce(new DOMException('', 'OverconstrainedError'))
    .mockResolvedValueOnce('stream');
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  await expect(openCamera('gone')).resolves.toBe('stream');
  expect(getUserMedia.mock.calls[0]?.[0].video.deviceId).toEqual({ exact: 'gone' });
  expect(getUserMedia.mock.calls[1]?.[0].video.deviceId).toBeUndefined();
});

it('never asks for sound, and passes refusals on', async () => {
  const getUserMedia = vi.fn().mockRejectedValue(new DOMException('', 'NotAllowedError'));
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  await expect(openCamera('one')).rejects.toMatchObject({ name: 'NotAllowedError' });
  expect(getUserMedia).toHaveBeenCalledOnce();
  expect(getUserMedia.mock.calls[0]?.[0].audio).toBe(false);
});

it('lists cameras only, and none before they have a name to choose by', async () => {
  const enumerateDevices = async () => [
    { kind: 'audioinput', deviceId: 'mic', label: 'Mic' },
    { kind: 'videoinput', deviceId: 'a', label: 'Front' },
    { kind: 'videoinput', deviceId: '', label: '' },
  ];
  vi.stubGlobal('navigator', { mediaDevices: { enumerateDevices } });
  expect(await listCameras()).toEqual([{ id: 'a', label: 'Front' }]);
});
