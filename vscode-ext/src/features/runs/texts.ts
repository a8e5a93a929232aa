// Logs and values as the text of a read-only document.
import type { Artifact, TaskLog } from '../../binary/answers';
import { bytes, plainType } from './model';

/** What tasks printed, each under its name; lines of standard error are marked. */
export function logText(logs: readonly TaskLog[]): string {
  const blocks = logs.map((log) => {
    const attempt = log.attempt > 0 ? ` (attempt ${log.attempt})` : '';
    const lines = log.lines.map((l) => `${clock(l.time)} ${l.stream === 'stderr' ? '!' : ' '} ${l.text}`);
    return [`--- ${log.pathspec}${attempt}`, ...(lines.length === 0 ? ['   printed nothing'] : lines), ''].join('\n');
  });
  return blocks.length === 0 ? 'There are no logs.\n' : blocks.join('\n');
}

// Time of day in UTC as recorded, to the millisecond; lines without a time get its width.
function clock(time: string): string {
  const match = /T(\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?/.exec(time);
  return match ? `${match[1] ?? ''}.${(match[2] ?? '').padEnd(3, '0')}` : ' '.repeat(12);
}

/** An artifact with its value, or why there is none to show. */
export function valueText(task: string, a: Artifact): string {
  const facts = [plainType(a.type), bytes(a.size), a.sha].filter((part) => part !== '').join(', ');
  return [`# ${task}/${a.name}`, `# ${facts}`, '', body(a), ''].join('\n');
}

function body(a: Artifact): string {
  if (a.error !== '') return `This value cannot be read: ${a.error}`;
  if (a.tooLarge) return 'This value is too large to be shown here.';
  if (a.plain && typeof a.value === 'object' && a.value !== null) return JSON.stringify(a.value, null, 2);
  return a.text ?? 'This value is not shown.';
}
