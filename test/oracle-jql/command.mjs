// The query command as a user meets it: exit codes, what goes where. Needs no packages.
//   node command.mjs path-of-telamon
import { spawnSync } from 'node:child_process';

const program = process.argv[2];
const long = '('.repeat(10000) + 'a = 1';
// arguments, stdin, exit code, stdout (exact, or a RegExp), a part of stderr
const cases = [
  [['a=1 and b in(c,"d e")'], '', 0, 'a = 1 AND b in (c, "d e")\n', ''],
  [['a', '=', '1'], '', 0, 'a = 1\n', ''],
  [[], 'order by b\n', 0, 'ORDER BY b\n', ''],
  [[], '', 0, '\n', ''],
  [['status = In Progress'], '', 1, '', '(line 1, character 10)\n  status = In Progress\n           ^\n'],
  [['status = In Progress'], '', 1, '', 'Try: status = "In Progress"'],
  [[], 'a = 1\n and é = b\tc', 1, '', '(line 2, character 12)\n   and é = b\\x09c\n                ^\n'],
  [['--fence', 'project in (A, B)', 'x = 1 or y = 2 order by z'], '', 0, 'project in (A, B) AND (x = 1 OR y = 2) ORDER BY z\n', ''],
  [['--fence', 'project = A or project = B', 'x = 1'], '', 0, '(project = A OR project = B) AND x = 1\n', ''],
  [['--fence', 'project in (A)', 'x = 1) or (y = 2'], '', 1, '', "but got ')'"],
  [['--fence', 'project in', 'x = 1'], '', 2, '', '--fence: Error in the JQL Query'],
  [['--fence', 'order by a', 'x = 1'], '', 2, '', 'needs a condition'],
  [['--lang', 'cql', '--fence', 'space in (DEV)', 'type = page'], '', 0, 'space in (DEV) AND type = page\n', ''],
  [['--lang', 'cql', 'title is empty'], '', 1, '', 'Error in the CQL Query: Expecting operator but got \'is\''],
  [['--lang', 'sql', 'a = 1'], '', 2, '', 'jql or cql'],
  [['--json', 'a = 1'], '', 0, '{"where":{"field":"a","op":"=","operand":{"number":"1"}}}\n', ''],
  [['--explain', 'assignee = me and (a = 1 or b = 2)'], '', 0, /^all of:\n {2}assignee = me\n {2}any of:\n {4}a = 1\n {4}b = 2\nNote: .*currentUser\(\)/, ''],
  [['--lines'], '"a=1"\n"a ="\n12\n', 0,
    /^\{"ok":"a = 1"\}\n\{"error":"[^"]*before the end of the query[^"]*","at":3\}\n\{"error":"A line must hold one JSON string.","at":0\}\n$/, ''],
  [['--lines', '--fence', 'p in (A)'], '"a=1 or b=2"\n', 0, '{"ok":"p in (A) AND (a = 1 OR b = 2)"}\n', ''],
  [['--lines', 'a = 1'], '', 2, '', 'from stdin'],
  [[], long, 1, '', 'nested deeper than'],
  [[], 'a = "' + 'x'.repeat(300000) + '"', 2, '', 'at most'],
];

let passed = 0, failed = 0;
for (const [args, input, code, out, err] of cases) {
  const r = spawnSync(program, ['query', ...args], { input, encoding: 'utf8' });
  const ok = r.status === code && (out instanceof RegExp ? out.test(r.stdout) : r.stdout === out) && r.stderr.includes(err);
  if (ok) passed++;
  else {
    failed++;
    console.log(`FAIL query ${JSON.stringify(args).slice(0, 200)}: exit ${r.status}\n${r.stdout.slice(0, 500)}\n${r.stderr.slice(0, 500)}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
