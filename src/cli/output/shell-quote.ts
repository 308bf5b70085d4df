/** An argument as the user would type it: right in cmd.exe and in PowerShell for all that paths and names can have. */
export function shellQuote(text: string): string {
  if (/^[\w.:\\/@+=-]+$/.test(text)) return text;
  return `"${text.replaceAll('"', '\\"')}"`;
}
