import { Badge, Button, Loader } from '@mantine/core';
import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { type Bundle, bundleTitle, signsOf, startingLanguage, useBundles } from '../../bundles/bundles';
import { recordForDebugging, startDebugging } from '../../debug/debug';
import { type Film, filmFor, useFilms } from '../../films/films';
import { signLanguageName } from '../../i18n/languageName';
import type { Observation } from '../../landmarks/extractor';
import { drawLandmarks } from '../../landmarks/overlay';
import type { Mode } from '../../live/protocol';
import { LiveSession } from '../../live/session';
import { type SpeechOutcome, speakSentence } from '../../speech/voice';
import { Caption } from './Caption';
import { HoldToSign } from './HoldToSign';
import { Notice } from './Notice';
import { SeeingNow } from './SeeingNow';
import { SettingsPanel } from './SettingsPanel';
import { ShortcutsDialog } from './ShortcutsDialog';
import { Stage } from './Stage';
import { StatsLine } from './StatsLine';
import { statusOf } from './status';
import styles from './TranslatePage.module.css';
import { useExtraction } from './useExtraction';
import { useFilmPace } from './useFilmPace';
import { usePicture } from './usePicture';
import { useShortcuts } from './useShortcuts';
import { VocabularyDrawer } from './VocabularyDrawer';

/** Remembered on this device; read at once, so that nothing flickers. */
function useRemembered<T>(key: string, defaultValue: T) {
  return useLocalStorage<T>({ key: `chereme.${key}`, defaultValue, getInitialValueInEffect: false });
}

/** Sign in front of the camera, read the words. */
export function TranslatePage() {
  const { t } = useTranslation();
  const bundles = useBundles();
  const [chosen, setChosen] = useRemembered<string | null>('bundle', null);
  const bundle = bundles.data?.find(({ name }) => name === chosen) ?? bundles.data?.[0];
  const title = t('translate.pageTitle');

  useEffect(() => startDebugging(new URLSearchParams(location.search)), []);

  return (
    <>
      <title>{title}</title>
      <h1 className={styles.heading}>{t('translate.heading')}</h1>
      {bundles.isPending && (
        <p className={styles.lead} role="status">
          <Loader size="xs" /> {t('translate.loadingBundles')}
        </p>
      )}
      {bundles.isError && (
        <div className={styles.trouble}>
          <Notice>{t('translate.bundlesFailed')}</Notice>
          <Button onClick={() => void bundles.refetch()}>{t('translate.tryAgain')}</Button>
        </div>
      )}
      {bundles.data && !bundle && <Notice>{t('translate.noBundles')}</Notice>}
      {bundles.data && bundle && <Recogniser bundles={bundles.data} bundle={bundle} onBundle={setChosen} />}
    </>
  );
}

interface RecogniserProps {
  bundles: readonly Bundle[];
  bundle: Bundle;
  onBundle(name: string): void;
}

function Recogniser({ bundles, bundle, onBundle }: RecogniserProps) {
  const { t, i18n } = useTranslation();
  const films = useFilms().data ?? [];
  const [wantedLanguage, setLanguage] = useRemembered<string | null>('language', null);
  const language = startingLanguage(bundle, wantedLanguage, i18n.language);
  const [mode, setMode] = useRemembered<Mode>('mode', 'continuous');
  const [overlay, setOverlay] = useRemembered('overlay', true);
  const [shortcutsOn, setShortcutsOn] = useRemembered('shortcuts', true);
  const [cameraId, setCameraId] = useRemembered<string | null>('camera', null);
  const [vocabularyOpen, vocabulary] = useDisclosure(false);
  const [helpOpen, help] = useDisclosure(false);

  const videoRef = useRef<HTMLVideoElement>(null);
  const stageRef = useRef<HTMLElement>(null);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const voiceRef = useRef<HTMLAudioElement>(null);
  const { picture, problem, cameras, aspect, startCamera, openFilm, stop, videoEvents } =
    usePicture(videoRef);

  const [session] = useState(() => new LiveSession());
  const live = useSyncExternalStore(session.subscribe, session.getSnapshot);

  const source =
    picture.source === 'camera' ? 'camera' : picture.source === 'film' ? picture.film.file : null;
  const { loading, speed, load } = useExtraction(videoRef, source, observed);

  function observed({ ms, points }: Observation): void {
    session.observe(ms, points);
    recordForDebugging(ms, points);
    const canvas = canvasRef.current;
    const video = videoRef.current;
    if (!canvas || !video || !overlay) return;
    if (canvas.width !== video.videoWidth) canvas.width = video.videoWidth;
    if (canvas.height !== video.videoHeight) canvas.height = video.videoHeight;
    drawLandmarks(canvas, points);
  }

  // Not before landmarks can come: the server closes sessions in which nothing is seen.
  const seeing = source !== null && aspect !== null && loading.stage === 'ready';
  useEffect(() => {
    if (seeing) session.open({ bundle: bundle.name, language, mode, aspect });
    else session.close();
  }, [session, seeing, bundle.name, language, mode, aspect]);
  useEffect(() => () => session.close(), [session]);

  const filmShown = picture.source === 'film' && !picture.ended;
  const film = filmShown ? (live.phase === 'ready' ? 'playing' : 'waiting') : 'none';
  const pace = useFilmPace(videoRef, film, speed);

  const [holding, setHolding] = useState(false);
  function hold(down: boolean): void {
    if (down === holding || (down && (mode !== 'push' || live.phase !== 'ready'))) return;
    setHolding(down);
    session.push(down);
  }

  const [speech, setSpeech] = useState<SpeechOutcome | 'speaking' | null>(null);
  async function speak(): Promise<void> {
    if (live.text === '' || speech === 'speaking' || !voiceRef.current) return;
    setSpeech('speaking');
    setSpeech(await speakSentence(live.text, language, session, voiceRef.current));
  }

  /** The button that was pressed is about to vanish; without this the keyboard would start over at the page's top. */
  function keepFocus(): void {
    stageRef.current?.focus({ preventScroll: true });
  }

  function startWithCamera(id: string | null): void {
    if (id) setCameraId(id);
    keepFocus();
    void load();
    void startCamera(id);
  }

  function tryFilm(film: Film | null): void {
    if (picture.source === 'film') session.clear();
    if (film && bundles.some(({ name }) => name === film.bundle)) onBundle(film.bundle);
    if (film) void load();
    keepFocus();
    openFilm(film);
  }

  useShortcuts(shortcutsOn && !vocabularyOpen, {
    clear: () => session.clear(),
    undo: () => session.undo(),
    speak: () => void speak(),
    landmarks: () => setOverlay(!overlay),
    help: help.toggle,
    push: mode === 'push' ? hold : null,
  });

  const signs = signsOf(bundle).length;
  const signLanguage = signLanguageName(bundle.sign_language, t, bundleTitle(bundle, i18n.language));

  return (
    <>
      <div className={styles.lead}>
        <p>{t('translate.recognises', { signs, language: signLanguage })}</p>
        {bundle.experimental && (
          <Badge className={styles.badge} data-testid="experimental">
            {t('translate.experimental')}
          </Badge>
        )}
        <button type="button" className={styles.link} onClick={vocabulary.open} data-testid="vocabulary">
          {t('vocabulary.open')}
        </button>
      </div>

      <div className={styles.screen}>
        <Stage
          stageRef={stageRef}
          videoRef={videoRef}
          canvasRef={canvasRef}
          videoEvents={videoEvents}
          picture={picture}
          problem={problem}
          aspect={aspect}
          cameras={cameras}
          films={films}
          film={filmFor(films, bundle.name)}
          slowed={film === 'playing' && speed !== null && pace < 1}
          loading={loading}
          status={statusOf(picture, loading, live, mode, Date.now())}
          overlay={overlay}
          signing={live.signing !== 'idle'}
          onOverlay={setOverlay}
          onStartCamera={(id) => startWithCamera(id ?? cameraId)}
          onTryFilm={tryFilm}
          onStop={() => {
            keepFocus();
            stop();
          }}
        />
        <div className={styles.words}>
          <Caption
            text={live.text}
            language={language}
            fresh={live.lastWord?.text ?? null}
            speaking={speech === 'speaking'}
            onSpeak={() => void speak()}
            onUndo={() => session.undo()}
            onClear={() => session.clear()}
          />
          {speech !== null && speech !== 'spoken' && speech !== 'speaking' && (
            <Notice dismiss={t('error.dismiss')} onDismiss={() => setSpeech(null)}>
              {t(`speech.${speech}`)}
            </Notice>
          )}
          {live.problem && (
            <Notice dismiss={t('error.dismiss')} onDismiss={() => session.dismissProblem()}>
              {explain(live.problem)}
            </Notice>
          )}
          {mode === 'push' && <HoldToSign holding={holding} ready={live.phase === 'ready'} onHold={hold} />}
          <SeeingNow top={live.top} language={language} watching={live.phase === 'ready'} />
          {source !== null && <StatsLine speed={speed} live={live} />}
        </div>
      </div>

      <SettingsPanel
        bundles={bundles}
        bundle={bundle}
        language={language}
        mode={mode}
        onBundle={onBundle}
        onLanguage={setLanguage}
        onMode={(next) => {
          hold(false);
          setMode(next);
        }}
        onHelp={help.open}
      />

      <div className={styles.notes}>
        {picture.source !== 'none' && <p>{t('translate.privacy')}</p>}
        {bundle.experimental && <p>{t('translate.experimentalWhy')}</p>}
        <p>{t('translate.noInterpreter')}</p>
      </div>

      {/* biome-ignore lint/a11y/useMediaCaption: it says aloud what the caption shows */}
      <audio ref={voiceRef} data-testid="voice" />
      <VocabularyDrawer
        bundle={bundle}
        language={language}
        opened={vocabularyOpen}
        onClose={vocabulary.close}
      />
      <ShortcutsDialog
        opened={helpOpen}
        enabled={shortcutsOn}
        onEnable={setShortcutsOn}
        onClose={help.close}
      />
    </>
  );

  /** In the reader's language where the code is known, else in the server's own words. */
  function explain({ code, message }: { code: string; message: string }): string {
    return t(`error.${code}` as 'error.bad_start', { defaultValue: message || code });
  }
}
