/** Opening a camera and knowing which there are. */

export interface CameraChoice {
  id: string;
  /** Empty until the person has allowed the camera: browsers hide names before that. */
  label: string;
}

/** 640 px wide is what the landmark models were checked at; more costs time and gains nothing. */
const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };

/** Rejects with the browser's DOMException, see `problemFromError`. */
export async function openCamera(id: string | null): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (id) {
    try {
      return await mediaDevices.getUserMedia({ audio: false, video: { ...WANTED, deviceId: { exact: id } } });
    } catch (error) {
      // The camera chosen last time may be gone; any other is better than none.
      if (!(error instanceof DOMException && error.name === 'OverconstrainedError')) throw error;
    }
  }
  return mediaDevices.getUserMedia({ audio: false, video: { ...WANTED, facingMode: 'user' } });
}

export function stopCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

export function cameraIdOf(stream: MediaStream): string | null {
  return stream.getVideoTracks()[0]?.getSettings().deviceId ?? null;
}

export async function listCameras(): Promise<CameraChoice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter((device) => device.kind === 'videoinput' && device.deviceId !== '')
    .map((device) => ({ id: device.deviceId, label: device.label }));
}
