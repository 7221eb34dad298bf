// What `telamon serve --http` promises, checked on the wire. Each check names what must be true;
// every process is stopped by its own id and every wait has a deadline.
import { spawn, execFileSync } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import http2 from 'node:http2';
import net from 'node:net';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const program = path.resolve(process.argv[2]);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'telamon-http-'));
const env = { PATH: process.env.PATH, HOME: dir, TELAMON_AUDIT: 'off', ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '' };
const children = new Set();
let passed = 0, failed = 0;

async function check(name, fn) {
  try {
    await fn();
    passed++;
    console.log(`ok    ${name}`);
  } catch (e) {
    failed++;
    console.log(`FAIL  ${name}: ${e.message}`);
  }
}
function equal(got, want, what = 'value') {
  if (JSON.stringify(got) !== JSON.stringify(want))
    throw new Error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}
function holds(condition, what) {
  if (!condition) throw new Error(what);
}

function start(args, extra = {}) {
  const child = spawn(program, args, { env: { ...env, ...extra }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  child.log = '';
  child.ended = new Promise((r) => child.on('exit', (code, signal) => { children.delete(child); r({ code, signal }); }));
  child.stdout.on('data', (d) => { child.log += d; });
  child.stderr.on('data', (d) => { child.log += d; });
  return child;
}
async function until(what, fn, ms = 15000) {
  const end = Date.now() + ms;
  for (;;) {
    const v = await fn();
    if (v) return v;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((r) => setTimeout(r, 10));
  }
}
async function serve(args, extra = {}) {
  const child = start(['serve', ...args], extra);
  const m = await until('the server', async () => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${child.log}`);
    return child.log.match(/serving MCP on (?:https?:\/\/\S*:(\d+)\/mcp|unix:(\S+))/);
  });
  child.port = Number(m[1]);
  return child;
}
async function stop(child) {
  child.kill('SIGTERM');
  return child.ended;
}

function request(port, { method = 'POST', path: p = '/mcp', headers = {}, body, socketPath, tls, agent } = {}) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const h = { ...(text !== undefined ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}),
      accept: 'application/json, text/event-stream', ...headers };
    for (const k of Object.keys(h)) if (h[k] === null) delete h[k];
    const r = (tls ? https : http).request({ host: '127.0.0.1', port, method, path: p, headers: h, socketPath, agent, ...tls }, (res) => {
      let data = '';
      res.on('data', (d) => { data += d; });
      res.on('end', () => {
        let json;
        try { json = JSON.parse(data); } catch { json = undefined; }
        resolve({ status: res.statusCode, headers: res.headers, text: data, json });
      });
      res.on('error', reject);
    });
    r.on('error', reject);
    r.setTimeout(20000, () => r.destroy(new Error('no answer in 20 s')));
    r.end(text);
  });
}
const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
function modern(method, params = {}, id = 1) {
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } };
}
function modernHeaders(method, name) {
  return { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(name ? { 'mcp-name': name } : {}) };
}
const search = { name: 'jira_search', arguments: { jql: 'project = OPS', limit: 1 } };

// ---- one process, demo site ----
const demo = await serve(['--http', '127.0.0.1:0', '--sandbox']);

await check('routes: health, readiness and metrics answer GET; anything else is 404', async () => {
  equal((await request(demo.port, { method: 'GET', path: '/healthz' })).status, 200);
  equal((await request(demo.port, { method: 'GET', path: '/readyz' })).status, 200);
  const m = await request(demo.port, { method: 'GET', path: '/metrics' });
  holds(/^telamon_calls_in_flight 0$/m.test(m.text), `metrics: ${m.text}`);
  for (const p of ['/', '/mcp/', '/mcp2', '//mcp', '/.well-known/oauth-protected-resource', '/healthz/x'])
    equal((await request(demo.port, { method: 'GET', path: p })).status, 404, p);
});
await check('GET, PUT and DELETE of /mcp: 405 with Allow', async () => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const r = await request(demo.port, { method, body: method === 'PUT' ? {} : undefined });
    equal([r.status, r.headers.allow], [405, 'POST'], method);
  }
});
await check('wrong media types: 415 and 406', async () => {
  equal((await request(demo.port, { body: '{}', headers: { 'content-type': 'text/plain' } })).status, 415);
  equal((await request(demo.port, { body: '{}', headers: { 'content-type': 'application/json-seq' } })).status, 415);
  equal((await request(demo.port, { body: '{}', headers: { accept: 'text/html' } })).status, 406);
  equal((await request(demo.port, { body: modern('server/discover'), headers: { ...modernHeaders('server/discover'),
    'content-type': 'application/json; charset=utf-8' } })).status, 200);
});
await check('foreign Host and Origin: 403; own ones pass', async () => {
  const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
  for (const headers of [{ host: 'evil.example.com' }, { origin: 'http://evil.example.com' }, { origin: 'null' },
    { origin: 'http://localhost.evil.com' }, { host: '127.0.0.1.evil.com' }])
    equal((await request(demo.port, { body, headers })).status, 403, JSON.stringify(headers));
  for (const headers of [{ host: `localhost:${demo.port}` }, { origin: `http://127.0.0.1:${demo.port}` }, { origin: 'http://[::1]:1' }])
    equal((await request(demo.port, { body, headers })).status, 200, JSON.stringify(headers));
});
await check('unreadable bodies: 400 with a JSON-RPC error and no id', async () => {
  for (const [body, code] of [['{', -32700], ['', -32700], ['[]', -32600], ['3', -32600], ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
    ['{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', -32700], ['{"a":"\\ud800"}', -32700]]) {
    const r = await request(demo.port, { body });
    equal([r.status, r.json?.error?.code, 'id' in (r.json ?? {})], [400, code, false], body);
  }
  equal((await request(demo.port, { body: `{"a":"${'x'.repeat(4 * 1024 * 1024)}"}` })).status, 413);
});
await check('modern: headers must repeat the body; wrong ones execute nothing', async () => {
  const body = modern('tools/call', search);
  const good = modernHeaders('tools/call', 'jira_search');
  equal((await request(demo.port, { body, headers: good })).status, 200);
  for (const bad of [{ 'mcp-method': 'tools/list' }, { 'mcp-method': null }, { 'mcp-name': 'jira_get_issue' }, { 'mcp-name': null },
    { 'mcp-protocol-version': '2025-11-25' }, { 'mcp-protocol-version': null }, { 'mcp-name': '=?base64?amlyYV9zZWFyY2g?=' }]) {
    const r = await request(demo.port, { body, headers: { ...good, ...bad } });
    equal([r.status, r.json?.error?.code, r.json?.id], [400, -32020, 1], JSON.stringify(bad));
  }
  equal((await request(demo.port, { body, headers: { ...good, 'mcp-name': '=?base64?amlyYV9zZWFyY2g=?=' } })).status, 200);
});
await check('modern: unknown methods 404, old versions 400, missing envelope 400', async () => {
  const un = await request(demo.port, { body: modern('no/such'), headers: modernHeaders('no/such') });
  equal([un.status, un.json.error.code], [404, -32601]);
  const old = modern('tools/list');
  old.params._meta = { ...meta, 'io.modelcontextprotocol/protocolVersion': '2025-11-25' };
  const o = await request(demo.port, { body: old });
  equal([o.status, o.json.error.code, o.json.error.data.supported], [400, -32022, ['2026-07-28']]);
  const none = await request(demo.port, { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' }, headers: modernHeaders('tools/list') });
  equal([none.status, none.json.error.code], [400, -32602]);
});
await check('legacy: initialize, notification, call, unknown revision, batch', async () => {
  const init = await request(demo.port, { body: { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18',
    capabilities: {}, clientInfo: { name: 't', version: '1' } } } });
  equal([init.status, init.json.result.protocolVersion, init.headers['mcp-session-id']], [200, '2025-06-18', undefined]);
  const note = await request(demo.port, { body: { jsonrpc: '2.0', method: 'notifications/initialized' } });
  equal([note.status, note.text], [202, '']);
  const call = await request(demo.port, { body: { jsonrpc: '2.0', id: 'x', method: 'tools/call', params: search },
    headers: { 'mcp-protocol-version': '2025-06-18', 'mcp-method': 'tools/call' } });
  equal([call.status, call.json.id, call.json.result.isError, 'resultType' in call.json.result], [200, 'x', false, false]);
  equal((await request(demo.port, { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, headers: { 'mcp-protocol-version': '2020-01-01' } })).status, 400);
  const batch = [{ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 2, method: 'tools/call', params: search }];
  const b = await request(demo.port, { body: batch, headers: { 'mcp-protocol-version': '2025-03-26' } });
  equal([b.status, b.json.map((m) => m.id).sort()], [200, [1, 2]]);
  equal((await request(demo.port, { body: batch, headers: { 'mcp-protocol-version': '2025-11-25' } })).status, 400);
  equal((await request(demo.port, { body: [batch[1]], headers: { 'mcp-protocol-version': '2025-03-26' } })).status, 202);
  equal((await request(demo.port, { body: [modern('tools/list')] })).status, 400);
});
await check('legacy session: only for clients that can be asked; ended by DELETE, unknown is 404', async () => {
  const init = await request(demo.port, { body: { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} }, clientInfo: { name: 't', version: '1' } } } });
  const session = init.headers['mcp-session-id'];
  holds(/^[\x21-\x7e]+$/.test(session), `session id: ${session}`);
  const ping = (id) => request(demo.port, { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, headers: { 'mcp-session-id': id } });
  equal((await ping(session)).status, 200);
  const flipped = session.slice(0, 20) + (session[20] === 'A' ? 'B' : 'A') + session.slice(21);
  equal((await ping(flipped)).status, 404);
  equal((await request(demo.port, { method: 'DELETE', headers: { 'mcp-session-id': session } })).status, 204);
  equal((await ping(session)).status, 404);
});
await check('subscriptions/listen: acknowledged at once, ends with its result when the server drains', async () => {
  const own = await serve(['--http', '127.0.0.1:0', '--sandbox']);
  const body = JSON.stringify(modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, 's1'));
  let text = '';
  const done = new Promise((resolve, reject) => {
    const r = http.request({ host: '127.0.0.1', port: own.port, method: 'POST', path: '/mcp', headers: { 'content-type': 'application/json',
      'content-length': body.length, accept: 'application/json, text/event-stream', ...modernHeaders('subscriptions/listen') } }, (res) => {
      res.on('data', (d) => { text += d; });
      res.on('end', () => resolve(res.headers['content-type']));
      res.on('error', reject);
    });
    r.on('error', reject);
    r.end(body);
  });
  await until('the acknowledgement', async () => text.includes('\n\n'));
  const first = JSON.parse(text.match(/^data: (.*)$/m)[1]);
  equal([first.method, first.params._meta['io.modelcontextprotocol/subscriptionId']], ['notifications/subscriptions/acknowledged', 's1']);
  own.kill('SIGTERM');
  equal(await done, 'text/event-stream');
  const last = JSON.parse([...text.matchAll(/^data: (.*)$/mg)].pop()[1]);
  equal([last.id, last.result.resultType], ['s1', 'complete']);
  equal(await own.ended, { code: 0, signal: null });
});

// ---- a site of the test's own, that answers when it is told to ----
const waiting = [];
const site = http.createServer((req, res) => {
  waiting.push({ req, res });
  req.on('error', () => {});
  res.on('close', () => { res.gone = true; });
});
await new Promise((r) => site.listen(0, '127.0.0.1', r));
const siteEnv = { JIRA_URL: `http://127.0.0.1:${site.address().port}`, JIRA_DEPLOYMENT: 'cloud', JIRA_USERNAME: 'a@b.c', JIRA_API_TOKEN: 'tok' };
const answerSearch = (res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"issues":[],"isLast":true}');

await check('a modern client that goes away cancels its request, also towards the site', async () => {
  const own = await serve(['--http', '127.0.0.1:0'], siteEnv);
  const body = JSON.stringify(modern('tools/call', search));
  const socket = net.connect(own.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\nMCP-Protocol-Version: 2026-07-28\r\n` +
    `Mcp-Method: tools/call\r\nMcp-Name: jira_search\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const at = await until('the request at the site', async () => waiting.shift());
  socket.destroy();
  await until('the end of the upstream request', async () => at.res.gone);
  await until('no call in flight', async () => /telamon_calls_in_flight 0\n/.test((await request(own.port, { method: 'GET', path: '/metrics' })).text));
  equal(await stop(own), { code: 0, signal: null });
});
await check('a legacy client that goes away cancels nothing', async () => {
  const own = await serve(['--http', '127.0.0.1:0'], siteEnv);
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: search });
  const socket = net.connect(own.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`);
  const at = await until('the request at the site', async () => waiting.shift());
  socket.destroy();
  await until('the server saw it go', async () => /telamon_http_lost_total 1\n/.test((await request(own.port, { method: 'GET', path: '/metrics' })).text));
  holds(!at.res.gone, 'the upstream request was cut');
  answerSearch(at.res);
  await until('no call in flight', async () => /telamon_calls_in_flight 0\n/.test((await request(own.port, { method: 'GET', path: '/metrics' })).text));
  await stop(own);
});
await check('SIGTERM: what is in flight is answered, then the process ends with 0', async () => {
  const own = await serve(['--http', '127.0.0.1:0'], siteEnv);
  const answer = request(own.port, { body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: search } });
  const at = await until('the request at the site', async () => waiting.shift());
  own.kill('SIGTERM');
  await until('no new connection is taken', async () => new Promise((r) => {
    const s = net.connect(own.port, '127.0.0.1', () => { s.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'); });
    s.on('data', () => { s.destroy(); r(false); });
    s.on('error', () => r(true));
    s.setTimeout(300, () => { s.destroy(); r(true); });
  }));
  answerSearch(at.res);
  equal((await answer).json.result.content[0].text, 'No issue matches.');
  equal(await own.ended, { code: 0, signal: null });
});
site.on('request', () => {});
await check('SIGHUP under load: no request fails, and the new configuration is in force', async () => {
  const config = path.join(dir, 'telamon.json');
  fs.writeFileSync(config, '{"read_only": false}');
  const own = await serve(['--http', '127.0.0.1:0', '--workers', '2', '--config', config], siteEnv);
  const list = async () => (await request(own.port, { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' }, agent: false,
    headers: { connection: 'close' } })).json.result.tools.length;
  const before = await list();
  let count = 0, bad = 0, running = true;
  const load = Array.from({ length: 4 }, async () => {
    while (running) {
      try { if (!(await list() > 0)) bad++; } catch { bad++; }
      count++;
    }
  });
  for (const readOnly of [true, false, true]) {
    fs.writeFileSync(config, JSON.stringify({ read_only: readOnly }));
    const seen = count;
    await until('requests before', async () => count > seen + 5);
    own.kill('SIGHUP');
    await until('the new configuration', async () => (readOnly ? await list() < before : await list() === before));
  }
  fs.writeFileSync(config, '{"read_onyl": true}');
  own.kill('SIGHUP');
  await until('the complaint', async () => own.log.includes('reload_failed'));
  holds(await list() < before, 'a broken configuration replaced a good one');
  running = false;
  await Promise.all(load);
  equal(bad, 0, `failures of ${count}`);
  equal(await stop(own), { code: 0, signal: null });
});
await check('a worker that is killed is started again', async () => {
  const own = await serve(['--http', '127.0.0.1:0'], siteEnv);
  const worker = Number(execFileSync('pgrep', ['-P', String(own.pid)]).toString().trim());
  process.kill(worker, 'SIGKILL');
  await until('another worker', async () => {
    try { return (await request(own.port, { method: 'GET', path: '/healthz' })).status === 200; } catch { return false; }
  });
  equal(await stop(own), { code: 0, signal: null });
});

// ---- who may come in ----
const tokenFile = path.join(dir, 'token');
fs.writeFileSync(tokenFile, 'correct-horse-battery-staple\n', { mode: 0o600 });
await check('with a token: every route and method but health needs it', async () => {
  const own = await serve(['--http', '127.0.0.1:0', '--sandbox', '--auth-token', `file:${tokenFile}`]);
  for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'OPTIONS']) {
    for (const p of ['/mcp', '/metrics', '/', '/x', '/MCP', '/mcp?access_token=correct-horse-battery-staple']) {
      const r = await request(own.port, { method, path: p, body: method === 'GET' || method === 'DELETE' ? undefined : '{}' });
      equal([r.status, /^Bearer/.test(r.headers['www-authenticate'])], [401, true], `${method} ${p}`);
    }
  }
  for (const authorization of ['Bearer wrong', 'Bearer correct-horse-battery-stapl', 'Bearer correct-horse-battery-staplecorrect-horse-battery-staple',
    'Basic correct-horse-battery-staple', 'correct-horse-battery-staple', 'Bearer'])
    equal((await request(own.port, { body: '{}', headers: { authorization } })).status, 401, authorization);
  const ok = await request(own.port, { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, headers: { authorization: 'bearer correct-horse-battery-staple' } });
  equal(ok.status, 200);
  equal((await request(own.port, { method: 'GET', path: '/healthz' })).status, 200);
  await stop(own);
});
await check('refusals at the start: open address without token, token that others can read, short token, port in use', async () => {
  const refused = async (args, code, text) => {
    const c = start(['serve', ...args]);
    const end = await c.ended;
    equal(end.code, code, `${args.join(' ')}: ${c.log}`);
    holds(c.log.includes(text), c.log);
  };
  await refused(['--http', '0.0.0.0:0', '--sandbox'], 3, 'there is no token');
  await refused(['--http', '[::]:0', '--sandbox'], 3, 'there is no token');
  const open = path.join(dir, 'open');
  fs.writeFileSync(open, 'correct-horse-battery-staple', { mode: 0o644 });
  await refused(['--http', '127.0.0.1:0', '--sandbox', '--auth-token', `file:${open}`], 3, 'can be read by others');
  const short = path.join(dir, 'short');
  fs.writeFileSync(short, 'abc', { mode: 0o600 });
  await refused(['--http', '127.0.0.1:0', '--sandbox', '--auth-token', `file:${short}`], 3, 'shorter than 16');
  await refused(['--http', '127.0.0.1:0', '--sandbox', '--auth-token', 'secret'], 2, 'file:PATH');
  await refused(['--http', `127.0.0.1:${demo.port}`, '--sandbox'], 3, 'Another process uses this port');
  await refused(['--http', 'nonsense', '--sandbox'], 2, 'ADDR:PORT');
});
await check('TLS by certificate files, and a local socket', async () => {
  const key = path.join(dir, 'key.pem'), cert = path.join(dir, 'cert.pem');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], { stdio: 'ignore' });
  const own = await serve(['--http', '127.0.0.1:0', '--sandbox', '--tls-cert', cert, '--tls-key', key]);
  const r = await request(own.port, { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, tls: { ca: fs.readFileSync(cert) } });
  equal([r.status, r.json.result], [200, {}]);
  await stop(own);
  const socketPath = path.join(dir, 's');
  const local = await serve(['--unix', socketPath, '--sandbox']);
  equal((await request(0, { socketPath, body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status, 200);
  equal((fs.statSync(socketPath).mode & 0o777).toString(8), '600');
  await stop(local);
  holds(!fs.existsSync(socketPath), 'the socket stayed behind');
});
await check('a site that speaks HTTP/2: its certificate is checked, and one connection carries many requests', async () => {
  const key = path.join(dir, 'site-key.pem'), cert = path.join(dir, 'site-cert.pem');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
  const open = [], sessions = new Set();
  let most = 0, connections = 0;
  const h2 = http2.createSecureServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) });
  h2.on('session', (s) => { connections++; sessions.add(s); s.on('close', () => sessions.delete(s)); });
  h2.on('sessionError', () => {});
  h2.on('stream', (stream) => { open.push(stream); most = Math.max(most, open.filter((x) => !x.closed).length); stream.on('error', () => {}); });
  await new Promise((r) => h2.listen(0, '127.0.0.1', r));
  const answer = () => { for (const s of open.splice(0)) { s.respond({ ':status': 200, 'content-type': 'application/json' }); s.end('{"issues":[],"isLast":true}'); } };
  const site2 = { ...siteEnv, JIRA_URL: `https://localhost:${h2.address().port}` };
  const call = (port, id) => request(port, { body: { jsonrpc: '2.0', id, method: 'tools/call', params: search } });
  const strict = await serve(['--http', '127.0.0.1:0'], site2);
  const refused = await call(strict.port, 1);
  holds(refused.json.result.isError && refused.json.result.content[0].text.includes('not trusted'), refused.text);
  await stop(strict);
  equal(connections, 0, 'sessions with a certificate that is not trusted');
  const own = await serve(['--http', '127.0.0.1:0'], { ...site2, ATLASSIAN_CA_FILE: cert });
  const first = call(own.port, 0);
  await until('the first request', async () => open.length === 1);
  answer();
  equal((await first).json.result.isError, false);
  const before = connections, burst = Array.from({ length: 24 }, (_, i) => call(own.port, i + 1));
  await until('24 requests at once', async () => open.length === 24);
  answer();
  for (const r of await Promise.all(burst)) equal(r.json.result.isError, false);
  equal([connections - before, most], [0, 24], 'new connections, streams at once');
  await stop(own);
  for (const s of sessions) s.destroy();
  await new Promise((r) => h2.close(r));
});
await check('many clients at once: each gets its own answers', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const ids = Array.from({ length: 400 }, (_, i) => `c${i}`);
  const all = await Promise.all(ids.map((id, i) => request(demo.port, { agent, body: { jsonrpc: '2.0', id, method: 'tools/call',
    params: { name: 'jira_get_issue', arguments: { issue_key: `OPS-${i % 50 + 1}`, fields: ['Status'] } } } })));
  all.forEach((r, i) => equal([r.json.id, r.json.result.content[0].text.startsWith(`# OPS-${i % 50 + 1} `)], [`c${i}`, true], r.text));
  agent.destroy();
});

equal(await stop(demo), { code: 0, signal: null });
site.close();
for (const c of children) c.kill('SIGKILL');
fs.rmSync(dir, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
