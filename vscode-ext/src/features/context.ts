// The context key spindle.hasFlow: the editor's title shows Run and Graph for flows, not for all of Python and Go.
import * as vscode from 'vscode';
import { looksLikeFlow } from '../languages';

const settle = 300;

/** Keeps the key up to date. */
export function registerContext(): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const update = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const has = document !== undefined && looksLikeFlow(document.languageId, document.getText());
    void vscode.commands.executeCommand('setContext', 'spindle.hasFlow', has);
  };
  update();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidChangeTextDocument((e) => {
      if (e.document !== vscode.window.activeTextEditor?.document) return;
      clearTimeout(timer);
      timer = setTimeout(update, settle);
    }),
    new vscode.Disposable(() => {
      clearTimeout(timer);
    }),
  );
}
