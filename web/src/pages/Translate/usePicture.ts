import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { type CameraChoice, cameraIdOf, listCameras, openCamera, stopCamera } from '../../camera/camera';
import { type CameraProblem, problemBeforeAsking, problemFromError } from '../../camera/problem';
import { type Film, filmUrl } from '../../films/films';

/** Where the moving picture comes from now. A film waits at its first frame until `play`. */
export type Picture =
  | { source: 'none' }
  | { source: 'asking' }
  | { source: 'camera'; cameraId: string | null }
  | { source: 'film'; film: Film; ended: boolean };

export type PictureProblem = `camera.${CameraProblem}` | 'film.missing' | 'film.failed';

const NONE: Picture = { source: 'none' };

/** Puts a camera or a film into the video element, one at a time, and says in a word what went wrong. */
export function usePicture(videoRef: RefObject<HTMLVideoElement | null>) {
  const [picture, setPicture] = useState<Picture>(NONE);
  const [problem, setProblem] = useState<PictureProblem | null>(null);
  const [cameras, setCameras] = useState<CameraChoice[]>([]);
  const [aspect, setAspect] = useState<number | null>(null);
  const streamRef = useRef<MediaStream | null>(null);
  // Counts what the person asked for, so that a slow camera answer does not override a later wish.
  const wishRef = useRef(0);

  const letGo = useCallback(() => {
    wishRef.current += 1;
    if (streamRef.current) stopCamera(streamRef.current);
    streamRef.current = null;
    const video = videoRef.current;
    if (video) {
      video.pause();
      video.srcObject = null;
      video.removeAttribute('src');
      video.load();
    }
    setAspect(null);
    setProblem(null);
  }, [videoRef]);

  const stop = useCallback(() => {
    letGo();
    setPicture(NONE);
  }, [letGo]);

  const fail = useCallback(
    (why: PictureProblem) => {
      stop();
      setProblem(why);
    },
    [stop],
  );

  const startCamera = useCallback(
    async (cameraId: string | null) => {
      const obstacle = problemBeforeAsking();
      if (obstacle) return fail(`camera.${obstacle}`);
      letGo();
      setPicture({ source: 'asking' });
      const wish = wishRef.current;
      try {
        const stream = await openCamera(cameraId);
        const video = videoRef.current;
        if (wish !== wishRef.current || !video) return stopCamera(stream);
        streamRef.current = stream;
        stream.getVideoTracks()[0]?.addEventListener('ended', () => {
          if (streamRef.current === stream) fail('camera.unplugged');
        });
        video.srcObject = stream;
        setPicture({ source: 'camera', cameraId: cameraIdOf(stream) });
        await video.play();
        setCameras(await listCameras());
      } catch (error) {
        if (wish === wishRef.current) fail(`camera.${problemFromError(error)}`);
      }
    },
    [fail, letGo, videoRef],
  );

  const openFilm = useCallback(
    (film: Film | null) => {
      const video = videoRef.current;
      if (!film || !video) return fail('film.missing');
      letGo();
      video.src = filmUrl(film);
      setPicture({ source: 'film', film, ended: false });
    },
    [fail, letGo, videoRef],
  );

  const played = useCallback(() => {
    setPicture((now) => (now.source === 'film' ? { ...now, ended: true } : now));
  }, []);

  const measure = useCallback(() => {
    const video = videoRef.current;
    if (video && video.videoWidth > 0) setAspect(video.videoWidth / video.videoHeight);
  }, [videoRef]);

  const onVideoError = useCallback(() => {
    // Emptying the element reports an error too; only a film that is wanted can fail.
    if (videoRef.current?.getAttribute('src')) fail('film.failed');
  }, [fail, videoRef]);

  useEffect(() => {
    const devices = navigator.mediaDevices;
    const refresh = () => void listCameras().then(setCameras);
    devices?.addEventListener?.('devicechange', refresh);
    return () => {
      devices?.removeEventListener?.('devicechange', refresh);
      if (streamRef.current) stopCamera(streamRef.current);
    };
  }, []);

  return {
    picture,
    problem,
    cameras,
    aspect,
    startCamera,
    openFilm,
    stop,
    videoEvents: { onLoadedMetadata: measure, onResize: measure, onEnded: played, onError: onVideoError },
  };
}
