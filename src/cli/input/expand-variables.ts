type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `%NAME%` as the SCM does in the command line of a service. An unknown name stays as it is.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/processenv/nf-processenv-expandenvironmentstringsw
 */
export function expandVariables(line: string, env: Variables): string {
  return line.replaceAll(/%([^%]+)%/g, (whole, name: string) => {
    const key = Object.keys(env).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    return (key === undefined ? undefined : env[key]) ?? whole;
  });
}

/** Returns the names of a command line that the SCM would replace: `%NAME%`. */
export function variablesIn(line: string): readonly string[] {
  return [...new Set(line.match(/%[^%]+%/g) ?? [])];
}

/** Returns the environment for a child process: without the password of an account. */
export function childEnvironment(env: Variables): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.toUpperCase() !== 'WINSVC_PASSWORD'));
}
