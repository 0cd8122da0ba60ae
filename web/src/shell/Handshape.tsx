/** The mark of Chereme: a hand as a recogniser sees it, joints and bones. */
export function Handshape({ size, className }: { size: number; className?: string | undefined }) {
  return (
    <svg className={className} width={size} height={size} viewBox="0 0 64 64" fill="none" aria-hidden="true">
      <g strokeLinecap="round" strokeLinejoin="round" strokeWidth="3.6">
        <path
          stroke="var(--hand-right)"
          d="M32 57 23 34 19 13M23 34l8-3 8 2 7 5-14 19M31 31V7m8 26 5-21m2 26 9-15"
        />
        <path stroke="var(--hand-left)" d="M32 57 18 48 7 35" />
      </g>
      <g fill="var(--hand-right)">
        <circle cx="19" cy="13" r="4.2" />
        <circle cx="31" cy="7" r="4.2" />
        <circle cx="44" cy="12" r="4.2" />
        <circle cx="55" cy="23" r="4.2" />
        <circle cx="23" cy="34" r="3.2" />
        <circle cx="31" cy="31" r="3.2" />
        <circle cx="39" cy="33" r="3.2" />
        <circle cx="46" cy="38" r="3.2" />
      </g>
      <g fill="var(--hand-left)">
        <circle cx="18" cy="48" r="3.2" />
        <circle cx="7" cy="35" r="4.2" />
      </g>
      <circle cx="32" cy="57" r="4.8" fill="currentColor" />
    </svg>
  );
}
