/** The mark of Chereme: a handshape as a recogniser sees one, joints and bones. */
export function Handshape({ size, className }: { size: number; className?: string | undefined }) {
  return (
    <svg className={className} width={size} height={size} viewBox="8 2 46 60" fill="none" aria-hidden="true">
      <g strokeLinecap="round" strokeLinejoin="round" strokeWidth="3.6">
        <path stroke="var(--hand-right)" d="M31 54 25 34 20 12M31 54l4-21 5-22" />
        <path stroke="var(--hand-left)" d="m31 54-15-12 8-7M31 54l14-17 1 9" />
      </g>
      <g fill="var(--hand-right)">
        <circle cx="20" cy="12" r="4.4" />
        <circle cx="40" cy="11" r="4.4" />
        <circle cx="25" cy="34" r="3.6" />
        <circle cx="35" cy="33" r="3.6" />
      </g>
      <g fill="var(--hand-left)">
        <circle cx="16" cy="42" r="3.6" />
        <circle cx="24" cy="35" r="3" />
        <circle cx="45" cy="37" r="3.6" />
        <circle cx="46" cy="46" r="3.6" />
      </g>
      <circle cx="31" cy="54" r="5" fill="currentColor" />
    </svg>
  );
}
