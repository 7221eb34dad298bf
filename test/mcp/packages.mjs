// Development packages of a test folder: installed from its lock file when they are
// not there yet. Without a registry the tests that need them say so and are skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

export function packages(dir) {
	const mark = path.join(dir, 'node_modules/.package-lock.json'), lock = path.join(dir, 'package-lock.json');
	if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs)
		return true;
	const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'],
		{ cwd: dir, stdio: 'ignore', timeout: 300000 });
	return npm.status === 0;
}
