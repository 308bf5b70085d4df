import { splitArguments } from '../node-program.ts';
import type { SettingElement } from '../read/xml-tree.ts';

/** Settings file of WinSW. */
export interface WinswFile {
  readonly root: SettingElement;
  /** Folder of the file: the value of `%BASE%`, and the default working folder. */
  readonly folder: string;
  /** Replaces the other `%NAME%`, except in variables, where the host does. */
  expand(text: string): string;
}

/** Program of the service, by the elements that name it. */
export interface WinswProgram {
  readonly file: string;
  readonly args: readonly string[];
}

/** Elements by their name in lower case: WinSW's YAML writes `onFailure` where its XML has `onfailure`. */
export function findSetting(root: SettingElement, name: string): SettingElement | undefined {
  return root.children.find((child) => child.name.toLowerCase() === name);
}

/** Value of an attribute, or of a child of that name. */
export function valueOf(element: SettingElement, name: string): string | undefined {
  const [, attribute] = Object.entries(element.attributes).find(([key]) => key.toLowerCase() === name) ?? [];
  return attribute ?? findSetting(element, name)?.text;
}

/** Replaces `%BASE%`, which WinSW sets to the folder of its file. */
export function withBase(text: string, folder: string): string {
  return text.replaceAll(/%BASE%/gi, folder);
}

/** Program and arguments of a settings file. */
export function programOf({ root, folder, expand }: WinswFile): WinswProgram {
  const text = (name: string): string | undefined => {
    const found = findSetting(root, name)?.text;
    return found === undefined || found === '' ? undefined : expand(withBase(found, folder));
  };
  const list = (name: string): readonly string[] =>
    root.children
      .filter((child) => child.name.toLowerCase() === name)
      .map((child) => expand(withBase(child.text, folder)));
  const line = text('startarguments') ?? text('arguments');
  return {
    file: text('executable') ?? '',
    args: [...(line === undefined ? [] : splitArguments(line)), ...list('startargument'), ...list('argument')],
  };
}
