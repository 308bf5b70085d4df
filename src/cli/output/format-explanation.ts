import type { Explanation } from '../doctor/explain-start.ts';
import type { Finding } from '../doctor/finding.ts';

/** Formats the explanation of a failed start, one line each. */
export function formatExplanation({ lastError, findings }: Explanation): string[] {
  if (!lastError) return formatFindings(findings);
  const { text, where, log } = lastError;
  return [`Logged: ${text}${where === undefined ? '' : ` (${where})`}`, ...formatFindings(findings), `Log: ${log}`];
}

/** Formats findings of doctor, each above its repair. */
export function formatFindings(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ check, found, repair }) => [
    `${check}: ${found}`,
    ...(repair === undefined ? [] : [`→ ${repair}`]),
  ]);
}
