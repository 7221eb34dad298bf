/*
 * The master opens the listening sockets and forks the workers, which inherit them: a
 * socket outlives any worker, so nothing that waits in its queue is lost when workers
 * are replaced. Each worker loads the configuration itself; the master never holds a
 * secret. On SIGHUP a new set of workers is started and must say that it is ready
 * before the old set is told to finish. A worker that dies is started again.
 */
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "cmd/serve.h"
#include "mcp/http.h"
#include "net/httpd.h"
#include "net/loop_signals.h"
#include "store/seal.h"
#include "tools/app.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WORKERS = 64, READY_MS = 15000, DRAIN_MS = 60000, RESTART_PAUSE_S = 1, MAX_TOKEN = 4096 };

struct master {
	struct cmd_line *line;
	const char *host, *unix_path;
	int port;
	size_t workers;
	int fds[MAX_WORKERS];
	pid_t pids[MAX_WORKERS];
	struct sealer *sealer;	/* one key, so that any worker understands what another gave out */
	char **allowed_hosts;
	sigset_t signals;
};

/* ---- a worker ---- */

struct worker {
	struct loop *loop;
	struct mcp_http *http;
	bool stopping;
};

static void
on_drained(void *arg)
{
	loop_stop(arg);
}

static void
on_stop(void *arg)
{
	struct worker *w = arg;

	if (w->stopping) {	/* told twice */
		loop_stop(w->loop);
		return;
	}
	w->stopping = true;
	mcp_http_drain(w->http, on_drained, w->loop);
	alarm(DRAIN_MS / 1000);	/* the longest that a request may take, and then some */
}

static struct secret *
load_token(struct cmd_line *l)
{
	const char *where = cmd_option(l, "auth-token");
	struct secret *token;
	size_t len;
	char *text;

	if (where == NULL)
		return NULL;
	if (!str_starts(where, "file:")) {
		err_set(&l->err, ERR_USAGE, "--auth-token takes file:PATH, so that no token stands in a process list.");
		return NULL;
	}
	text = file_read(l->arena, where + 5, MAX_TOKEN, FILE_PRIVATE, &len, &l->err);
	if (text == NULL)
		return NULL;
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (len < 16) {
		err_set(&l->err, ERR_CONFIG, "The token in %s is shorter than 16 characters.", where + 5);
		err_hint(&l->err, "Make one: openssl rand -hex 32");
		return NULL;
	}
	token = secret_new(text, len);
	mem_wipe(text, len);
	return token;
}

static int
serve(struct master *m, size_t index, int ready_fd, struct loop *loop, struct app *app)
{
	struct worker w = { .loop = loop };
	struct secret *token = load_token(m->line);
	struct mcp_provider provider;
	struct loop_signals *signals;
	struct mcp_server *server;
	int code = 0;

	if (err_is_set(&m->line->err))
		return cmd_fail(&m->line->err);
	mcp_product(&provider, app);
	server = mcp_server_new(loop, &provider, m->sealer);
	w.http = mcp_http_new(loop, server, &(struct mcp_http_options){
		.host = m->host, .unix_path = m->unix_path, .listen_fd = m->fds[index], .token = token,
		.allowed_hosts = m->allowed_hosts, .tls_cert = cmd_option(m->line, "tls-cert"),
		.tls_key = cmd_option(m->line, "tls-key"),
	}, &m->line->err);
	if (w.http == NULL) {
		code = cmd_fail(&m->line->err);
	} else {
		signals = loop_signals_new(loop, on_stop, &w);
		if (write(ready_fd, "r", 1) != 1)
			code = 1;
		close(ready_fd);
		if (code == 0)
			loop_run(loop);
		mcp_http_free(w.http);
		loop_drain(loop, 1000);
		loop_signals_free(signals);
	}
	mcp_server_free(server);
	secret_free(token);
	return code;
}

static int
run_worker(struct master *m, size_t index, int ready_fd)
{
	struct config *config = cmd_config(m->line);
	struct sandbox *sandbox = NULL;
	struct loop *loop;
	struct app *app;
	int code;

	if (config == NULL)
		return cmd_fail(&m->line->err);
	loop = cmd_loop(config);
	if (cmd_start_sandbox(loop, config, &sandbox, &m->line->err) == -1)
		return cmd_fail(&m->line->err);
	app = app_new(loop, config, &m->line->err);
	if (app == NULL)
		return cmd_fail(&m->line->err);
	code = serve(m, index, ready_fd, loop, app);
	app_free(app);
	cmd_stop_sandbox(sandbox);
	loop_free(loop);
	return code;
}

/* ---- the master ---- */

/* Forks worker `index` and waits until it serves. -1: it ended first; *ret_code is its exit code. */
static pid_t
start_worker(struct master *m, size_t index, int *ret_code)
{
	struct pollfd ready = { .events = POLLIN };
	int fd[2], status = 0;
	char byte;
	pid_t pid;

	*ret_code = 1;
	if (pipe(fd) != 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		close(fd[0]);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		sigprocmask(SIG_UNBLOCK, &m->signals, NULL);
		_exit(run_worker(m, index, fd[1]));
	}
	close(fd[1]);
	ready.fd = fd[0];
	while (poll(&ready, 1, READY_MS) < 0 && errno == EINTR)
		continue;
	if ((ready.revents & POLLIN) && read(fd[0], &byte, 1) == 1) {
		close(fd[0]);
		return pid;
	}
	close(fd[0]);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	*ret_code = WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : 1;
	return -1;
}

static void
stop_all(const struct master *m, const pid_t *pids)
{
	for (size_t i = 0; i < m->workers; i++) {
		if (pids[i] > 0)
			kill(pids[i], SIGTERM);
	}
}

static int
start_all(struct master *m, pid_t *pids)
{
	int code = 0;

	for (size_t i = 0; i < m->workers; i++)
		pids[i] = -1;
	for (size_t i = 0; i < m->workers; i++) {
		pids[i] = start_worker(m, i, &code);
		if (pids[i] < 0) {
			stop_all(m, pids);
			return code;
		}
	}
	return 0;
}

static void
reload(struct master *m)
{
	pid_t fresh[MAX_WORKERS];

	if (start_all(m, fresh) != 0) {
		log_event(LOG_ERROR, "reload_failed", LOG_S("what", "the new configuration is not usable; the old one stays"));
		return;
	}
	stop_all(m, m->pids);
	memcpy(m->pids, fresh, sizeof(fresh));
}

/* Reaps; starts what died on its own again. Returns how many of the current workers are left. */
static size_t
reap(struct master *m, bool stopping)
{
	size_t left = 0;
	int status, code;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < m->workers; i++) {
			if (m->pids[i] != pid)
				continue;
			m->pids[i] = -1;
			if (stopping)
				continue;
			log_event(LOG_ERROR, "worker_died", LOG_I("pid", pid), LOG_I("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
			sleep(RESTART_PAUSE_S);	/* a worker that dies at once must not become a storm */
			m->pids[i] = start_worker(m, i, &code);
		}
	}
	for (size_t i = 0; i < m->workers; i++)
		left += m->pids[i] > 0;
	return left;
}

static int
supervise(struct master *m)
{
	bool stopping = false;
	size_t left = m->workers;

	while (left > 0) {
		int sig = sigwaitinfo(&m->signals, NULL);

		if (sig == SIGTERM || sig == SIGINT) {
			for (size_t i = 0; !stopping && i < m->workers; i++)	/* nobody waits in a queue that nobody serves */
				close(m->fds[i]);
			stopping = true;
			stop_all(m, m->pids);
		} else if (sig == SIGHUP && !stopping) {
			reload(m);
		} else if (sig == SIGUSR1) {
			for (size_t i = 0; i < m->workers; i++)
				kill(m->pids[i], SIGUSR1);
		}
		left = reap(m, stopping);
	}
	return stopping ? 0 : 1;
}

static void
ignore(struct exchange *x, void *arg)
{
	(void)arg;
	exchange_abort(x);
}

/* One socket per worker; without a port the first one's is taken for all. */
static int
open_sockets(struct master *m)
{
	struct loop *loop = loop_new();
	int result = 0;

	for (size_t i = 0; i < m->workers && result == 0; i++) {
		struct httpd *h = httpd_listen(loop, &(struct httpd_options){
			.host = m->host, .port = m->port, .unix_path = m->unix_path, .reuse_port = m->workers > 1,
		}, ignore, NULL, &m->line->err);

		if (h == NULL) {
			result = -1;
		} else {
			m->port = httpd_port(h);
			m->fds[i] = httpd_dup_listener(h);
			httpd_keep_path(h);
			httpd_free(h);
		}
	}
	loop_free(loop);
	return result;
}

static int
read_options(struct master *m)
{
	struct cmd_line *l = m->line;
	const char *http = cmd_option(l, "http"), *workers = cmd_option(l, "workers"), *colon, *hosts = cmd_option(l, "allow-host");
	int64_t n = 1, port = 0;

	m->unix_path = cmd_option(l, "unix");
	m->allowed_hosts = hosts == NULL ? NULL : str_split(l->arena, hosts, ",", NULL);
	if (workers != NULL && str_int(workers, 1, MAX_WORKERS, &n) == -1)
		return err_set(&l->err, ERR_USAGE, "--workers takes a number from 1 to %d.", MAX_WORKERS);
	m->workers = m->unix_path != NULL ? 1 : (size_t)n;
	if (m->workers > 1 && cmd_flag_given(l, "sandbox"))
		return err_set(&l->err, ERR_USAGE, "The demo site lives in one process: leave --workers out with --sandbox.");
	if (m->unix_path != NULL)
		return 0;
	colon = strrchr(http, ':');
	if (colon == NULL || str_int(colon + 1, 0, 65535, &port) == -1) {
		err_set(&l->err, ERR_USAGE, "--http takes ADDR:PORT, such as 127.0.0.1:8080 or [::1]:8080.");
		return -1;
	}
	m->port = (int)port;
	if (http[0] == '[' && colon > http + 1 && colon[-1] == ']')
		m->host = arena_strndup(l->arena, http + 1, (size_t)(colon - http) - 2);
	else
		m->host = colon == http ? "127.0.0.1" : arena_strndup(l->arena, http, (size_t)(colon - http));
	return 0;
}

int
serve_http(struct cmd_line *l)
{
	struct master m = { .line = l };
	int code;

	if (read_options(&m) == -1 || open_sockets(&m) == -1)
		return cmd_fail(&l->err);
	m.sealer = sealer_new();
	sealer_share(m.sealer);
	sigemptyset(&m.signals);
	sigaddset(&m.signals, SIGTERM);
	sigaddset(&m.signals, SIGINT);
	sigaddset(&m.signals, SIGHUP);
	sigaddset(&m.signals, SIGCHLD);
	sigaddset(&m.signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &m.signals, NULL);
	code = start_all(&m, m.pids);
	if (code == 0) {
		if (m.unix_path != NULL)
			fprintf(stderr, "telamon: serving MCP on unix:%s\n", m.unix_path);
		else
			fprintf(stderr, "telamon: serving MCP on %s://%s%s%s:%d/mcp\n", cmd_has(l, "tls-cert") ? "https" : "http",
			    strchr(m.host, ':') != NULL ? "[" : "", m.host, strchr(m.host, ':') != NULL ? "]" : "", m.port);
		code = supervise(&m);
	}
	if (m.unix_path != NULL)
		unlink(m.unix_path);
	sealer_free(m.sealer);
	return code;
}
