/** A language as BCP 47 names it (`en`, `de-AT`), or a Windows language identifier such as `0x0409`. */
export type LanguageTag = string;

/** One text of a message file. In the texts, `%1` to `%99` are parameters and `%%` is a percent sign. */
export interface MessageText {
  /** The whole identifier, severity included. */
  readonly id: number;
  readonly texts: Readonly<Record<LanguageTag, string>>;
}
