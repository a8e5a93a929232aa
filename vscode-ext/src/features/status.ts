// The language status beside a Python file's name: whether the server answers, and the way to its log.
import * as vscode from 'vscode';
import type { Session, SessionState } from '../server/session';

/** Shows the server's state. */
export function registerStatus(session: Session, selector: vscode.DocumentSelector): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('spindle', selector);
  item.name = 'Spindle';
  const show = (state: SessionState): void => {
    item.busy = state === 'starting' || state === 'waiting';
    item.text = words(state);
    const down = state === 'stopped' || state === 'missing';
    item.severity = down ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    item.command = down ? { command: 'spindle.restartServer', title: 'Restart' } : { command: 'spindle.showServerLog', title: 'Show Log' };
  };
  show(session.state);
  return vscode.Disposable.from(item, session.onDidChangeState(show));
}

function words(state: SessionState): string {
  switch (state) {
    case 'starting':
      return 'Spindle is starting';
    case 'running':
      return 'Spindle';
    case 'waiting':
      return 'Spindle crashed and starts again';
    case 'stopped':
      return 'Spindle is not running';
    case 'missing':
      return 'Spindle was not found';
  }
}
