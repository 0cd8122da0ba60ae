import { NativeSelect, Progress, Switch } from '@mantine/core';
import type { ComponentPropsWithoutRef, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraChoice } from '../../camera/camera';
import { type Film, filmTitle } from '../../films/films';
import { Handshape } from '../../shell/Handshape';
import { CameraIcon, FilmIcon, StopIcon } from '../../shell/icons';
import { Notice } from './Notice';
import { ScreenButton } from './ScreenButton';
import styles from './Stage.module.css';
import { lightOf, type Status } from './status';
import type { Loading } from './useExtraction';
import type { Picture, PictureProblem } from './usePicture';

interface StageProps {
  stageRef: RefObject<HTMLElement | null>;
  videoRef: RefObject<HTMLVideoElement | null>;
  canvasRef: RefObject<HTMLCanvasElement | null>;
  videoEvents: ComponentPropsWithoutRef<'video'>;
  picture: Picture;
  problem: PictureProblem | null;
  aspect: number | null;
  cameras: readonly CameraChoice[];
  films: readonly Film[];
  film: Film | null;
  slowed: boolean;
  loading: Loading;
  status: Status;
  signing: boolean;
  overlay: boolean;
  onOverlay(shown: boolean): void;
  onStartCamera(cameraId?: string): void;
  onTryFilm(film: Film | null): void;
  onStop(): void;
}

/** The picture: what the camera sees or what the film shows, its landmarks, and where things stand. */
export function Stage(props: StageProps) {
  const {
    stageRef,
    videoRef,
    canvasRef,
    videoEvents,
    picture,
    problem,
    aspect,
    loading,
    status,
    signing,
    overlay,
  } = props;
  const { t, i18n } = useTranslation();
  const showing = picture.source === 'camera' || picture.source === 'film';
  const mirrored = picture.source === 'camera';
  const label =
    picture.source === 'film'
      ? t('stage.filmPreview', { title: filmTitle(picture.film, i18n.language) })
      : t('stage.preview');

  return (
    <section ref={stageRef} tabIndex={-1} className={styles.stage} aria-label={t('stage.region')}>
      <div className={styles.frame}>
        <div
          className={styles.picture}
          hidden={!showing}
          data-mirrored={mirrored || undefined}
          style={aspect ? { aspectRatio: aspect } : undefined}
        >
          <video ref={videoRef} aria-label={label} muted playsInline {...videoEvents} />
          <canvas ref={canvasRef} data-testid="overlay-canvas" hidden={!overlay} />
        </div>
        {showing && overlay && (
          <p className={styles.legend}>
            <span data-hand="left">{t('stage.leftHand')}</span>
            <span data-hand="right">{t('stage.rightHand')}</span>
          </p>
        )}
        {!showing && <Invitation {...props} />}
      </div>

      <div className={styles.status}>
        <p role="status" data-testid="status">
          <span className={styles.light} data-light={lightOf(status)} data-signing={signing || undefined} />
          {'seconds' in status
            ? t(`status.${status.key}`, { seconds: status.seconds })
            : t(`status.${status.key}`)}
        </p>
        {picture.source !== 'none' && loading.stage === 'downloading' && <Download loading={loading} />}
        {picture.source !== 'none' && loading.stage === 'failed' && <Notice>{t('extraction.failed')}</Notice>}
        {problem && <Notice>{t(problem)}</Notice>}
      </div>

      {picture.source !== 'none' && <Controls {...props} />}
    </section>
  );
}

function Invitation({ picture, film, onStartCamera, onTryFilm }: StageProps) {
  const { t } = useTranslation();
  const asking = picture.source === 'asking';
  return (
    <div className={styles.invitation}>
      <Handshape size={104} className={styles.hand} />
      <p>{t('stage.invitation')}</p>
      <div className={styles.choices}>
        <ScreenButton
          look="main"
          icon={<CameraIcon />}
          data-testid="start-camera"
          resting={asking}
          onClick={() => onStartCamera()}
        >
          {t('stage.start')}
        </ScreenButton>
        <ScreenButton icon={<FilmIcon />} data-testid="try-film" onClick={() => onTryFilm(film)}>
          {t('stage.tryFilm')}
        </ScreenButton>
      </div>
      <p className={styles.privacy}>{t('translate.privacy')}</p>
    </div>
  );
}

function Download({ loading }: { loading: Extract<Loading, { stage: 'downloading' }> }) {
  const { t, i18n } = useTranslation();
  const { received, total } = loading.progress;
  const megabytes = (bytes: number) =>
    (bytes / 1e6).toLocaleString(i18n.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return (
    <div className={styles.download}>
      <Progress.Root size="sm">
        <Progress.Section
          value={total ? (received / total) * 100 : 100}
          animated={total === null}
          aria-label={t('status.downloading')}
        />
      </Progress.Root>
      <span>
        {total
          ? t('status.downloaded', { received: megabytes(received), total: megabytes(total) })
          : t('status.downloadedSoFar', { received: megabytes(received) })}
      </span>
    </div>
  );
}

function Controls(props: StageProps) {
  const { picture, cameras, films, slowed, overlay, onOverlay, onStartCamera, onTryFilm, onStop } = props;
  const { t, i18n } = useTranslation();
  return (
    <div className={styles.controls}>
      <ScreenButton icon={<StopIcon />} data-testid="stop-camera" onClick={onStop}>
        {t('stage.stop')}
      </ScreenButton>
      {picture.source === 'film' && picture.ended && (
        <ScreenButton look="main" icon={<FilmIcon />} onClick={() => onTryFilm(picture.film)}>
          {t('stage.again')}
        </ScreenButton>
      )}
      <Switch
        className={styles.overlay}
        data-testid="overlay-toggle"
        label={t('stage.landmarks')}
        checked={overlay}
        onChange={({ currentTarget: { checked } }) => onOverlay(checked)}
      />
      {picture.source === 'camera' && cameras.length > 1 && (
        <NativeSelect
          className={styles.chooser}
          aria-label={t('stage.camera')}
          data-testid="camera-menu"
          value={picture.cameraId ?? ''}
          onChange={({ currentTarget: { value } }) => onStartCamera(value)}
          data={cameras.map(({ id, label }, i) => ({
            value: id,
            label: label || t('stage.cameraNumber', { number: i + 1 }),
          }))}
        />
      )}
      {picture.source === 'film' && films.length > 1 && (
        <NativeSelect
          className={styles.chooser}
          aria-label={t('stage.film')}
          data-testid="film-menu"
          value={picture.film.file}
          onChange={({ currentTarget: { value } }) =>
            onTryFilm(films.find((film) => film.file === value) ?? null)
          }
          data={films.map((film) => ({ value: film.file, label: filmTitle(film, i18n.language) }))}
        />
      )}
      {picture.source === 'film' && (
        <p className={styles.credit}>
          {t('stage.credit', { credit: picture.film.credit })}
          {slowed && ` · ${t('stage.slowed')}`}
        </p>
      )}
    </div>
  );
}
